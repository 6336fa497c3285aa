// One LSTM layer as one autograd function with its own forward, backward and double backward: the
// fast path on the CPU, whether gradients of gradients are wanted or not.
//
// Memory, in numbers per hidden unit, row and step, beside inputs, results and weights: 7 from the
// forward pass on (4 gates, h, c, tanh c), of which h is the result; an ordinary backward pass
// needs no more, unless the graph is kept (4). A backward pass that is to be differentiated leaves
// 6 more (4 deltas and the gradients of h and c), the pass that differentiates it makes 6 (h and
// what goes back to gates and cells), of which the last one needs no more: 19 at most. Work: a
// penalised step is 6 times the products of a forward pass, a plain one 3.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm_twin.h"

namespace rnngan {

/// Whether lstm_fused() takes these: float32 or float64 on the CPU, both alike.
bool lstm_fused_supports(const at::Tensor& x, const at::Tensor& weight);

/// What lstm_twin() does; h0 and c0 may be undefined for zero, and c comes back undefined where it
/// is not wanted. Differentiable as often as the twin: gradients of weight gradients and third
/// derivatives are taken through that.
LayerStates lstm_fused(const at::Tensor& x, const LayerWeights& weights, const at::Tensor& h0,
                       const at::Tensor& c0, bool want_c = true);

}  // namespace rnngan
