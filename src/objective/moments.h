// Moments over a batch, step by step and column by column. Where lengths differ, those of a step
// are taken over the sequences that have it.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "tensor/batch.h"

namespace rnngan {

struct Moments {
  at::Tensor count;           // [T], how many sequences have the step; of the dtype of x
  at::Tensor mean, variance;  // [T,F]; the biased variance; zero where the count is
};

/// x [B,T,F].
Moments moments(const at::Tensor& x, const StepMask& steps);

/// Covariance of x_t and x_(t-lag) over the sequences that have step t, and their count. x [B,T,F],
/// 1 <= lag < T -> [T-lag,F] and [T-lag].
struct Autocovariance {
  at::Tensor count, covariance;
};
Autocovariance autocovariance(const at::Tensor& x, const StepMask& steps, int64_t lag);

/// Sequences `first` to `first + count` of a mask.
StepMask part_of(const StepMask& steps, int64_t first, int64_t count);

}  // namespace rnngan
