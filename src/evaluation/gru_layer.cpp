#include "evaluation/gru_layer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "evaluation/evaluator_kernels.h"

namespace rnngan {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Views of each step are made once: making them costs as much as a small product.
struct GruBuffers::Impl {
  explicit Impl(Products who) : products(who) {}

  void fit(int64_t new_steps, int64_t new_width, int64_t new_batch);
  bool own() const { return products == Products::own; }

  Products products;
  int64_t steps = 0, width = 0, batch = 0;
  Tensor gates;   // [T,3H,B]: reset, update, new, after their functions
  Tensor hidden;  // [T,H,B]: W_new h + b of each step, what the reset gate multiplies
  Tensor states;  // [T,H,B]
  Tensor zero;    // [H,B]
  // Of each step.
  std::vector<Tensor> reset_update, candidate, hidden_at, state_at;
  // On the way back.
  Tensor total;               // [H,B]
  Tensor to_input, to_state;  // [T,3H,B]; own products need one step at a time, [1,3H,B]
  std::vector<Tensor> to_state_at;
  // Own products: what weights are multiplied by, of one step: x, state before, 1, and zeros up to
  // a whole number of vectors, [B,P]; their gradients before and, of the new gate alone, behind the
  // reset gate, [4H,P].
  Tensor factors, sums;
};

void GruBuffers::Impl::fit(int64_t new_steps, int64_t new_width, int64_t new_batch) {
  if (steps == new_steps && width == new_width && batch == new_batch) return;
  steps = new_steps, width = new_width, batch = new_batch;
  gates = at::empty({steps, 3 * width, batch}, at::kFloat);
  hidden = at::empty({steps, width, batch}, at::kFloat);
  states = at::empty({steps, width, batch}, at::kFloat);
  zero = at::zeros({width, batch}, at::kFloat);
  hidden_at = hidden.unbind(0);
  state_at = states.unbind(0);
  reset_update = gates.narrow(1, 0, 2 * width).unbind(0);
  candidate = gates.narrow(1, 2 * width, width).unbind(0);
  to_input = to_state = total = Tensor();  // not needed where only answers are asked for
}

GruBuffers::GruBuffers(Products products) : impl_(std::make_unique<Impl>(products)) {}
GruBuffers::~GruBuffers() = default;

namespace {

float* data_of(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

// Rows of `to` [rows,batch] each hold their entry of `bias`.
void fill_rows(float* to, const float* bias, int64_t rows, int64_t batch) {
  for (int64_t i = 0; i < rows; ++i) std::fill_n(to + i * batch, batch, bias[i]);
}

struct Forward {
  const Tensor& x;
  const GruWeights& weights;
  GruBuffers::Impl& buffers;
  Tensor bias;      // [3H]
  Tensor new_bias;  // [H,1]
  Tensor both, fresh;

  Forward(const Tensor& x_, const GruWeights& weights_, GruBuffers::Impl& buffers_)
      : x(x_), weights(weights_), buffers(buffers_) {
    const int64_t width = weights.state.size(1);
    buffers.fit(x.size(0), width, x.size(2));
    // The recurrent bias of reset and update joins that of the input; the new gate's is behind the
    // reset gate and stays apart.
    bias = weights.input_bias.clone();
    bias.narrow(0, 0, 2 * width).add_(weights.state_bias.narrow(0, 0, 2 * width));
    new_bias = weights.state_bias.narrow(0, 2 * width, width).unsqueeze(1);
    both = weights.state.narrow(0, 0, 2 * width);
    fresh = weights.state.narrow(0, 2 * width, width);
  }

  void begin() const {
    if (buffers.own()) return;
    at::baddbmm_out(buffers.gates, bias.view({1, -1, 1}),
                    weights.input.unsqueeze(0).expand({buffers.steps, -1, -1}), x);
  }

  // What the gates' functions are applied to, and what the reset gate multiplies.
  void products(int64_t t) const {
    const size_t at = static_cast<size_t>(t);
    if (buffers.own()) return own_products(t);
    Tensor reset_update = buffers.reset_update[at], hidden = buffers.hidden_at[at];
    if (t > 0) {
      reset_update.addmm_(both, buffers.state_at[at - 1]);
      at::addmm_out(hidden, new_bias, fresh, buffers.state_at[at - 1]);
    } else {
      fill_rows(data_of(hidden), data_of(new_bias), buffers.width, buffers.batch);
    }
  }

  void own_products(int64_t t) const {
    const EvaluatorKernels& kernels = evaluator_kernels();
    const int64_t width = buffers.width, batch = buffers.batch, channels = x.size(1);
    float* gates = data_of(buffers.gates) + t * 3 * width * batch;
    float* hidden = data_of(buffers.hidden) + t * width * batch;
    fill_rows(gates, data_of(bias), 3 * width, batch);
    fill_rows(hidden, data_of(new_bias), width, batch);
    kernels.add_product(gates, {data_of(weights.input), channels, 1},
                        data_of(x) + t * channels * batch, 3 * width, batch, channels);
    if (t == 0) return;
    const float* previous = data_of(buffers.states) + (t - 1) * width * batch;
    kernels.add_product(gates, {data_of(both), width, 1}, previous, 2 * width, batch, width);
    kernels.add_product(hidden, {data_of(fresh), width, 1}, previous, width, batch, width);
  }
};

void gru_forward(const Tensor& x, const GruWeights& weights, GruBuffers::Impl& buffers) {
  const at::AutoDispatchBelowADInplaceOrView off;
  const Forward forward(x, weights, buffers);
  const EvaluatorKernels& kernels = evaluator_kernels();
  const int64_t block = buffers.width * buffers.batch;
  forward.begin();
  for (int64_t t = 0; t < buffers.steps; ++t) {
    const size_t at = static_cast<size_t>(t);
    forward.products(t);
    buffers.reset_update[at].sigmoid_();
    float *gates = data_of(buffers.gates) + 3 * t * block, *candidate = gates + 2 * block;
    float* state = data_of(buffers.states) + t * block;
    kernels.add_reset(candidate, gates, data_of(buffers.hidden) + t * block, block);
    buffers.candidate[at].sigmoid_();
    kernels.blend(state, t == 0 ? data_of(buffers.zero) : state - block, gates + block, candidate,
                  block);
  }
}

// Gradients of the weights; where products are our own they are added up step by step.
class Backward {
 public:
  Backward(const Tensor& x, const Tensor& state_weight, GruBuffers::Impl& buffers)
      : x_(x), weight_(state_weight), transposed_(state_weight.t()), buffers_(buffers) {
    const int64_t rows = 3 * buffers.width, steps = buffers.own() ? 1 : buffers.steps;
    if (!buffers.total.defined()) {
      buffers.total = at::empty({buffers.width, buffers.batch}, at::kFloat);
      buffers.to_input = at::empty({steps, rows, buffers.batch}, at::kFloat);
      buffers.to_state = at::empty_like(buffers.to_input);
      buffers.to_state_at = buffers.to_state.unbind(0);
    }
    buffers.total.zero_();
    if (!buffers.own()) return;
    constexpr int64_t lanes = 16;
    const int64_t needed = x.size(1) + buffers.width + 1,
                  padded = (needed + lanes - 1) / lanes * lanes;
    buffers.factors = at::zeros({buffers.batch, padded});
    buffers.factors.select(1, needed - 1).fill_(1);
    buffers.sums = at::zeros({4 * buffers.width, padded});
  }

  // From dL/dh of step t in `total` to the part of that of the step before that comes from here.
  void step(int64_t t) {
    const int64_t block = buffers_.width * buffers_.batch, slot = buffers_.own() ? 0 : t;
    float* to_input = data_of(buffers_.to_input) + 3 * slot * block;
    float* to_state = data_of(buffers_.to_state) + 3 * slot * block;
    const float* previous =
        t == 0 ? data_of(buffers_.zero) : data_of(buffers_.states) + (t - 1) * block;
    evaluator_kernels().step_back(data_of(buffers_.total), data_of(buffers_.gates) + 3 * t * block,
                                  data_of(buffers_.hidden) + t * block, previous, to_input,
                                  to_state, block);
    if (buffers_.own()) {
      own_products(t, to_input, to_state, previous);
    } else if (t > 0) {
      buffers_.total.addmm_(transposed_, buffers_.to_state_at[static_cast<size_t>(t)]);
    }
  }

  GruWeights gradients() const {
    if (buffers_.own()) return own_gradients();
    const Tensor &to_input = buffers_.to_input, &to_state = buffers_.to_state;
    const int64_t steps = buffers_.steps;
    GruWeights found;
    found.input = at::bmm(to_input, x_.transpose(1, 2)).sum(0);
    found.state = at::bmm(to_state.narrow(0, 1, steps - 1),
                          buffers_.states.narrow(0, 0, steps - 1).transpose(1, 2))
                      .sum(0);
    found.input_bias = to_input.sum(2).sum(0);
    found.state_bias = to_state.sum(2).sum(0);
    return found;
  }

 private:
  void own_products(int64_t t, const float* to_input, const float* to_state,
                    const float* previous) {
    const EvaluatorKernels& kernels = evaluator_kernels();
    const int64_t width = buffers_.width, batch = buffers_.batch, channels = x_.size(1);
    const int64_t padded = buffers_.factors.size(1);
    float *factors = data_of(buffers_.factors), *sums = data_of(buffers_.sums);
    kernels.turn(factors, padded, data_of(x_) + t * channels * batch, channels, batch);
    kernels.turn(factors + channels, padded, previous, width, batch);
    kernels.add_product(sums, {to_state, batch, 1}, factors, 3 * width, padded, batch);
    kernels.add_product(sums + 3 * width * padded, {to_input + 2 * width * batch, batch, 1},
                        factors, width, padded, batch);
    if (t == 0) return;
    kernels.add_product(data_of(buffers_.total), {data_of(weight_), 1, width}, to_state, width,
                        batch, 3 * width);
  }

  GruWeights own_gradients() const {
    const int64_t width = buffers_.width, channels = x_.size(1);
    const Tensor state = buffers_.sums.narrow(0, 0, 3 * width);
    const Tensor input =
        at::cat({buffers_.sums.narrow(0, 0, 2 * width), buffers_.sums.narrow(0, 3 * width, width)});
    return {input.narrow(1, 0, channels), state.narrow(1, channels, width),
            input.select(1, channels + width), state.select(1, channels + width)};
  }

  const Tensor &x_, &weight_;
  Tensor transposed_;
  GruBuffers::Impl& buffers_;
};

// Adds each column of `gradient` [H,B] to `total` where its sequence ends at step t.
void add_where_last(const Tensor& total, const Tensor& gradient, const Tensor& lengths, int64_t t) {
  const int64_t width = total.size(0), batch = total.size(1);
  const int64_t* length = lengths.data_ptr<int64_t>();
  float* to = data_of(total);
  const float* from = data_of(gradient);
  for (int64_t b = 0; b < batch; ++b) {
    if (length[b] != t + 1) continue;
    for (int64_t i = 0; i < width; ++i) to[i * batch + b] += from[i * batch + b];
  }
}

// `lengths` empty: `gradient` [T,H,B] is of all states; otherwise [H,B] of the last ones.
GruWeights gru_backward(const Tensor& x, const Tensor& state_weight, const Tensor& gradient,
                        const Tensor& lengths, GruBuffers::Impl& buffers) {
  const at::AutoDispatchBelowADInplaceOrView off;
  Backward backward(x, state_weight, buffers);
  const Tensor dense = lengths.numel() > 0 ? gradient.contiguous() : gradient;
  for (int64_t t = buffers.steps - 1; t >= 0; --t) {
    if (lengths.numel() > 0) {
      add_where_last(buffers.total, dense, lengths, t);
    } else {
      buffers.total.add_(dense.select(0, t));
    }
    backward.step(t);
  }
  return backward.gradients();
}

Tensor last_of(const Tensor& states, const Tensor& lengths) {
  const int64_t steps = states.size(0), width = states.size(1), batch = states.size(2);
  const bool full = lengths.eq(steps).all().item<bool>();
  if (full) return states.select(0, steps - 1);
  const Tensor last = (lengths - 1).view({1, 1, batch}).expand({1, width, batch});
  return states.gather(0, last).squeeze(0);
}

class GruLayer : public torch::autograd::Function<GruLayer> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& lengths,
                        const Tensor& input, const Tensor& state, const Tensor& input_bias,
                        const Tensor& state_bias, GruBuffers* buffers) {
    gru_forward(x, {input, state, input_bias, state_bias}, buffers->impl());
    context->save_for_backward({x, lengths, state});
    context->saved_data["buffers"] = reinterpret_cast<int64_t>(buffers);
    const Tensor& states = buffers->impl().states;
    return lengths.numel() > 0 ? last_of(states, lengths).clone() : states.detach();
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    auto* buffers = reinterpret_cast<GruBuffers*>(context->saved_data["buffers"].toInt());
    GruWeights weights = gru_backward(saved[0], saved[2], gradients[0], saved[1], buffers->impl());
    return {Tensor(),
            Tensor(),
            std::move(weights.input),
            std::move(weights.state),
            std::move(weights.input_bias),
            std::move(weights.state_bias),
            Tensor()};
  }
};

}  // namespace

Tensor gru_states(const Tensor& x, const GruWeights& weights, GruBuffers& buffers) {
  return GruLayer::apply(x.contiguous(), at::empty({0}, at::kLong), weights.input, weights.state,
                         weights.input_bias, weights.state_bias, &buffers);
}

Tensor gru_last_states(const Tensor& x, const Tensor& lengths, const GruWeights& weights,
                       GruBuffers& buffers) {
  return GruLayer::apply(x.contiguous(), lengths.contiguous(), weights.input, weights.state,
                         weights.input_bias, weights.state_bias, &buffers);
}

}  // namespace rnngan
