// Signatures of paths (Chen 1957): the iterated integrals of a path, a graded list of features that
// knows the path up to reparametrisation.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tensor/batch.h"

namespace rnngan {

/// Levels 1 to `depth` of the signatures of piecewise linear paths, from their increments [B,S,d]:
/// level k is [B,d^k], the index of the first integral outermost. An increment of 0 changes
/// nothing. depth >= 1, S >= 1.
std::vector<at::Tensor> signature(const at::Tensor& increments, int64_t depth);

/// d + d^2 + ... + d^depth, or a number above `limit` as soon as it is passed.
int64_t signature_width(int64_t channels, int64_t depth, int64_t limit);

/// Increments of the path (0, 0), (1/L, x_1), ..., (1, x_L) of a sequence of L steps, time first:
/// [B,T,F] -> [B,T,1+F]; 0 on padding. With `lead_lag` values move twice, each in a column of its
/// own: [B,2T,1+2F].
at::Tensor path_increments(const at::Tensor& x, const StepMask& steps, bool lead_lag);

}  // namespace rnngan
