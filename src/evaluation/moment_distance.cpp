#include "evaluation/moment_distance.h"

#include <cmath>

#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kMomentValues = 8;

/// [D] of present cells, 0 for constant features.
Tensor moments_of(const SequenceSet& of, const FeatureScaler& scaler, Moment moment) {
  const Tensor cells = scaler(of);  // zero on padding, and of mean 0
  const Tensor missing = cells.isnan(), z = cells.masked_fill(missing, 0);
  const Tensor count = of.lengths.sum() - missing.sum(at::IntArrayRef{0, 1}).to(at::kDouble);
  const auto mean_power = [&](int64_t power) {
    return z.pow(power).sum(at::IntArrayRef{0, 1}) / count;
  };
  const Tensor variance = mean_power(2);
  Tensor value = moment == Moment::kurtosis
                     ? mean_power(4) / variance.square() - 3
                     : mean_power(3) / (variance * (count / (count - 1))).pow(1.5);
  for (const int64_t d : scaler.constant_features()) value[d] = 0;
  return value.masked_fill(count.lt(2), 0);
}

MetricRow moment_row(const char* name, Moment moment) {
  MetricRow row;
  row.name = name;
  row.question = moment == Moment::skewness ? "are values as skewed as the real ones?"
                                            : "are the tails as heavy as the real ones?";
  row.formula = moment == Moment::skewness
                    ? "mean over features of |skewness(x) - skewness(y)|"
                    : "mean over features of |excess kurtosis(x) - excess kurtosis(y)|";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.compute = [moment](const MetricInput& input) { return moment_distance(input, moment); };
  return row;
}

}  // namespace

MetricResult moment_distance(const MetricInput& input, Moment moment) {
  const auto values = [](const SequenceSet& of) { return of.lengths.sum().item<int64_t>(); };
  if (std::min(values(input.real), values(input.synthetic)) < kMomentValues) {
    return MetricResult::skipped("needs_8_values");
  }
  const FeatureScaler real(input.real), synthetic(input.synthetic);
  if (real.all_constant()) return MetricResult::skipped("degenerate_reference");
  const Tensor gaps =
      (moments_of(input.real, real, moment) - moments_of(input.synthetic, synthetic, moment)).abs();
  MetricResult result;
  nlohmann::json per_feature = nlohmann::json::array();
  std::vector<int64_t> flat;
  double sum = 0;
  int64_t used = 0, constant = 0;
  for (int64_t d = 0; d < input.real.features(); ++d) {
    const bool category = input.real.is_category(d);
    if (category || real.constant[d]) {
      if (!category) ++constant;
      per_feature.push_back(nullptr);
      continue;
    }
    if (synthetic.constant[d]) flat.push_back(d);
    per_feature.push_back(gaps[d].item<double>());
    sum += gaps[d].item<double>();
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_number");
  result.value = sum / static_cast<double>(used);
  result.detail["per_feature"] = per_feature;
  if (constant > 0) {
    result.status = MetricStatus::partial;
    result.reason = "constant_features";
    result.detail["skipped"] = {{"features", real.constant_features()}};
  }
  if (!flat.empty()) {
    result.status = MetricStatus::partial;
    if (result.reason.empty()) result.reason = "constant_synthetic_features";
    result.detail["constant_synthetic"] = flat;
  }
  return result;
}

MetricRow skew_row() {
  return moment_row("skew", Moment::skewness);
}

MetricRow kurt_row() {
  return moment_row("kurt", Moment::kurtosis);
}

}  // namespace rnngan
