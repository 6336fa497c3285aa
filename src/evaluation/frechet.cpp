#include "evaluation/frechet.h"

#include <algorithm>
#include <cmath>

#include <c10/util/Exception.h>
#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {

using at::Tensor;

GaussianFit gaussian_fit(const Tensor& rows) {
  const Tensor mean = rows.mean(0), centered = rows - mean;
  return {mean, centered.t().mm(centered) / static_cast<double>(rows.size(0) - 1)};
}

namespace {

// Symmetric decompositions only: the root of the product of two covariances has none, and gets
// complex values by rounding.
double root_trace(const Tensor& a, const Tensor& b) {
  const auto [values, vectors] = at::linalg_eigh(a);
  const Tensor root = (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
  const Tensor product = root.mm(b).mm(root);
  return at::linalg_eigvalsh((product + product.t()) / 2).clamp_min(0).sqrt().sum().item<double>();
}

}  // namespace

double frechet_distance(const GaussianFit& a, const GaussianFit& b) {
  const Tensor apart =
      (a.mean - b.mean).square().sum() + a.covariance.trace() + b.covariance.trace();
  try {
    if (!std::isfinite(apart.item<double>())) return std::nan("");
    return std::max(0.0, apart.item<double>() - 2 * root_trace(a.covariance, b.covariance));
  } catch (const c10::LinAlgError&) {
    return std::nan("");
  }
}

namespace {

MetricResult frechet_raw(const MetricInput& input) {
  const int64_t n = std::min(input.real.count(), input.synthetic.count());
  if (n < 2) return MetricResult::skipped("needs_n_ge_2");
  const FlatPair rows = flatten(FeatureScaler(input.fitted_on()), input.real, input.synthetic);
  const int64_t width = rows.real.size(1);
  MetricResult result;
  result.value = frechet_distance(gaussian_fit(rows.real), gaussian_fit(rows.synthetic)) /
                 static_cast<double>(width);
  result.params["dimensions"] = width;
  if (n <= width) {
    result.status = MetricStatus::partial;
    result.reason = "n_below_dim";
  }
  return result;
}

}  // namespace

MetricRow frechet_raw_row() {
  MetricRow row;
  row.name = "frechet_raw";
  row.question = "do Gaussian fits of whole sequences agree?";
  row.formula = "(|mu_x - mu_y|^2 + tr S_x + tr S_y - 2 tr (S_x^1/2 S_y S_x^1/2)^1/2) / (T D)";
  row.paper = "Heusel et al. 2017, arXiv:1706.08500";
  row.has_d1 = true;
  row.depends_on_size = true;
  row.compute = frechet_raw;
  return row;
}

}  // namespace rnngan
