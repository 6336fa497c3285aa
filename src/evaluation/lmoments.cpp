// L-moments of features: skewness and weight of tails by order statistics, which a single extreme
// value does not carry away as it does third and fourth moments.
#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "columns/l_moments.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kLmomentValues = 8;  // values

/// Of the present values of a feature; 0 where they are too few.
LMomentRatios lmoments_of(const SequenceSet& of, int64_t feature) {
  const Tensor column = of.padded().select(2, feature);
  const Tensor values =
      column.masked_select(of.mask().logical_and_(column.isnan().logical_not_())).contiguous();
  if (values.size(0) < kLmomentValues) return {};
  const double* x = values.data_ptr<double>();
  return l_moment_ratios({x, x + values.size(0)});
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
    const LMomentRatios real = lmoments_of(input.real, d),
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
