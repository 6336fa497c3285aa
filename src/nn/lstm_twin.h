// One LSTM layer as a chain of LibTorch's own operations: differentiable as often as they are, on
// every device. The path of devices and types without kernels and of third derivatives, and the
// oracle of lstm_fused.h.
#pragma once

#include <ATen/core/Tensor.h>

namespace rnngan {

/// The weights of one layer in all its D directions (1 or 2), gate order i, f, g, o.
struct LayerWeights {
  at::Tensor w_ih;  // [D,4H,in]
  at::Tensor w_hh;  // [D,4H,H]
  at::Tensor bias;  // [D,4H], the sum of both biases

  int64_t directions() const { return w_hh.size(0); }
  int64_t hidden() const { return w_hh.size(2); }
};

/// h and c [T,B,D,H]: those of a direction and a step are its states after it took that step of x.
struct LayerStates {
  at::Tensor h, c;
};

/// Runs every direction from h0 and c0 [D,B,H]. x is [D,T,B,in], each direction's own steps, which
/// it takes from first to last, or [1,T,B,in] for both: then the second one takes them from last to
/// first.
LayerStates lstm_twin(const at::Tensor& x, const LayerWeights& weights, const at::Tensor& h0,
                      const at::Tensor& c0);

}  // namespace rnngan
