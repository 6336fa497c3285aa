// Weight gradients of the fused LSTM: one product over all steps and the whole batch.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "nn/lstm_kernels.h"

namespace rnngan {

/// Adds delta^T [x | h] over all steps, h the state before each step.
struct WeightTerm {
  at::Tensor x;      // [D,T,B,in], features adjacent; undefined: zero
  at::Tensor h;      // [D,T+1,B,U]
  at::Tensor delta;  // [D,T,B*4U]
  bool bias;         // whether delta counts for the bias
};

struct WeightGradients {
  at::Tensor w_ih, w_hh, bias;  // [D,4H,in], [D,4H,H], [D,4H]
};

/// The sum of one or two terms; the first one has x and counts for the bias.
WeightGradients weight_gradients(const std::vector<WeightTerm>& terms, const LstmColumns& columns,
                                 int64_t hidden);

}  // namespace rnngan
