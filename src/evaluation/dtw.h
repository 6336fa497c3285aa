// Dynamic time warping of multivariate sequences (Sakoe and Chiba 1978).
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// Steps of one sequence, [length, features] in one piece.
struct WarpedSequence {
  const double* steps;
  int64_t length;
};

/// The least sum of squared Euclidean distances over features along a path of steps (1,0), (0,1)
/// and (1,1) from the first pair of steps to the last, at most `window` off the diagonal (widened
/// to the difference of the lengths; below 0: no limit). `scratch` is resized as needed.
double warping_cost(const WarpedSequence& a, const WarpedSequence& b, int64_t features,
                    int64_t window, std::vector<double>& scratch);

/// x [N,T,D] double with lengths [N].
struct WarpedSet {
  at::Tensor x, lengths;
};

/// [n,m]: the root of the cost per element of the longer of the two sequences.
at::Tensor dtw_distances(const WarpedSet& a, const WarpedSet& b, int64_t window);

}  // namespace rnngan
