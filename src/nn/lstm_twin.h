// One LSTM layer as a chain of LibTorch's own operations: differentiable as often as they are, on
// every device. The path of devices and types without kernels and of third derivatives, and the
// oracle of lstm_fused.h.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// The weights of one layer in all its D directions (1 or 2), gate order i, f, g, o.
struct LayerWeights {
  at::Tensor w_ih;  // [D,4H,in]
  at::Tensor w_hh;  // [D,4H,H]
  at::Tensor bias;  // [D,4H], the sum of both biases
};

/// h and c [D,B,H] after every step, T of each.
struct LayerStates {
  std::vector<at::Tensor> h, c;
};

/// Runs every direction over its own x [D,T,B,in], first step to last, from h0 and c0 [D,B,H].
LayerStates lstm_twin(const at::Tensor& x, const LayerWeights& weights, const at::Tensor& h0,
                      const at::Tensor& c0);

}  // namespace rnngan
