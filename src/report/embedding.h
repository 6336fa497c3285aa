// Two maps of sequences into the plane.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// The two directions in which one set spreads most.
struct PrincipalPlane {
  at::Tensor mean;           // [W]
  at::Tensor axes;           // [2,W], orthonormal; a missing one is zero
  double share[2] = {0, 0};  // of the variance of the set

  /// rows [n,W] -> [n,2]
  at::Tensor project(const at::Tensor& rows) const;
};

/// Fitted on rows [n,W] (double), n >= 1. Of every axis the largest coefficient is positive, so
/// that the same data give the same picture. Pearson 1901.
PrincipalPlane principal_plane(const at::Tensor& rows);

struct TsneOptions {
  double perplexity = 30;  // at most (n - 1) / 3
  int iterations = 500;
};

/// rows [n,W] (double, finite) -> [n,2], exact, without random numbers: it starts from `start`
/// [n,2], made small. Cost of n^2 per iteration. van der Maaten and Hinton 2008.
at::Tensor tsne(const at::Tensor& rows, const at::Tensor& start, const TsneOptions& options = {});

/// Of each row's `count` nearest neighbours among all rows, the share that has the same mark: mean
/// over the rows of each mark (0 and 1). Two sets of one distribution: about their share of all
/// rows.
std::vector<double> neighbour_agreement(const at::Tensor& rows, const std::vector<int>& marks,
                                        int64_t count);

}  // namespace rnngan
