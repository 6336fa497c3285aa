#include "evaluation/mismatch.h"

#include <algorithm>

#include <fmt/format.h>
#include <torch/types.h>

namespace rnngan {
namespace {

using at::Tensor;

// The middle half of a feature's finite values.
struct MiddleHalf {
  double low = 0, high = 0;

  double width() const { return high - low; }
};

MiddleHalf middle_half(const SequenceSet& of, int64_t feature) {
  const Tensor values = of.padded().select(2, feature).masked_select(of.mask());
  const Tensor sorted = std::get<0>(values.masked_select(at::isfinite(values)).sort());
  const int64_t count = sorted.size(0);
  if (count == 0) return {};
  return {sorted[count / 4].item<double>(), sorted[(3 * count) / 4].item<double>()};
}

bool is_odd(const MiddleHalf& real, const MiddleHalf& synthetic) {
  constexpr double kTimes = 10;
  if (real.width() <= 0) return false;  // nearly constant: no scale to compare with
  const double gap = std::max(synthetic.low - real.high, real.low - synthetic.high);
  return gap > kTimes * std::max(real.width(), synthetic.width()) ||
         synthetic.width() > kTimes * real.width() || synthetic.width() * kTimes < real.width();
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
    if (real.is_category(feature)) continue;
    const MiddleHalf of_real = middle_half(real, feature),
                     of_synthetic = middle_half(synthetic, feature);
    if (!is_odd(of_real, of_synthetic)) continue;
    lines.push_back(fmt::format(
        "{}: the middle half of synthetic values is {:.4g} to {:.4g}, of real ones {:.4g} to "
        "{:.4g}: another unit or scale?",
        real.column_name(feature), of_synthetic.low, of_synthetic.high, of_real.low, of_real.high));
  }
  return lines;
}

}  // namespace rnngan
