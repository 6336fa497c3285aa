#include "evaluation/gru_layer.h"

#include <utility>

#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace rnngan {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What a pass keeps for the way back.
struct GruTrace {
  Tensor gates;   // [T,3H,B]: reset, update, new, after their functions
  Tensor hidden;  // [T,H,B]: W_new h + b of each step, what the reset gate multiplies
  Tensor states;  // [T,H,B]
};

// What the loops read and write never overlaps: only so are they computed several numbers at a
// time.
#define RNNGAN_APART __restrict__

// Twice what the new gate's tanh is taken of (`gate`, in place): the input's part plus what the
// reset gate lets through.
template <class Number>
void add_reset(Number* RNNGAN_APART gate, const Number* RNNGAN_APART reset,
               const Number* RNNGAN_APART hidden, int64_t count) {
  for (int64_t i = 0; i < count; ++i) gate[i] = 2 * (gate[i] + reset[i] * hidden[i]);
}

// tanh(a) is 2 sigmoid(2a) - 1, and the sigmoid is several times as fast: `candidate` comes in as
// the sigmoid.
template <class Number>
void blend(Number* RNNGAN_APART state, const Number* RNNGAN_APART previous,
           const Number* RNNGAN_APART update, Number* RNNGAN_APART candidate, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    candidate[i] = 2 * candidate[i] - 1;
    state[i] = candidate[i] + update[i] * (previous[i] - candidate[i]);
  }
}

GruTrace gru_forward(const Tensor& x, const GruWeights& weights) {
  const int64_t steps = x.size(0), width = weights.state.size(1), batch = x.size(2);
  // The recurrent bias of reset and update joins that of the input; the new gate's is behind the
  // reset gate and stays apart.
  Tensor bias = weights.input_bias.clone();
  bias.narrow(0, 0, 2 * width).add_(weights.state_bias.narrow(0, 0, 2 * width));
  const Tensor new_bias = weights.state_bias.narrow(0, 2 * width, width).unsqueeze(1);
  GruTrace trace;
  trace.gates =
      at::baddbmm(bias.view({1, -1, 1}), weights.input.unsqueeze(0).expand({steps, -1, -1}), x)
          .contiguous();
  trace.hidden = at::empty({steps, width, batch}, x.options());
  trace.states = at::empty({steps, width, batch}, x.options());
  const Tensor zero = at::zeros({width, batch}, x.options());
  const Tensor both = weights.state.narrow(0, 0, 2 * width),
               fresh = weights.state.narrow(0, 2 * width, width);
  const int64_t block = width * batch;
  for (int64_t t = 0; t < steps; ++t) {
    const Tensor previous = t == 0 ? zero : trace.states.select(0, t - 1);
    const Tensor gates = trace.gates.select(0, t);
    Tensor hidden = trace.hidden.select(0, t), reset_update = gates.narrow(0, 0, 2 * width),
           candidate = gates.narrow(0, 2 * width, width);
    if (t > 0) reset_update.addmm_(both, previous);
    reset_update.sigmoid_();
    if (t > 0) {
      at::addmm_out(hidden, new_bias, fresh, previous);
    } else {
      hidden.copy_(new_bias.expand({width, batch}));
    }
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "gru_forward", [&] {
      add_reset(candidate.data_ptr<scalar_t>(), gates.data_ptr<scalar_t>(),
                hidden.data_ptr<scalar_t>(), block);
      candidate.sigmoid_();
      blend(trace.states.data_ptr<scalar_t>() + t * block, previous.data_ptr<scalar_t>(),
            gates.data_ptr<scalar_t>() + block, candidate.data_ptr<scalar_t>(), block);
    });
  }
  return trace;
}

// One step back. `total` holds dL/dh and leaves as the part of dL/dh of the step before that does
// not go through the recurrent product; `input` [3H,B] and `state` [3H,B] get the gradients of what
// the gates' functions were applied to, before and behind the reset gate.
template <class Number>
void step_back(Number* RNNGAN_APART total, const Number* RNNGAN_APART gates,
               const Number* RNNGAN_APART hidden, const Number* RNNGAN_APART previous,
               Number* RNNGAN_APART input, Number* RNNGAN_APART state, int64_t block) {
  const Number *reset = gates, *update = gates + block, *candidate = gates + 2 * block;
  for (int64_t i = 0; i < block; ++i) {
    const Number r = reset[i], z = update[i], n = candidate[i], g = total[i];
    const Number to_new = g * (1 - z) * (1 - n * n);
    const Number to_reset = to_new * hidden[i] * r * (1 - r);
    const Number to_update = g * (previous[i] - n) * z * (1 - z);
    input[i] = to_reset;
    state[i] = to_reset;
    input[block + i] = to_update;
    state[block + i] = to_update;
    input[2 * block + i] = to_new;
    state[2 * block + i] = to_new * r;
    total[i] = g * z;
  }
}

GruWeights gru_backward(const Tensor& x, const Tensor& state_weight, const GruTrace& trace,
                        const Tensor& grad_states) {
  const int64_t steps = x.size(0), width = state_weight.size(1), batch = x.size(2);
  const int64_t block = width * batch;
  Tensor to_input = at::empty_like(trace.gates), to_state = at::empty_like(trace.gates);
  Tensor total = at::zeros({width, batch}, x.options());
  const Tensor zero = at::zeros({width, batch}, x.options()), transposed = state_weight.t();
  for (int64_t t = steps - 1; t >= 0; --t) {
    total.add_(grad_states.select(0, t));
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "gru_backward", [&] {
      const scalar_t* states = trace.states.data_ptr<scalar_t>();
      step_back(total.data_ptr<scalar_t>(), trace.gates.data_ptr<scalar_t>() + 3 * t * block,
                trace.hidden.data_ptr<scalar_t>() + t * block,
                t == 0 ? zero.data_ptr<scalar_t>() : states + (t - 1) * block,
                to_input.data_ptr<scalar_t>() + 3 * t * block,
                to_state.data_ptr<scalar_t>() + 3 * t * block, block);
    });
    if (t > 0) total.addmm_(transposed, to_state.select(0, t));
  }
  GruWeights gradients;
  gradients.input = at::bmm(to_input, x.transpose(1, 2)).sum(0);
  gradients.state = at::bmm(to_state.narrow(0, 1, steps - 1),
                            trace.states.narrow(0, 0, steps - 1).transpose(1, 2))
                        .sum(0);
  gradients.input_bias = to_input.sum(2).sum(0);
  gradients.state_bias = to_state.sum(2).sum(0);
  return gradients;
}

class GruLayer : public torch::autograd::Function<GruLayer> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& input,
                        const Tensor& state, const Tensor& input_bias, const Tensor& state_bias) {
    GruTrace trace = gru_forward(x, {input, state, input_bias, state_bias});
    context->save_for_backward({x, state, trace.gates, trace.hidden, trace.states});
    return trace.states;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    GruWeights weights =
        gru_backward(saved[0], saved[1], {saved[2], saved[3], saved[4]}, gradients[0]);
    return {Tensor(), std::move(weights.input), std::move(weights.state),
            std::move(weights.input_bias), std::move(weights.state_bias)};
  }
};

}  // namespace

Tensor gru_states(const Tensor& x, const GruWeights& weights) {
  return GruLayer::apply(x.contiguous(), weights.input, weights.state, weights.input_bias,
                         weights.state_bias);
}

}  // namespace rnngan
