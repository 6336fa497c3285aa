#include "evaluation/dependence.h"

#include <algorithm>

#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {

using at::Tensor;

namespace {

constexpr int64_t kLongestLag = 64;

/// Every feature of mean 0 and variance 1 over its own set; zero on padding and for constant ones.
Tensor standardized(const SequenceSet& of) {
  const FeatureScaler scaler(of);
  Tensor z = scaler.standardized(of);
  for (const int64_t d : scaler.constant_features()) z.select(2, d).zero_();
  return z;
}

double pairs_at_lag(const SequenceSet& of, int64_t lag) {
  return std::max(1.0, (of.lengths - lag).clamp_min(0).sum().item<double>());
}

int64_t shorter_steps(const MetricInput& input) {
  return std::min(input.real.steps(), input.synthetic.steps());
}

std::vector<double> numbers_of(const Tensor& row) {
  const Tensor values = row.contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

nlohmann::json curves_of(const Tensor& table) {
  nlohmann::json rows = nlohmann::json::array();
  for (int64_t d = 0; d < table.size(0); ++d) rows.push_back(numbers_of(table[d]));
  return rows;
}

/// Too short to have a lag: the windows themselves, before differences, need three steps.
bool too_short(const MetricInput& input) {
  return shorter_steps(input) < (input.differenced ? 2 : 3);
}

MetricResult acf_distance(const MetricInput& input) {
  if (too_short(input)) return MetricResult::skipped("needs_t_ge_3");
  const int64_t window = shorter_steps(input) + (input.differenced ? 1 : 0);
  const int64_t last =
      std::min(std::clamp<int64_t>(window / 2, 1, kLongestLag), shorter_steps(input) - 1);
  const Tensor real = autocorrelations(input.real, 1, last);
  const Tensor synthetic = autocorrelations(input.synthetic, 1, last);
  const Tensor per_feature = (real - synthetic).square().mean(1).sqrt();
  MetricResult result;
  result.value = mean_over_features(per_feature, input.real);
  result.params["lags"] = last;
  result.detail["per_feature"] = numbers_of(per_feature);
  if (!input.value_only) {
    result.detail["real"] = curves_of(real);
    result.detail["synthetic"] = curves_of(synthetic);
  }
  return result;
}

/// [D,D]: how much each pair of features counts: pairs of one column do not.
Tensor pair_weights(const SequenceSet& of) {
  const int64_t features = of.features();
  if (of.encoded.empty()) return at::ones({features, features}, at::kDouble).fill_diagonal_(0);
  Tensor weights = at::zeros({features, features}, at::kDouble);
  auto to = weights.accessor<double, 2>();
  for (int64_t d = 0; d < features; ++d) {
    for (int64_t e = 0; e < features; ++e) {
      const EncodedColumn &a = of.encoded[static_cast<size_t>(d)],
                          &b = of.encoded[static_cast<size_t>(e)];
      if (a.source != b.source) to[d][e] = a.weight * b.weight;
    }
  }
  return weights;
}

/// [D,D]: mean of z_{t+lag,d} z_{t,e}.
Tensor cross_correlation(const SequenceSet& of, const Tensor& z, int64_t lag) {
  const int64_t steps = of.steps() - lag, features = of.features();
  const Tensor later = z.narrow(1, lag, steps).reshape({-1, features});
  const Tensor earlier = z.narrow(1, 0, steps).reshape({-1, features});
  return later.t().mm(earlier) / pairs_at_lag(of, lag);
}

MetricResult xcorr_distance(const MetricInput& input) {
  const Tensor weights = pair_weights(input.real);
  const double pairs = weights.sum().item<double>();
  if (pairs == 0) return MetricResult::skipped("needs_d_ge_2");
  if (too_short(input)) return MetricResult::skipped("needs_t_ge_3");
  const int64_t last = std::min<int64_t>(4, shorter_steps(input) - 2);
  const Tensor real = standardized(input.real), synthetic = standardized(input.synthetic);
  std::vector<double> lags;
  double sum = 0;
  for (int64_t lag = 0; lag <= last; ++lag) {
    const Tensor gap = (cross_correlation(input.real, real, lag) -
                        cross_correlation(input.synthetic, synthetic, lag))
                           .abs();
    // At lag 0 the table is symmetric: its mean is that of the pairs d < e.
    lags.push_back((gap * weights).sum().item<double>() / pairs);
    sum += lags.back();
  }
  MetricResult result;
  result.value = sum / static_cast<double>(lags.size());
  result.params["lags"] = last;
  result.detail = {{"lag0", lags.front()}, {"per_lag", lags}};
  return result;
}

}  // namespace

Tensor autocorrelations(const SequenceSet& of, int64_t first, int64_t last) {
  const Tensor z = standardized(of);
  std::vector<Tensor> curve;
  for (int64_t lag = first; lag <= last; ++lag) {
    const int64_t steps = of.steps() - lag;
    const Tensor products = z.narrow(1, lag, steps) * z.narrow(1, 0, steps);
    curve.push_back(products.sum(at::IntArrayRef{0, 1}) / pairs_at_lag(of, lag));
  }
  return at::stack(curve, 1);
}

MetricRow acf_row() {
  MetricRow row;
  row.name = "acf";
  row.question = "are the autocorrelations those of the real features?";
  row.formula = "mean over features of root mean over lags k = 1 ... K of (acf_x(k) - acf_y(k))^2";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.compute = acf_distance;
  return row;
}

MetricRow xcorr_row() {
  MetricRow row;
  row.name = "xcorr";
  row.question = "are the lagged correlations between features right?";
  row.formula = "mean over lags k = 0 ... 4 and pairs d != e of |C_de(k) - C'_de(k)|";
  row.has_d1 = true;
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.compute = xcorr_distance;
  return row;
}

}  // namespace rnngan
