#include "nn/lstm_fused.h"

#include <utility>
#include <vector>

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "nn/lstm_passes.h"

namespace rnngan {
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

LstmInputs inputs_of(const variable_list& tensors) {
  return {tensors[kX], {tensors[kWih], tensors[kWhh], tensors[kBias]}, tensors[kH0], tensors[kC0]};
}

LstmTrace trace_of(const variable_list& tensors, size_t first) {
  return {tensors[first + kGates], tensors[first + kH], tensors[first + kC],
          tensors[first + kTanhC]};
}

variable_list list_of(const LstmGradients& gradients) {
  return {gradients.x, gradients.w_ih, gradients.w_hh, gradients.bias, gradients.h0, gradients.c0};
}

LstmNeeds needs_of(const AutogradContext& context) {
  LstmNeeds needs;
  needs.x = context.needs_input_grad(kX);
  needs.w_ih = context.needs_input_grad(kWih);
  needs.w_hh = context.needs_input_grad(kWhh);
  needs.bias = context.needs_input_grad(kBias);
  needs.h0 = context.needs_input_grad(kH0);
  needs.c0 = context.needs_input_grad(kC0);
  return needs;
}

// Gradients of sum(cotangents * gradients of the layer) through the twin: differentiable itself,
// and with respect to all that went in. `tensors` holds the inputs, grad_h and grad_c.
variable_list second_gradients_of_twin(const variable_list& tensors,
                                       const variable_list& cotangents) {
  const bool create_graph = torch::GradMode::is_enabled();
  const torch::AutoGradMode enable(true);
  // Views of the inputs, so that a dependence of one input on another is not followed here.
  variable_list leaves, wanted;
  for (size_t k = 0; k < tensors.size(); ++k) {
    const Tensor source = create_graph ? tensors[k] : tensors[k].detach();
    Tensor leaf =
        source.requires_grad() ? source.view_as(source) : source.detach().requires_grad_();
    leaves.push_back(leaf);
  }
  const LstmInputs inputs = inputs_of(leaves);
  const LayerStates states = lstm_twin(inputs.x, inputs.weights, inputs.h0, inputs.c0);
  variable_list outputs, output_gradients;
  if (!is_none(leaves[kGradH])) {
    outputs.push_back(torch::stack(states.h, 1));
    output_gradients.push_back(leaves[kGradH]);
  }
  if (!is_none(leaves[kGradC])) {
    outputs.push_back(torch::stack(states.c, 1));
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

// From the gradients of all h and all c to those of the layer's inputs.
class LayerBackward : public torch::autograd::Function<LayerBackward> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& w_ih,
                               const Tensor& w_hh, const Tensor& bias, const Tensor& h0,
                               const Tensor& c0, const Tensor& grad_h, const Tensor& grad_c,
                               const Tensor& gates, const Tensor& h, const Tensor& c,
                               const Tensor& tanh_c, const LstmNeeds& needs, bool keep) {
    context->set_materialize_grads(false);
    LstmBackwardTrace kept;
    const LstmGradients gradients =
        lstm_backward({x, {w_ih, w_hh, bias}, h0, c0}, {gates, h, c, tanh_c}, or_undefined(grad_h),
                      or_undefined(grad_c), needs, keep, kept);
    if (keep) {
      context->save_for_backward({x, w_ih, w_hh, bias, h0, c0, grad_h, grad_c, gates, h, c, tanh_c,
                                  kept.delta, kept.total_h, kept.total_c});
    }
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
      const variable_list tensors(saved.begin(), saved.begin() + kGradC + 1);
      const variable_list twins = second_gradients_of_twin(tensors, cotangents);
      for (size_t k = 0; k < twins.size(); ++k) {
        if (!is_none(tensors[k])) gradients[k] = twins[k];
      }
      return gradients;
    }
    constexpr size_t kTrace = kGradC + 1, kKept = kTrace + kTraced;
    LstmNeeds needs = needs_of(*context);
    needs.grad_h = !is_none(saved[kGradH]) && context->needs_input_grad(kGradH);
    needs.grad_c = !is_none(saved[kGradC]) && context->needs_input_grad(kGradC);
    const LstmSecondGradients second =
        lstm_second_backward(inputs_of(saved), trace_of(saved, kTrace),
                             {saved[kKept], saved[kKept + 1], saved[kKept + 2]},
                             {cotangents[kX], cotangents[kH0], cotangents[kC0]}, needs);
    const variable_list inputs = list_of(second.inputs);
    for (size_t k = 0; k < kInputs; ++k) gradients[k] = inputs[k];
    gradients[kGradH] = second.grad_h;
    gradients[kGradC] = second.grad_c;
    return gradients;
  }

 private:
  static constexpr size_t kArguments = 14;
};

class Layer : public torch::autograd::Function<Layer> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& w_ih,
                               const Tensor& w_hh, const Tensor& bias, const Tensor& h0,
                               const Tensor& c0, bool want_c) {
    context->set_materialize_grads(false);
    const LstmTrace trace = lstm_forward({x, {w_ih, w_hh, bias}, h0, c0});
    context->save_for_backward(
        {x, w_ih, w_hh, bias, h0, c0, trace.gates, trace.h, trace.c, trace.tanh_c});
    return {lstm_states(trace.h, h0.size(2)), want_c ? lstm_states(trace.c, h0.size(2)) : none(x)};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (!gradients[0].defined() && !gradients[1].defined()) return variable_list(kArguments);
    const variable_list saved = context->get_saved_variables();
    const LstmTrace trace = trace_of(saved, kInputs);
    // Through the second function, so that autograd knows what to do when it differentiates this.
    variable_list results = LayerBackward::apply(
        saved[kX], saved[kWih], saved[kWhh], saved[kBias], saved[kH0], saved[kC0],
        or_none(gradients[0], saved[kX]), or_none(gradients[1], saved[kX]), trace.gates, trace.h,
        trace.c, trace.tanh_c, needs_of(*context), torch::GradMode::is_enabled());
    for (Tensor& result : results) result = or_undefined(result);
    results.resize(kArguments);
    return results;
  }

 private:
  static constexpr size_t kArguments = 7;
};

}  // namespace

bool lstm_fused_supports(const Tensor& x, const Tensor& weight) {
  const bool alike = x.device() == weight.device() && x.scalar_type() == weight.scalar_type();
  return alike && x.device().is_cpu() &&
         (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kFloat64);
}

FusedStates lstm_fused(const Tensor& x, const LayerWeights& weights, const Tensor& h0,
                       const Tensor& c0, bool want_c) {
  const variable_list states =
      Layer::apply(x, weights.w_ih, weights.w_hh, weights.bias, h0, c0, want_c);
  return {states[0], or_undefined(states[1])};
}

}  // namespace rnngan
