#include "nn/lstm/module.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/ranges.h>
#include <torch/nn/init.h>

#include "core/error.h"
#include "nn/lstm/autograd.h"
#include "nn/lstm/backend.h"
#include "nn/lstm/reference.h"

namespace rnngan {
namespace {

// Turns sequences of different lengths around, padding left in place. It is its own inverse.
class Reversal {
 public:
  Reversal() = default;
  explicit Reversal(const StepMask& steps) {
    const torch::TensorOptions options = steps.lengths.options();
    const torch::Tensor step = torch::arange(steps.steps(), options).unsqueeze(1);
    const torch::Tensor source =
        torch::where(step < steps.lengths, steps.lengths - 1 - step, step);  // [T,B]
    rows_ = (source * steps.batch() + torch::arange(steps.batch(), options)).flatten();
  }

  /// values [T,B,n]
  torch::Tensor operator()(const torch::Tensor& values) const {
    return values.reshape({-1, values.size(2)}).index_select(0, rows_).view(values.sizes());
  }

 private:
  torch::Tensor rows_;  // [T*B] row t*B + b
};

// states [T,B,D,H] -> [D,B,H] after the last step that each direction takes. Those of sequences of
// different lengths stand in the order in which they were taken, else those of the second direction
// go back in time.
torch::Tensor last_state(const torch::Tensor& states, const StepMask& steps) {
  if (!steps.ragged) {
    const torch::Tensor last = states.select(0, states.size(0) - 1);  // [B,D,H]
    if (states.size(2) == 1) return last.transpose(0, 1);
    return torch::stack({last.select(1, 0), states.select(0, 0).select(1, 1)});
  }
  const torch::Tensor index = (steps.lengths - 1)
                                  .view({1, -1, 1, 1})
                                  .expand({1, states.size(1), states.size(2), states.size(3)});
  return states.gather(0, index).squeeze(0).transpose(0, 1);
}

// Without `want_c`, c may be undefined.
lstm::States run_layer(const lstm::Inputs& inputs, bool want_c) {
  const bool served = lstm::backend_for(inputs.x, inputs.weights.w_hh) != nullptr;
  return served ? lstm::backend_layer(inputs, want_c) : lstm::reference_layer(inputs);
}

void require_state(const torch::Tensor& state, const char* name,
                   const std::vector<int64_t>& shape) {
  if (state.defined() && state.sizes() == torch::IntArrayRef(shape)) return;
  throw Error(ErrorKind::bug, "Lstm",
              fmt::format("initial {} is not [{}]", name, fmt::join(shape, ",")));
}

}  // namespace

Lstm::Lstm(const LstmOptions& options) : options_(options) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(options.hidden));
  const auto add = [&](const std::string& name, torch::IntArrayRef shape) {
    torch::Tensor& parameter = register_parameter(name, torch::empty(shape));
    return torch::nn::init::uniform_(parameter, -bound, bound);
  };
  const int64_t gates = 4 * options.hidden;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const int64_t input = layer == 0 ? options.input : options.hidden * options.directions();
    for (int64_t direction = 0; direction < options.directions(); ++direction) {
      const std::string suffix = fmt::format("_l{}{}", layer, direction == 0 ? "" : "_reverse");
      Parameters parameters;
      parameters.w_ih = add("weight_ih" + suffix, {gates, input});
      parameters.w_hh = add("weight_hh" + suffix, {gates, options.hidden});
      parameters.b_ih = add("bias_ih" + suffix, {gates});
      parameters.b_hh = add("bias_hh" + suffix, {gates});
      weights_.push_back(std::move(parameters));
    }
  }
}

LstmOutput Lstm::forward(const LstmInput& input, const StepMask& steps, const LstmState& initial,
                         Differentiation differentiation) {
  return run(input, steps, initial, differentiation, /*want_final=*/true, {});
}

torch::Tensor Lstm::outputs(const LstmInput& input, const StepMask& steps, const LstmState& initial,
                            Differentiation differentiation, const torch::Tensor& dropout) {
  return run(input, steps, initial, differentiation, /*want_final=*/false, dropout).y;
}

LstmOutput Lstm::run(const LstmInput& input, const StepMask& steps, const LstmState& initial,
                     Differentiation differentiation, bool want_final,
                     const torch::Tensor& dropout) {
  require_shapes(input, steps, initial);
  const torch::Tensor clean = zero_padding(input.x, steps);
  // A backend beats torch::lstm with either LibTorch; elsewhere that one has kernels of its own
  // (cuDNN's), which cannot be differentiated twice.
  const bool served = lstm::backend_for(clean, weights_[0].w_hh) != nullptr;
  const bool twice = differentiation == Differentiation::twice && torch::GradMode::is_enabled();
  // The forward direction is causal: padding at the end reaches only the steps that are zeroed
  // below, and the final state.
  const bool causal = !steps.ragged || (!options_.bidirectional && !want_final);
  const bool stock = !served && !twice && causal && !dropout.defined();
  LstmOutput output =
      stock ? forward_stock(append_to_steps(clean, input.context), initial)
            : forward_layers({clean, input.context}, steps, initial, want_final, dropout);
  output.y = zero_padding(output.y, steps);
  return output;
}

void Lstm::require_shapes(const LstmInput& input, const StepMask& steps,
                          const LstmState& initial) const {
  const torch::Tensor& x = input.x;
  const int64_t width = options_.input - (input.context.defined() ? input.context.size(1) : 0);
  if (x.dim() != 3 || x.size(0) != steps.batch() || x.size(1) != steps.steps() ||
      x.size(2) != width) {
    throw Error(ErrorKind::bug, "Lstm",
                fmt::format("input is [{}], not [{},{},{}]", fmt::join(x.sizes(), ","),
                            steps.batch(), steps.steps(), width));
  }
  if (!initial.defined()) return;
  const std::vector<int64_t> shape = {options_.layers * options_.directions(), x.size(0),
                                      options_.hidden};
  require_state(initial.h, "h", shape);
  require_state(initial.c, "c", shape);
}

Lstm::Parameters Lstm::used_parameters(int64_t index) const {
  Parameters used = weights_[static_cast<size_t>(index)];
  if (transform_) {
    used.w_ih = transform_(used.w_ih);
    used.w_hh = transform_(used.w_hh);
  }
  return used;
}

lstm::Weights Lstm::layer_weights(int64_t layer) const {
  const int64_t first = layer * options_.directions();
  const Parameters forward = used_parameters(first);
  if (!options_.bidirectional) {
    return {forward.w_ih.unsqueeze(0), forward.w_hh.unsqueeze(0),
            (forward.b_ih + forward.b_hh).unsqueeze(0)};
  }
  const Parameters backward = used_parameters(first + 1);
  return {torch::stack({forward.w_ih, backward.w_ih}), torch::stack({forward.w_hh, backward.w_hh}),
          torch::stack({forward.b_ih + forward.b_hh, backward.b_ih + backward.b_hh})};
}

/// What a context adds to the gates is the same in all steps: a bias of each sequence.
lstm::Weights Lstm::first_weights(const torch::Tensor& context) const {
  lstm::Weights weights = layer_weights(0);
  if (!context.defined()) return weights;
  const int64_t of_steps = options_.input - context.size(1);
  const torch::Tensor of_context = weights.w_ih.narrow(2, of_steps, context.size(1));
  weights.w_ih = weights.w_ih.narrow(2, 0, of_steps);
  weights.bias = torch::baddbmm(weights.bias.unsqueeze(1),
                                context.unsqueeze(0).expand({weights.directions(), -1, -1}),
                                of_context.transpose(1, 2));
  return weights;
}

LstmOutput Lstm::forward_stock(const torch::Tensor& x, const LstmState& initial) const {
  const auto start = [&](const torch::Tensor& state) {
    if (state.defined()) return state.contiguous();
    return torch::zeros({options_.layers * options_.directions(), x.size(0), options_.hidden},
                        x.options());
  };
  std::vector<torch::Tensor> weights;
  for (int64_t index = 0; index < static_cast<int64_t>(weights_.size()); ++index) {
    const Parameters used = used_parameters(index);
    weights.insert(weights.end(), {used.w_ih, used.w_hh, used.b_ih, used.b_hh});
  }
  auto [y, h, c] = torch::lstm(x, {start(initial.h), start(initial.c)}, weights,
                               /*has_biases=*/true, options_.layers, /*dropout=*/0.0, is_training(),
                               options_.bidirectional, /*batch_first=*/true);
  return {y, {h, c}};
}

LstmOutput Lstm::forward_layers(const LstmInput& input, const StepMask& steps,
                                const LstmState& initial, bool want_final,
                                const torch::Tensor& dropout) const {
  const int64_t directions = options_.directions();
  // Sequences of different lengths do not end at one step: the second direction gets its own.
  const bool turned = directions == 2 && steps.ragged;
  const Reversal reversed = turned ? Reversal(steps) : Reversal();
  torch::Tensor rows = input.x.transpose(0, 1).contiguous();  // [T,B,in], as every pass reads it
  std::vector<torch::Tensor> final_h, final_c;
  for (int64_t layer = 0; layer < options_.layers; ++layer) {
    const torch::Tensor x = turned ? torch::stack({rows, reversed(rows)}) : rows.unsqueeze(0);
    const lstm::Weights weights = layer == 0 ? first_weights(input.context) : layer_weights(layer);
    const auto of_layer = [&](const torch::Tensor& state) {
      return state.defined() ? state.narrow(0, layer * directions, directions) : state;
    };
    const lstm::States states =
        run_layer({x, weights, of_layer(initial.h), of_layer(initial.c)}, want_final);
    if (want_final) {
      final_h.push_back(last_state(states.h, steps));
      final_c.push_back(last_state(states.c, steps));
    }
    rows = turned ? torch::cat({states.h.select(2, 0), reversed(states.h.select(2, 1))}, 2)
                  : states.h.flatten(2);
    const int64_t width = rows.size(2);
    if (dropout.defined()) rows = rows * dropout.narrow(1, layer * width, width);
  }
  LstmOutput output;
  output.y = rows.transpose(0, 1);
  if (want_final) output.final = {torch::cat(final_h), torch::cat(final_c)};
  return output;
}

}  // namespace rnngan
