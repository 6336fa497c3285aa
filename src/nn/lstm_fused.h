// One LSTM layer as one autograd function with its own forward, backward and double backward: the
// fast path on the CPU, whether gradients of gradients are wanted or not.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm_twin.h"

namespace rnngan {

/// Whether lstm_fused() takes these: float32 or float64 on the CPU, both alike.
bool lstm_fused_supports(const at::Tensor& x, const at::Tensor& weight);

/// h and c [D,T,B,H] after every step; c undefined where it is not wanted.
struct FusedStates {
  at::Tensor h, c;
};

/// Runs every direction over its own x [D,T,B,in], first step to last, from h0 and c0 [D,B,H], each
/// undefined for zero: what lstm_twin() does. Differentiable as often as that: gradients of weight
/// gradients and third derivatives are taken through the twin.
FusedStates lstm_fused(const at::Tensor& x, const LayerWeights& weights, const at::Tensor& h0,
                       const at::Tensor& c0, bool want_c = true);

}  // namespace rnngan
