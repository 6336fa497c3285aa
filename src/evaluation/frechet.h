// The distance between two Gaussian distributions (Dowson and Landau 1982; Heusel et al. 2017).
#pragma once

#include <ATen/core/Tensor.h>

namespace rnngan {

struct GaussianFit {
  at::Tensor mean;        // [W]
  at::Tensor covariance;  // [W,W], divisor n - 1
};
/// Of rows [n,W] double, n >= 2.
GaussianFit gaussian_fit(const at::Tensor& rows);

/// |mu1 - mu2|^2 + tr S1 + tr S2 - 2 tr (S1^1/2 S2 S1^1/2)^1/2, at least 0; NaN where
/// the covariances are beyond what can be decomposed.
double frechet_distance(const GaussianFit& a, const GaussianFit& b);

}  // namespace rnngan
