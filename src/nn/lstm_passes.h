// The passes of the fused LSTM over tensors: allocates, packs weights, splits rows among threads.
// Not differentiable by autograd; lstm_fused.h is.
//
// float32 or float64 on the CPU, one dtype for all. D is the number of directions; X is D, or 1
// where two directions run over the same x, the second one from last step to first. U is H rounded
// up to the kernels' unit step. What has its D first lies in the order in which steps are taken,
// states [T,B,D,.] where the steps do.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm_order.h"
#include "nn/lstm_twin.h"

namespace rnngan {

struct LstmInputs {
  at::Tensor x;          // [X,T,B,in]
  LayerWeights weights;  // [D,...]
  at::Tensor h0, c0;     // [D,B,H]; undefined: zero

  StepOrder order() const {
    return x.size(0) == weights.directions() ? StepOrder::own : StepOrder::opposite;
  }
};

/// What the forward pass leaves for the others.
struct LstmTrace {
  at::Tensor gates;   // [D,T,B*4U], as lstm_kernels.h says
  at::Tensor h, c;    // [T',B,D,U] with the initial states, see states_of_direction()
  at::Tensor tanh_c;  // [D,T,B,U]
};

/// What the backward pass leaves for the tangent pass.
struct LstmBackwardTrace {
  at::Tensor delta;             // [D,T,B*4U], as the gates
  at::Tensor total_h, total_c;  // [D,T,B,U]; undefined: not kept
};

/// Gradients that come into a layer; undefined is zero.
struct LstmCotangents {
  at::Tensor h, c;   // [T,B,D,H], of all h and all c
  at::Tensor gates;  // [D,T,B*4U], as the gates, of the gates before their nonlinearity
  at::Tensor cells;  // [D,T,B,U], of all c once more
};

/// Which gradients are wanted.
struct LstmNeeds {
  bool x = true, w_ih = true, w_hh = true, bias = true, h0 = true, c0 = true;

  bool weights() const { return w_ih || w_hh || bias; }
};

/// In the shapes of the inputs; those that were not wanted are undefined.
struct LstmGradients {
  at::Tensor x, w_ih, w_hh, bias, h0, c0;
};

/// What of a trace is wanted: all of it to differentiate, else `states` (h and c) or `outputs` (h;
/// c is then the last one of each row at all steps). The others are undefined.
enum class LstmKept { all, states, outputs };

LstmTrace lstm_forward(const LstmInputs& inputs, LstmKept kept);

/// `keep`: also leave total_h and total_c. The deltas are written over backward_trace.delta, which
/// may be the gates of the trace or of the cotangents; undefined: new memory.
LstmGradients lstm_backward(const LstmInputs& inputs, const LstmTrace& trace,
                            const LstmCotangents& cotangents, const LstmNeeds& needs, bool keep,
                            LstmBackwardTrace& backward_trace);

/// A direction in x, h0 and c0, in their shapes; undefined for zero.
struct LstmDirection {
  at::Tensor x, h0, c0;
};

/// Which gradients of lstm_tangent are wanted: `trace` is those of gates, cells and c0.
struct LstmTangentNeeds {
  bool w_ih = true, w_hh = true, grad_h = true, grad_c = true, trace = true;
};

/// Gradients of sum(direction * results of lstm_backward) with respect to what went into it, as far
/// as they do not go through lstm_forward: those of `trace` are to be given to lstm_backward.
struct LstmTangentGradients {
  at::Tensor w_ih, w_hh, c0;  // undefined where not wanted or zero
  at::Tensor grad_h, grad_c;  // [T,B,D,H]
  at::Tensor gates, cells;    // as in LstmCotangents
};

LstmTangentGradients lstm_tangent(const LstmInputs& inputs, const LstmTrace& trace,
                                  const LstmBackwardTrace& backward_trace,
                                  const LstmDirection& direction, const LstmTangentNeeds& needs);

/// All states of a trace after each step, without the initial ones: [T,B,D,H], a view.
at::Tensor lstm_states(const LstmInputs& inputs, const at::Tensor& traced);

}  // namespace rnngan
