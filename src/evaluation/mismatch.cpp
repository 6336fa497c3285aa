#include "evaluation/mismatch.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

namespace rnngan {
namespace {

using at::Tensor;

// The middle half of a feature's distinct finite values: one that fills most cells has no scale.
struct MiddleHalf {
  double low = 0, high = 0;  // both NaN where there are no values

  double width() const { return high - low; }
};

MiddleHalf middle_half(const SequenceSet& of, int64_t feature) {
  const Tensor values = of.padded().select(2, feature).masked_select(of.mask());
  const Tensor sorted = std::get<0>(
      at::unique_consecutive(std::get<0>(values.masked_select(at::isfinite(values)).sort())));
  const int64_t count = sorted.size(0);
  if (count == 0) return {std::nan(""), std::nan("")};
  return {sorted[count / 4].item<double>(), sorted[(3 * count) / 4].item<double>()};
}

bool is_odd(const MiddleHalf& real, const MiddleHalf& synthetic) {
  constexpr double kTimes = 10;
  // Nearly constant, or nothing: no scale to compare with.
  if (!(real.width() > 0) || std::isnan(synthetic.width())) return false;
  const double gap = std::max(synthetic.low - real.high, real.low - synthetic.high);
  return gap > kTimes * std::max(real.width(), synthetic.width()) ||
         synthetic.width() > kTimes * real.width() || synthetic.width() * kTimes < real.width();
}

/// Of the cells of valid steps.
double share_of_empty(const SequenceSet& of, int64_t feature) {
  const Tensor cells = of.padded().select(2, feature).masked_select(of.mask());
  return cells.numel() == 0 ? 0 : cells.isnan().to(at::kDouble).mean().item<double>();
}

}  // namespace

std::vector<std::string> mismatches(const SequenceSet& real, const SequenceSet& synthetic) {
  std::vector<std::string> lines;
  if (!real.ragged() && !synthetic.ragged() && real.steps() != synthetic.steps()) {
    lines.push_back(
        fmt::format("synthetic sequences have {} steps, real ones {}: scores take that for a "
                    "difference (data.window.length cuts the real ones)",
                    synthetic.steps(), real.steps()));
  }
  for (int64_t feature = 0; feature < real.features(); ++feature) {
    const double empty = share_of_empty(synthetic, feature);
    if (empty > 0 && share_of_empty(real, feature) == 0) {
      lines.push_back(fmt::format(
          "{}: {:.3g} % of the synthetic cells are empty, none of the real ones: scores are of the "
          "others",
          real.column_name(feature), 100 * empty));
    }
    if (real.is_category(feature)) continue;
    const MiddleHalf of_real = middle_half(real, feature),
                     of_synthetic = middle_half(synthetic, feature);
    if (!is_odd(of_real, of_synthetic)) continue;
    lines.push_back(fmt::format(
        "{}: the middle half of distinct synthetic values is {:.4g} to {:.4g}, of real ones {:.4g} "
        "to "
        "{:.4g}: another unit or scale?",
        real.column_name(feature), of_synthetic.low, of_synthetic.high, of_real.low, of_real.high));
  }
  return lines;
}

}  // namespace rnngan
