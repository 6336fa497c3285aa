// What a device brings to run a layer fast: the three passes of which autograd.h makes a layer that
// is differentiated twice. A backend is a table of functions; none of them is differentiable by
// autograd. Where none serves, reference.h does.
//
// The forward pass is layer.h's. The backward pass takes gradients y~ of h (and of c) to those of
// the inputs, last step first, with r and s coming from the step after it:
//
//   dh = y~ + r,   d = dh o (1 - t²) + s,   δ_i = d g i (1 - i),   δ_f = d c₋ f (1 - f),
//   δ_g = d i (1 - g²),   δ_o = dh t o (1 - o),   s₋ = d f,   [r₋ | dx] = δ [W_hh | W_ih],
//   dW_ih = Σ δ' x,   dW_hh = Σ δ' h₋,   db = Σ δ
//
// It is linear in y~. So what depends on its results (a gradient penalty) has with respect to y~ a
// gradient that is the tangent of h along a direction, the gradient with respect to those results:
// one more pass forward in time. Beside y~ the backward pass depends on gates and cells; gradients
// with respect to these go through the backward pass of the layer, with all others that come in
// there. A penalised step so costs 6 times the products of a forward pass, a plain one 3.
//
// One dtype and device for all. U >= H is the backend's width of a state; what lies beyond H is
// zero. What has its D first lies in the order in which steps are taken, states [T,B,D,.] where the
// steps do.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm/layer.h"

namespace rnngan::lstm {

/// What of a trace is wanted: all of it to differentiate, else `states` (h and c) or `outputs` (h;
/// c is then the last one of each row at all steps). The others are undefined.
enum class Keep { all, states, outputs };

/// What the forward pass leaves for the others.
struct Trace {
  at::Tensor gates;   // i, f, g, o of all steps, in the backend's own layout
  at::Tensor h, c;    // [T',B,D,U], T' = T + 1 with the initial states first; T + 2 under the
                      // opposite order, with those of the second direction last
  at::Tensor tanh_c;  // [D,T,B,U]
};

/// What the backward pass leaves for the tangent pass.
struct BackwardTrace {
  at::Tensor delta;             // δ, laid out as the gates
  at::Tensor total_h, total_c;  // [D,T,B,U] dh and d; undefined: not kept
};

/// Gradients that come into a layer; undefined is zero.
struct Cotangents {
  at::Tensor h, c;   // [T,B,D,H], of all h and all c
  at::Tensor gates;  // of the gates before their nonlinearity, laid out as the gates
  at::Tensor cells;  // [D,T,B,U], of all c once more
};

/// Which gradients are wanted.
struct Needs {
  bool x = true, w_ih = true, w_hh = true, bias = true, h0 = true, c0 = true;

  bool weights() const { return w_ih || w_hh || bias; }
};

/// In the shapes of the inputs; those that were not wanted are undefined.
struct Gradients {
  at::Tensor x, w_ih, w_hh, bias, h0, c0;
};

/// A direction in x, h0 and c0, in their shapes; undefined for zero.
struct InputTangents {
  at::Tensor x, h0, c0;
};

/// Which gradients of a tangent pass are wanted: `trace` is those of gates, cells and c0.
struct TangentNeeds {
  bool w_ih = true, w_hh = true, grad_h = true, grad_c = true, trace = true;
};

/// Gradients of sum(tangents * results of the backward pass) with respect to what went into it, as
/// far as they do not go through the forward pass: those of `trace` are to be given to another
/// backward pass.
struct TangentGradients {
  at::Tensor w_ih, w_hh, c0;  // undefined where not wanted or zero
  at::Tensor grad_h, grad_c;  // [T,B,D,H]
  at::Tensor gates, cells;    // as in Cotangents
};

struct Backend {
  const char* name;
  bool (*serves)(const at::Tensor& x);  // its device and dtype

  Trace (*forward)(const Inputs& inputs, Keep keep);
  /// `keep`: also leave total_h and total_c. δ is written over backward_trace.delta, which may be
  /// the gates of the trace or of the cotangents; undefined: new memory.
  Gradients (*backward)(const Inputs& inputs, const Trace& trace, const Cotangents& cotangents,
                        const Needs& needs, bool keep, BackwardTrace& backward_trace);
  TangentGradients (*tangent)(const Inputs& inputs, const Trace& trace,
                              const BackwardTrace& backward_trace, const InputTangents& tangents,
                              const TangentNeeds& needs);
};

/// The backend that serves a layer with this x and weight; null: none does.
const Backend* backend_for(const at::Tensor& x, const at::Tensor& weight);

/// All states of a trace after each step, without the initial ones: [T,B,D,H], a view.
at::Tensor states_of(const Inputs& inputs, const at::Tensor& traced);

}  // namespace rnngan::lstm
