#include "nn/lstm/autograd.h"

#include <algorithm>
#include <array>
#include <vector>

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/types.h>

#include "core/error.h"
#include "nn/lstm/backend.h"
#include "nn/lstm/reference.h"

namespace rnngan::lstm {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The order in which both functions take their tensors.
enum Position : size_t { kX, kWih, kWhh, kBias, kH0, kC0, kInputs, kGradH = kInputs, kGradC };
enum TracePosition : size_t { kGates, kH, kC, kTanhC, kTraced };

// Functions take and return defined tensors only: this one stands for "none".
Tensor none(const Tensor& like) {
  return torch::empty({0}, like.options());
}

bool is_none(const Tensor& tensor) {
  return !tensor.defined() || (tensor.dim() == 1 && tensor.numel() == 0);
}

Tensor or_none(const Tensor& tensor, const Tensor& like) {
  return tensor.defined() ? tensor : none(like);
}

Tensor or_undefined(const Tensor& tensor) {
  return is_none(tensor) ? Tensor() : tensor;
}

Inputs inputs_of(const variable_list& tensors) {
  return {tensors[kX],
          {tensors[kWih], tensors[kWhh], tensors[kBias]},
          or_undefined(tensors[kH0]),
          or_undefined(tensors[kC0])};
}

const Backend& backend_of(const Inputs& inputs) {
  return *backend_for(inputs.x, inputs.weights.w_hh);
}

Trace trace_of(const variable_list& tensors, size_t first) {
  return {tensors[first + kGates], tensors[first + kH], tensors[first + kC],
          tensors[first + kTanhC]};
}

variable_list list_of(const Gradients& gradients) {
  return {gradients.x, gradients.w_ih, gradients.w_hh, gradients.bias, gradients.h0, gradients.c0};
}

Needs needs_of(const AutogradContext& context) {
  Needs needs;
  needs.x = context.needs_input_grad(kX);
  needs.w_ih = context.needs_input_grad(kWih);
  needs.w_hh = context.needs_input_grad(kWhh);
  needs.bias = context.needs_input_grad(kBias);
  needs.h0 = context.needs_input_grad(kH0);
  needs.c0 = context.needs_input_grad(kC0);
  return needs;
}

// Gradients of sum(cotangents * gradients of the layer) through the reference implementation:
// differentiable itself, and with respect to all that went in. `tensors` holds the inputs, grad_h
// and grad_c.
variable_list second_gradients_by_reference(const variable_list& tensors,
                                            const variable_list& cotangents) {
  const bool create_graph = torch::GradMode::is_enabled();
  const torch::AutoGradMode enable(true);
  // Views of the inputs, so that a dependence of one input on another is not followed here.
  variable_list leaves;
  for (size_t k = 0; k < tensors.size(); ++k) {
    const Tensor source = create_graph ? tensors[k] : tensors[k].detach();
    Tensor leaf =
        source.requires_grad() ? source.view_as(source) : source.detach().requires_grad_();
    leaves.push_back(leaf);
  }
  const States states = reference_layer(inputs_of(leaves));
  variable_list outputs, output_gradients;
  if (!is_none(leaves[kGradH])) {
    outputs.push_back(states.h);
    output_gradients.push_back(leaves[kGradH]);
  }
  if (!is_none(leaves[kGradC])) {
    outputs.push_back(states.c);
    output_gradients.push_back(leaves[kGradC]);
  }
  const variable_list layer_inputs(leaves.begin(), leaves.begin() + kInputs);
  const variable_list first = torch::autograd::grad(outputs, layer_inputs, output_gradients,
                                                    /*retain_graph=*/true, /*create_graph=*/true,
                                                    /*allow_unused=*/true);
  variable_list results, result_gradients;
  for (size_t k = 0; k < kInputs; ++k) {
    if (!cotangents[k].defined() || !first[k].defined()) continue;
    results.push_back(first[k]);
    result_gradients.push_back(cotangents[k]);
  }
  return torch::autograd::grad(results, leaves, result_gradients, /*retain_graph=*/create_graph,
                               create_graph, /*allow_unused=*/true);
}

// From the gradients of all h and all c to those of the layer's inputs. Its own gradients with
// respect to gates and cells go to Layer::backward as those of `gates` and `tanh_c`, in the sense
// of Cotangents: there they meet all others that the layer gets, and one pass takes them
// further.
class LayerBackward : public torch::autograd::Function<LayerBackward> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& w_ih,
                               const Tensor& w_hh, const Tensor& bias, const Tensor& h0,
                               const Tensor& c0, const Tensor& grad_h, const Tensor& grad_c,
                               const Tensor& gates, const Tensor& h, const Tensor& c,
                               const Tensor& tanh_c, const Needs& needs) {
    context->set_materialize_grads(false);
    BackwardTrace kept;
    const Inputs inputs = inputs_of({x, w_ih, w_hh, bias, h0, c0});
    const Gradients gradients = backend_of(inputs).backward(
        inputs, {gates, h, c, tanh_c}, {or_undefined(grad_h), or_undefined(grad_c), {}, {}}, needs,
        /*keep=*/true, kept);
    context->save_for_backward({x, w_ih, w_hh, bias, h0, c0, grad_h, grad_c, gates, h, c, tanh_c,
                                kept.delta, kept.total_h, kept.total_c});
    variable_list results = list_of(gradients);
    for (Tensor& result : results) result = or_none(result, x);
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& cotangents) {
    const variable_list saved = context->get_saved_variables();
    variable_list gradients(kArguments);
    bool of_weights = false, any = false;
    for (size_t k = 0; k < kInputs; ++k) {
      any = any || cotangents[k].defined();
      of_weights = of_weights || (cotangents[k].defined() && k >= kWih && k <= kBias);
    }
    if (!any) return gradients;
    if (torch::GradMode::is_enabled() || of_weights) {
      const variable_list tensors(saved.begin(), saved.begin() + kTrace);
      const variable_list second = second_gradients_by_reference(tensors, cotangents);
      for (size_t k = 0; k < second.size(); ++k) {
        if (!is_none(tensors[k])) gradients[k] = second[k];
      }
      return gradients;
    }
    TangentNeeds needs;
    needs.w_ih = context->needs_input_grad(kWih);
    needs.w_hh = context->needs_input_grad(kWhh);
    needs.grad_h = !is_none(saved[kGradH]) && context->needs_input_grad(kGradH);
    needs.grad_c = !is_none(saved[kGradC]) && context->needs_input_grad(kGradC);
    needs.trace = context->needs_input_grad(kTrace + kGates);
    const Inputs inputs = inputs_of(saved);
    const TangentGradients tangent = backend_of(inputs).tangent(
        inputs, trace_of(saved, kTrace), {saved[kKept], saved[kKept + 1], saved[kKept + 2]},
        {cotangents[kX], cotangents[kH0], cotangents[kC0]}, needs);
    gradients[kWih] = tangent.w_ih;
    gradients[kWhh] = tangent.w_hh;
    gradients[kC0] = tangent.c0;
    gradients[kGradH] = tangent.grad_h;
    gradients[kGradC] = tangent.grad_c;
    gradients[kTrace + kGates] = tangent.gates;
    gradients[kTrace + kTanhC] = tangent.cells;
    return gradients;
  }

 private:
  static constexpr size_t kTrace = kGradC + 1, kKept = kTrace + kTraced;
  static constexpr size_t kArguments = kTrace + kTraced + 1;
};

class Layer : public torch::autograd::Function<Layer> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& w_ih,
                               const Tensor& w_hh, const Tensor& bias, const Tensor& h0,
                               const Tensor& c0, bool want_c) {
    context->set_materialize_grads(false);
    const Inputs inputs = inputs_of({x, w_ih, w_hh, bias, h0, c0});
    const Trace trace = backend_of(inputs).forward(inputs, Keep::all);
    context->save_for_backward(
        {x, w_ih, w_hh, bias, h0, c0, trace.gates, trace.h, trace.c, trace.tanh_c});
    // The last two are for LayerBackward.
    return {states_of(inputs, trace.h), want_c ? states_of(inputs, trace.c) : none(x), trace.gates,
            trace.tanh_c};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    variable_list results(kArguments);
    Cotangents cotangents = {gradients[0], gradients[1], gradients[2], gradients[3]};
    const bool of_states = cotangents.h.defined() || cotangents.c.defined();
    const bool of_trace = cotangents.gates.defined() || cotangents.cells.defined();
    if (!of_states && !of_trace) return results;
    const variable_list saved = context->get_saved_variables();
    const Trace trace = trace_of(saved, kInputs);
    if (!torch::GradMode::is_enabled()) {
      BackwardTrace kept;
      kept.delta = memory_of_delta(trace, cotangents);
      const Inputs inputs = inputs_of(saved);
      const variable_list of_inputs = list_of(backend_of(inputs).backward(
          inputs, trace, cotangents, needs_of(*context), /*keep=*/false, kept));
      std::copy(of_inputs.begin(), of_inputs.end(), results.begin());
      return results;
    }
    if (of_trace) throw Error(ErrorKind::bug, "Lstm", "gradient of a trace to differentiate");
    // Through the second function, so that autograd knows what to do when it differentiates this.
    results = LayerBackward::apply(saved[kX], saved[kWih], saved[kWhh], saved[kBias], saved[kH0],
                                   saved[kC0], or_none(cotangents.h, saved[kX]),
                                   or_none(cotangents.c, saved[kX]), trace.gates, trace.h, trace.c,
                                   trace.tanh_c, needs_of(*context));
    for (Tensor& result : results) result = or_undefined(result);
    results.resize(kArguments);
    return results;
  }

 private:
  static constexpr size_t kArguments = 7;

  // What nobody needs after this pass: gradients that came in, or the gates where the graph is
  // about to be freed. Autograd notices if somebody still asks for these.
  static Tensor memory_of_delta(const Trace& trace, const Cotangents& cotangents) {
    if (cotangents.gates.defined()) return cotangents.gates;
    if (torch::autograd::get_current_graph_task_keep_graph()) return {};
    trace.gates.unsafeGetTensorImpl()->bump_version();
    return trace.gates;
  }
};

}  // namespace

States backend_layer(const Inputs& inputs, bool want_c) {
  const Weights& weights = inputs.weights;
  const bool differentiable =
      torch::GradMode::is_enabled() &&
      std::ranges::any_of(
          std::array{inputs.x, weights.w_ih, weights.w_hh, weights.bias, inputs.h0, inputs.c0},
          [](const Tensor& input) { return input.defined() && input.requires_grad(); });
  if (!differentiable) {
    const Trace trace = backend_of(inputs).forward(inputs, want_c ? Keep::states : Keep::outputs);
    return {states_of(inputs, trace.h), want_c ? states_of(inputs, trace.c) : Tensor()};
  }
  const variable_list states =
      Layer::apply(inputs.x, weights.w_ih, weights.w_hh, weights.bias, or_none(inputs.h0, inputs.x),
                   or_none(inputs.c0, inputs.x), want_c);
  return {states[0], or_undefined(states[1])};
}

}  // namespace rnngan::lstm
