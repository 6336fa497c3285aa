// Distances between the distributions of single values, at each step and feature: area and height
// of the gap between the two distribution functions.
#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;
using nlohmann::json;

constexpr int64_t kValuesPerCell = 20;

struct DistributionGap {
  double area = 0;    // W1
  double height = 0;  // Kolmogorov-Smirnov
};

/// Of two sorted samples, none empty.
DistributionGap distribution_gap(const std::vector<double>& a, const std::vector<double>& b) {
  DistributionGap gap;
  size_t i = 0, j = 0;
  double from = 0, difference = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    gap.area += difference * (value - from);  // difference is 0 before the first value
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    difference = std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                          static_cast<double>(j) / static_cast<double>(b.size()));
    gap.height = std::max(gap.height, difference);
    from = value;
  }
  return gap;
}

/// The valid values at one step of one feature that are not missing, sorted.
std::vector<double> cell_values(const SequenceSet& of, int64_t step, int64_t feature) {
  if (step >= of.steps()) return {};
  const Tensor padded = of.padded();
  const auto x = padded.accessor<double, 3>();
  const auto lengths = of.lengths.accessor<int64_t, 1>();
  const int64_t missing =
      of.encoded.empty() ? -1 : of.encoded[static_cast<size_t>(feature)].missing;
  std::vector<double> values;
  values.reserve(of.count());
  for (int64_t i = 0; i < of.count(); ++i) {
    if (step >= lengths[i] || (missing >= 0 && x[i][step][missing] > 0)) continue;
    values.push_back(x[i][step][feature]);
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// [T*D], NaN where a side has too few values.
std::vector<double> gap_per_cell(const MetricInput& input, bool area) {
  const int64_t features = input.real.features();
  const int64_t cells = std::max(input.real.steps(), input.synthetic.steps()) * features;
  const Tensor sd = FeatureScaler(input.fitted_on()).sd.contiguous();
  const double* scale = sd.data_ptr<double>();
  const SequenceSet all_real = unshared(input.real), all_synthetic = unshared(input.synthetic);
  std::vector<double> gaps(cells, std::nan(""));
  at::parallel_for(0, cells, 1, [&](int64_t begin, int64_t end) {
    for (int64_t cell = begin; cell < end; ++cell) {
      const int64_t feature = cell % features;
      const auto real = cell_values(all_real, cell / features, feature);
      const auto synthetic = cell_values(all_synthetic, cell / features, feature);
      if (static_cast<int64_t>(std::min(real.size(), synthetic.size())) < kValuesPerCell) continue;
      const DistributionGap gap = distribution_gap(real, synthetic);
      gaps[cell] = area ? gap.area / scale[feature] : gap.height;
    }
  });
  return gaps;
}

MetricResult marginal_gap(const MetricInput& input, bool area) {
  const int64_t features = input.real.features();
  const std::vector<double> gaps = gap_per_cell(input, area);
  std::vector<double> sums(features, 0);
  std::vector<int64_t> counts(features, 0);
  const std::vector<double> weights = feature_weights(input.real);
  int64_t worst = -1, used = 0;
  double sum = 0, weight = 0;
  for (int64_t cell = 0; cell < static_cast<int64_t>(gaps.size()); ++cell) {
    if (std::isnan(gaps[cell])) continue;
    sums[cell % features] += gaps[cell];
    ++counts[cell % features];
    sum += gaps[cell] * weights[cell % features];
    weight += weights[cell % features];
    ++used;
    if (worst < 0 || gaps[cell] > gaps[worst]) worst = cell;
  }
  if (used == 0) return MetricResult::skipped("needs_n_ge_20");
  MetricResult result;
  result.value = sum / weight;
  json means = json::array();
  for (int64_t d = 0; d < features; ++d) {
    means.push_back(counts[d] == 0 ? json(nullptr)
                                   : json(sums[d] / static_cast<double>(counts[d])));
  }
  result.detail = {
      {"per_feature", means},
      {"worst",
       {{"step", worst / features}, {"feature", worst % features}, {"value", gaps[worst]}}}};
  if (used < static_cast<int64_t>(gaps.size())) {
    result.status = MetricStatus::partial;
    result.reason = "few_values";
    result.detail["skipped"] = {{"cells", static_cast<int64_t>(gaps.size()) - used}};
  }
  return result;
}

}  // namespace

MetricRow marginal_w1_row() {
  MetricRow row;
  row.name = "marginal_w1";
  row.question = "are values distributed alike at each time step?";
  row.formula = "mean over steps t and features d of (integral |F_x - F_y|) / s_d";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.takes_constant = true;
  row.compute = [](const MetricInput& input) { return marginal_gap(input, /*area=*/true); };
  return row;
}

MetricRow marginal_ks_row() {
  MetricRow row;
  row.name = "marginal_ks";
  row.question = "how far apart are the distribution functions at each time step?";
  row.formula = "mean over steps t and features d of sup |F_x - F_y|";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.compute = [](const MetricInput& input) { return marginal_gap(input, /*area=*/false); };
  return row;
}

}  // namespace rnngan
