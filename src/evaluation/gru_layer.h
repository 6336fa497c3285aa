// One GRU layer as one autograd function: what torch::nn::GRU computes, several times as fast for
// the small networks of judges, where calls cost more than arithmetic.
#pragma once

#include <ATen/core/Tensor.h>

namespace rnngan {

/// As torch::nn::GRU has them, gates in the order reset, update, new.
struct GruWeights {
  at::Tensor input;       // [3H,C]
  at::Tensor state;       // [3H,H]
  at::Tensor input_bias;  // [3H]
  at::Tensor state_bias;  // [3H]
};

/// The states [T,H,B] after each step of x [T,C,B], from a zero state; float32 or float64 on the
/// CPU. Differentiable once, in the weights; x gets no gradient.
at::Tensor gru_states(const at::Tensor& x, const GruWeights& weights);

}  // namespace rnngan
