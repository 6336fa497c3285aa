// One LSTM layer in all its directions: what goes in and what comes out, whoever computes it.
//
//   a = x W_ih' + h₋ W_hh' + b,   i, f, o = sigmoid(a_i, a_f, a_o),   g = tanh(a_g)
//   c = f c₋ + i g,   t = tanh(c),   h = o t
//
// with the gates in the order i, f, g, o, and ₋ for the step before. D is the number of directions,
// 1 or 2; the rest as in tensor/batch.h.
#pragma once

#include <ATen/core/Tensor.h>

namespace rnngan::lstm {

struct Weights {
  at::Tensor w_ih;  // [D,4H,in]
  at::Tensor w_hh;  // [D,4H,H]
  at::Tensor bias;  // [D,4H], the sum of both biases, or [D,B,4H], one of each sequence

  int64_t directions() const { return w_hh.size(0); }
  int64_t hidden() const { return w_hh.size(2); }
};

/// h and c [T,B,D,H]: those of a direction and a step are its states after it took that step of x.
struct States {
  at::Tensor h, c;
};

/// Two directions over the same steps: the second one takes them from last to first. Else each
/// takes its own, from first to last.
enum class StepOrder { own, opposite };

struct Inputs {
  at::Tensor x;       // [D,T,B,in], each direction's own steps, or [1,T,B,in] for both
  Weights weights;    //
  at::Tensor h0, c0;  // [D,B,H], the initial states; undefined: zero

  StepOrder order() const {
    return x.size(0) == weights.directions() ? StepOrder::own : StepOrder::opposite;
  }
};

}  // namespace rnngan::lstm
