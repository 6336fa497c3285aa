// Which of two sets is closer to a third? The relative test of maximum mean discrepancy
// (Bounliphone et al. 2015, arXiv 1511.04581), for sets of any sizes.
#pragma once

#include <ATen/core/Tensor.h>

#include "evaluation/kernel.h"

namespace rnngan {

/// `t` estimates MMD^2(X,Y) - MMD^2(X,Z), `variance` is that of t to first order, and `p` =
/// Phi(-t / sqrt(variance)) of the hypothesis MMD(X,Y) <= MMD(X,Z): small where X is closer to Z.
struct RelativeMmd {
  double t = 0, variance = 0, p = 0.5;
};

/// Rows x [m,W], y [n,W], z [r,W] of one view; each at least 2.
RelativeMmd relative_mmd(const SequenceKernel& kernel, const at::Tensor& x, const at::Tensor& y,
                         const at::Tensor& z);

}  // namespace rnngan
