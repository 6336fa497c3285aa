// Weight gradients of the fused LSTM: one product over all steps and the whole batch.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm_order.h"

namespace rnngan {

/// delta^T [x | h | 1] over all steps, h the state before each step.
struct WeightFactors {
  at::Tensor x;      // [X,T,B,in], features adjacent; may be undefined where w_ih is not wanted
  at::Tensor h;      // [T',B,D,U], as in a trace
  at::Tensor delta;  // [D,T,B*4U], as lstm_kernels.h says
  StepOrder order;
  bool zero_start;  // h is zero before the first step
};

struct WeightNeeds {
  bool w_ih, w_hh, bias;
};

struct WeightGradients {
  at::Tensor w_ih, w_hh, bias;  // [D,4H,in], [D,4H,H], [D,4H]; undefined where not wanted
};

WeightGradients weight_gradients(const WeightFactors& factors, const LstmColumns& columns,
                                 int64_t hidden, const WeightNeeds& needs);

}  // namespace rnngan
