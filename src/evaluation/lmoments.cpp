// L-moments of features: skewness and weight of tails by order statistics, which a single extreme
// value does not carry away as it does third and fourth moments.
#include <algorithm>
#include <array>
#include <cmath>

#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kLmomentValues = 8;  // values

struct LmomentRatios {
  double skewness = 0, kurtosis = 0;
};

/// L-skewness and L-kurtosis by unbiased probability-weighted moments; 0 for constant values.
LmomentRatios lmoments_of(const SequenceSet& of, int64_t feature) {
  const Tensor column = of.padded().select(2, feature);
  const Tensor values = column.masked_select(of.mask().logical_and_(column.isnan().logical_not_()));
  const Tensor sorted = std::get<0>(values.sort()).contiguous();
  const double* x = sorted.data_ptr<double>();
  const int64_t count = sorted.size(0);
  if (count < kLmomentValues) return {};
  const auto n = static_cast<double>(count);
  std::array<double, 4> b = {};
  for (int64_t i = 0; i < count; ++i) {
    const auto j = static_cast<double>(i);
    double weight = 1 / n;
    for (size_t r = 0; r < b.size(); ++r) {
      b[r] += weight * x[i];
      weight *= (j - static_cast<double>(r)) / (n - 1 - static_cast<double>(r));
    }
  }
  const double l2 = 2 * b[1] - b[0];
  if (!(l2 > 1e-12 * std::max(1.0, std::abs(b[0])))) return {};
  return {(6 * b[2] - 6 * b[1] + b[0]) / l2, (20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]) / l2};
}

MetricResult lmoment_distance(const MetricInput& input) {
  const auto values = [](const SequenceSet& of) { return of.lengths.sum().item<int64_t>(); };
  if (std::min(values(input.real), values(input.synthetic)) < kLmomentValues) {
    return MetricResult::skipped("needs_8_values");
  }
  const FeatureScaler scaler(input.real);
  if (scaler.all_constant()) return MetricResult::skipped("degenerate_reference");
  MetricResult result;
  double skewness = 0, kurtosis = 0, used = 0;
  int64_t constant = 0;
  nlohmann::json per_feature = nlohmann::json::array();
  for (int64_t d = 0; d < input.real.features(); ++d) {
    const bool category = input.real.is_category(d);
    if (category || scaler.constant[static_cast<size_t>(d)]) {
      if (!category) ++constant;
      per_feature.push_back(nullptr);
      continue;
    }
    const LmomentRatios real = lmoments_of(input.real, d),
                        synthetic = lmoments_of(input.synthetic, d);
    const double skew_gap = std::abs(real.skewness - synthetic.skewness),
                 kurt_gap = std::abs(real.kurtosis - synthetic.kurtosis);
    per_feature.push_back((skew_gap + kurt_gap) / 2);
    skewness += skew_gap;
    kurtosis += kurt_gap;
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_number");
  result.value = (skewness + kurtosis) / (2 * used);
  result.detail = {
      {"skewness", skewness / used}, {"kurtosis", kurtosis / used}, {"per_feature", per_feature}};
  if (constant > 0) {
    result.status = MetricStatus::partial;
    result.reason = "constant_features";
    result.detail["skipped"] = {{"features", scaler.constant_features()}};
  }
  return result;
}

}  // namespace

MetricRow lmoments_row() {
  MetricRow row;
  row.name = "lmoments";
  row.question = "are values as skewed and tails as heavy as the real ones?";
  row.formula =
      "mean over features of (|L-skewness(x) - L-skewness(y)| + |L-kurtosis(x) - L-kurtosis(y)|) / "
      "2";
  row.paper = "Hosking 1990, J. R. Stat. Soc. B 52";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.beside = {"skewness", "kurtosis"};
  row.reads_cells = true;
  row.compute = lmoment_distance;
  return row;
}

}  // namespace rnngan
