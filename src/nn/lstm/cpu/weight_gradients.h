// Weight gradients: one product over all steps and the whole batch.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm/backend.h"
#include "nn/lstm/cpu/kernels.h"

namespace rnngan::lstm::cpu {

/// delta^T [x | h | 1] over all steps, h the state before each step.
struct WeightFactors {
  at::Tensor x;      // [X,T,B,in], features adjacent; may be undefined where w_ih is not wanted
  at::Tensor h;      // [T',B,D,U], as in a trace
  at::Tensor delta;  // [D,T,B*4U], as kernels.h says
  StepOrder order;
  bool zero_start;  // h is zero before the first step
};

/// Those of w_ih, w_hh and bias that are wanted.
Gradients weight_gradients(const WeightFactors& factors, const Columns& columns, int64_t hidden,
                           const Needs& needs);

}  // namespace rnngan::lstm::cpu
