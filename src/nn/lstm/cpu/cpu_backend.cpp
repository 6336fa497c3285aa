#include "nn/lstm/cpu/cpu_backend.h"

#include <algorithm>
#include <vector>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

#include "nn/lstm/cpu/instruction_set.h"
#include "nn/lstm/cpu/pack.h"
#include "nn/lstm/cpu/step_rows.h"
#include "nn/lstm/cpu/weight_gradients.h"

namespace rnngan::lstm::cpu {
namespace {

int64_t round_up(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// [.., H] -> [.., U] with adjacent units.
at::Tensor pad_units(const at::Tensor& values, int64_t units) {
  const int64_t missing = units - values.size(-1);
  if (missing > 0) return torch::constant_pad_nd(values, {0, missing});
  return values.stride(-1) == 1 || units == 1 ? values : values.contiguous();
}

// [D,T,B,n] with adjacent features and the rows of a step near each other: copied if need be.
at::Tensor with_near_rows(const at::Tensor& values) {
  const bool dense = values.size(3) == 1 || values.stride(3) == 1;
  const bool near = values.size(1) == 1 || values.size(2) == 1 ||
                    (values.stride(2) >= values.size(3) && values.stride(1) >= values.stride(2));
  return dense && near ? values : values.contiguous();
}

// The tensors behind one Run per direction. Only what a pass uses is defined.
template <class Real>
class Runs {
 public:
  Runs(const Inputs& inputs, const Trace& trace)
      : kernels_(best_kernels<Real>()), inputs_(inputs), order_(inputs.order()), trace_(trace) {
    x_ = with_near_rows(inputs.x);
  }

  int64_t directions() const { return inputs_.weights.directions(); }
  int64_t steps() const { return inputs_.x.size(1); }
  int64_t batch() const { return inputs_.x.size(2); }
  int64_t input() const { return inputs_.x.size(3); }
  Columns columns() const { return {kernels_.lanes, trace_.h.size(3)}; }
  at::TensorOptions options() const { return inputs_.x.options(); }

  void pack_weights_into_gates() {
    into_gates_ = pack_into_gates(inputs_.weights, columns());
    bias_ = pack_bias(inputs_.weights, columns());
  }

  void pack_weights_from_gates(bool with_x, bool with_h0) {
    want_h0_ = with_h0;
    from_gates_ = pack_from_gates(inputs_.weights, columns(), with_x);
    const int64_t units = columns().units;
    state_width_ = round_up(units + (with_x ? input() : 0), kernels_.lanes);
    grad_state = torch::zeros({directions(), batch(), state_width_}, options());
    grad_cell = torch::zeros({directions(), batch(), units}, options());
    if (with_x) grad_x = torch::empty({directions(), steps(), batch(), input()}, options());
  }

  /// Runs a pass over all rows of all directions.
  void run(typename Kernels<Real>::Pass pass) const {
    std::vector<Run<Real>> runs;
    for (int64_t d = 0; d < directions(); ++d) runs.push_back(direction(d));
    // Not fewer rows than keep the kernel busy; a direction's rows, then the next one's.
    const int64_t rows = batch();
    at::parallel_for(0, directions() * rows, kernels_.block, [&](int64_t first, int64_t last) {
      for (int64_t d = first / rows; d * rows < last; ++d) {
        pass(runs[static_cast<size_t>(d)], std::max(first - d * rows, int64_t{0}),
             std::min(last - d * rows, rows));
      }
    });
  }

  /// Of x in its shape: over the same steps, directions add up.
  at::Tensor gradient_of_x() const {
    return grad_x.defined() && order_ == StepOrder::opposite ? grad_x.sum(0, true) : grad_x;
  }

  const Kernels<Real>& kernels() const { return kernels_; }
  const at::Tensor& x() const { return x_; }

  at::Tensor grad_h, grad_c, grad_gates, grad_cells, delta, total_h, total_c;
  at::Tensor grad_state, grad_cell, grad_x;
  at::Tensor tangent_x, tangent_h, tangent_c, tangent_cells;
  bool zero_tangent_start = false;

 private:
  static Real* pointer(const at::Tensor& tensor, int64_t d) {
    if (!tensor.defined()) return nullptr;
    return tensor.data_ptr<Real>() + d * tensor.stride(0);
  }

  Rows<Real> rows(const at::Tensor& values, int64_t d) const {
    return rows_of_direction<Real>(values, d, order_);
  }
  Rows<Real> states(const at::Tensor& values, int64_t d) const {
    return states_of_direction<Real>(values, d, order_);
  }

  Run<Real> direction(int64_t d) const {
    Run<Real> run = {};
    run.steps = steps();
    run.batch = batch();
    run.input = input();
    run.hidden = inputs_.weights.hidden();
    run.units = columns().units;
    run.zero_start = !inputs_.h0.defined();
    run.zero_tangent_start = zero_tangent_start;
    run.into_gates = pointer(into_gates_, d);
    run.bias = pointer(bias_, d);
    run.bias_row = bias_.defined() && bias_.size(1) > 1 ? bias_.stride(1) : 0;
    run.from_gates = pointer(from_gates_, d);
    run.state_width = state_width_;
    run.x = rows(x_, d);
    run.gates = pointer(trace_.gates, d);
    run.h = states(trace_.h, d);
    run.c = states(trace_.c, d);
    run.tanh_c = pointer(trace_.tanh_c, d);
    run.grad_h = states(grad_h, d);
    run.grad_c = states(grad_c, d);
    run.grad_gates = pointer(grad_gates, d);
    run.grad_cells = pointer(grad_cells, d);
    run.delta = pointer(delta, d);
    run.total_h = pointer(total_h, d);
    run.total_c = pointer(total_c, d);
    run.grad_state = pointer(grad_state, d);
    run.grad_cell = pointer(grad_cell, d);
    run.grad_x = rows(grad_x, d);
    run.want_initial_h = want_h0_;
    run.tangent_x = rows(tangent_x, d);
    run.tangent_h = states(tangent_h, d);
    run.tangent_c = pointer(tangent_c, d);
    run.tangent_cells = states(tangent_cells, d);
    return run;
  }

  const Kernels<Real>& kernels_;
  const Inputs& inputs_;
  StepOrder order_;
  const Trace& trace_;
  at::Tensor x_, into_gates_, bias_, from_gates_;
  int64_t state_width_ = 0;
  bool want_h0_ = false;
};

// States of a trace, of them the initial ones [D,B,H], undefined for zero. Not `kept`: all steps
// share one place.
at::Tensor start_states(const Inputs& inputs, int64_t units, const at::Tensor& initial, bool kept) {
  const int64_t directions = inputs.weights.directions(), steps = inputs.x.size(1);
  const bool opposite = inputs.order() == StepOrder::opposite;
  const int64_t places = steps + (opposite ? 2 : 1);
  const at::Tensor states =
      torch::empty({kept ? places : 1, inputs.x.size(2), directions, units}, inputs.x.options())
          .expand({places, -1, -1, -1});
  for (int64_t d = 0; d < directions; ++d) {
    at::Tensor first = states.select(0, opposite && d == 1 ? steps + 1 : 0).select(1, d);
    if (!initial.defined() || initial.size(2) != units) first.zero_();
    if (initial.defined()) first.narrow(1, 0, initial.size(2)).copy_(initial[d]);
  }
  return states;
}

template <class Real>
Trace forward(const Inputs& inputs, Keep keep) {
  const int64_t units = round_up(inputs.weights.hidden(), best_kernels<Real>().unit_step);
  const int64_t directions = inputs.weights.directions();
  const int64_t steps = inputs.x.size(1), batch = inputs.x.size(2);
  const at::TensorOptions options = inputs.x.options();
  Trace trace;
  trace.h = start_states(inputs, units, inputs.h0, /*kept=*/true);
  trace.c = start_states(inputs, units, inputs.c0, keep != Keep::outputs);
  if (keep == Keep::all) {
    trace.gates = torch::empty({directions, steps, batch * 4 * units}, options);
    trace.tanh_c = torch::empty({directions, steps, batch, units}, options);
  }
  Runs<Real> runs(inputs, trace);
  runs.pack_weights_into_gates();
  runs.run(runs.kernels().forward);
  return trace;
}

template <class Real>
Gradients backward(const Inputs& inputs, const Trace& trace, const Cotangents& cotangents,
                   const Needs& needs, bool keep, BackwardTrace& kept) {
  Runs<Real> runs(inputs, trace);
  const int64_t hidden = inputs.weights.hidden();
  if (cotangents.h.defined()) runs.grad_h = pad_units(cotangents.h, runs.columns().units);
  if (cotangents.c.defined()) runs.grad_c = pad_units(cotangents.c, runs.columns().units);
  runs.grad_gates = cotangents.gates;
  runs.grad_cells = cotangents.cells;
  if (!kept.delta.defined()) kept.delta = torch::empty_like(trace.gates);
  if (keep) {
    kept.total_h = torch::empty_like(trace.tanh_c);
    kept.total_c = torch::empty_like(trace.tanh_c);
  }
  runs.delta = kept.delta;
  runs.total_h = kept.total_h;
  runs.total_c = kept.total_c;
  runs.pack_weights_from_gates(needs.x, needs.h0);
  runs.run(runs.kernels().backward);

  Gradients gradients;
  const bool of_rows = needs.bias && inputs.weights.bias.dim() == 3;
  Needs of_weights = needs;
  of_weights.bias = needs.bias && !of_rows;
  if (of_weights.weights()) {
    gradients =
        weight_gradients({runs.x(), trace.h, kept.delta, inputs.order(), !inputs.h0.defined()},
                         runs.columns(), hidden, of_weights);
  }
  if (of_rows) gradients.bias = unpack_step(kept.delta.sum(1), runs.columns(), hidden);
  gradients.x = runs.gradient_of_x();
  if (needs.h0) gradients.h0 = runs.grad_state.narrow(2, 0, hidden).contiguous();
  if (needs.c0) gradients.c0 = runs.grad_cell.narrow(2, 0, hidden).contiguous();
  return gradients;
}

template <class Real>
TangentGradients tangent(const Inputs& inputs, const Trace& trace, const BackwardTrace& kept,
                         const InputTangents& tangents, const TangentNeeds& needs) {
  Runs<Real> runs(inputs, trace);
  const int64_t hidden = inputs.weights.hidden(), units = runs.columns().units;
  if (tangents.x.defined()) runs.tangent_x = with_near_rows(tangents.x);
  runs.zero_tangent_start = !tangents.h0.defined();
  runs.tangent_h = start_states(inputs, units, tangents.h0, /*kept=*/true);
  runs.tangent_c = torch::zeros({runs.directions(), runs.batch(), units}, runs.options());
  if (tangents.c0.defined()) runs.tangent_c.narrow(2, 0, hidden).copy_(tangents.c0);
  if (needs.grad_c) {
    runs.tangent_cells =
        torch::empty({runs.steps(), runs.batch(), runs.directions(), units}, runs.options());
  }
  if (needs.trace) {
    runs.total_h = kept.total_h;
    runs.total_c = kept.total_c;
    runs.grad_gates = torch::empty_like(trace.gates);
    runs.grad_cells = torch::empty_like(trace.tanh_c);
    runs.grad_cell = torch::zeros_like(runs.tangent_c);
  }
  runs.pack_weights_into_gates();
  runs.run(runs.kernels().tangent);

  TangentGradients gradients;
  if (needs.grad_h) gradients.grad_h = states_of(inputs, runs.tangent_h);
  if (needs.grad_c) gradients.grad_c = runs.tangent_cells.narrow(3, 0, hidden);
  if (needs.trace) {
    gradients.gates = runs.grad_gates;
    gradients.cells = runs.grad_cells;
    gradients.c0 = runs.grad_cell.narrow(2, 0, hidden).contiguous();
  }
  Needs of_weights;
  of_weights.w_ih = needs.w_ih && tangents.x.defined();
  of_weights.w_hh = needs.w_hh;
  of_weights.bias = false;
  if (of_weights.weights()) {
    const Gradients weights = weight_gradients(
        {runs.tangent_x, runs.tangent_h, kept.delta, inputs.order(), !tangents.h0.defined()},
        runs.columns(), hidden, of_weights);
    gradients.w_ih = weights.w_ih;
    gradients.w_hh = weights.w_hh;
  }
  return gradients;
}

bool serves(const at::Tensor& x) {
  return x.device().is_cpu() &&
         (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kFloat64);
}

Trace forward_pass(const Inputs& inputs, Keep keep) {
  return AT_DISPATCH_FLOATING_TYPES(inputs.x.scalar_type(), "lstm_forward",
                                    [&] { return forward<scalar_t>(inputs, keep); });
}

Gradients backward_pass(const Inputs& inputs, const Trace& trace, const Cotangents& cotangents,
                        const Needs& needs, bool keep, BackwardTrace& backward_trace) {
  return AT_DISPATCH_FLOATING_TYPES(inputs.x.scalar_type(), "lstm_backward", [&] {
    return backward<scalar_t>(inputs, trace, cotangents, needs, keep, backward_trace);
  });
}

TangentGradients tangent_pass(const Inputs& inputs, const Trace& trace,
                              const BackwardTrace& backward_trace, const InputTangents& tangents,
                              const TangentNeeds& needs) {
  return AT_DISPATCH_FLOATING_TYPES(inputs.x.scalar_type(), "lstm_tangent", [&] {
    return tangent<scalar_t>(inputs, trace, backward_trace, tangents, needs);
  });
}

}  // namespace

const Backend kBackend = {"cpu", serves, forward_pass, backward_pass, tangent_pass};

}  // namespace rnngan::lstm::cpu
