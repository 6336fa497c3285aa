#include "evaluation/gru_layer.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/rnn.h>

namespace rnngan {
namespace gru_layer_test {

using at::Tensor;

const auto kBothProducts = {Products::library, Products::own};

Tensor waves(at::IntArrayRef sizes, double speed, double shift) {
  const int64_t count = c10::multiply_integers(sizes);
  return (at::arange(count, at::kDouble) * speed + shift).sin().reshape(sizes).mul_(0.3);
}

Tensor as_float(const Tensor& tensor) {
  return tensor.to(at::kFloat).contiguous();
}

/// LibTorch's in double precision, and ours of the same weights.
struct Pair {
  torch::nn::GRU stock;
  GruWeights ours;
  std::vector<Tensor> leaves;
};

Pair same_layers(int64_t inputs, int64_t hidden) {
  Pair pair{torch::nn::GRU(torch::nn::GRUOptions(inputs, hidden)), {}, {}};
  pair.stock->to(at::kDouble);
  double shift = 0;
  for (Tensor& weight : pair.stock->parameters()) {
    weight.set_data(waves(weight.sizes(), 1.7, shift += 1));
    pair.leaves.push_back(as_float(weight.detach()).requires_grad_());
  }
  pair.ours = {pair.leaves[0], pair.leaves[1], pair.leaves[2], pair.leaves[3]};
  return pair;
}

void expect_near(const std::vector<Tensor>& found, const std::vector<Tensor>& expected,
                 const std::string& what) {
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(at::allclose(found[i].to(at::kDouble), expected[i], 1e-4, 1e-5))
        << what << ", weight " << i;
  }
}

TEST(GruLayer, StatesAndGradientsAreThoseOfLibTorch) {
  for (const Products products : kBothProducts) {
    GruBuffers buffers(products);  // of each shape in turn
    for (const auto& [steps, inputs, hidden, batch] :
         std::vector<std::array<int64_t, 4>>{{1, 3, 5, 4},
                                             {2, 3, 5, 4},
                                             {7, 3, 5, 4},
                                             {7, 3, 5, 4},
                                             {4, 12, 32, 53},
                                             {4, 12, 32, 8}}) {
      Pair pair = same_layers(inputs, hidden);
      const Tensor x = waves({steps, inputs, batch}, 2.3, 0.4),
                   to_states = waves({steps, hidden, batch}, 0.9, 0.1);
      const Tensor stock = std::get<0>(pair.stock->forward(x.transpose(1, 2))).transpose(1, 2);
      const Tensor ours = gru_states(as_float(x), pair.ours, buffers);
      EXPECT_TRUE(at::allclose(ours.to(at::kDouble), stock, 0, 1e-5)) << steps << " " << batch;
      const auto expected =
          torch::autograd::grad({(stock * to_states).sum()}, pair.stock->parameters());
      expect_near(torch::autograd::grad({(ours * to_states).sum()}, pair.leaves), expected,
                  std::to_string(steps) + " steps, batch " + std::to_string(batch));
    }
  }
}

TEST(GruLayer, StatesAtTheEndOfEachSequence) {
  for (const Products products : kBothProducts) {
    for (const auto& ends : std::vector<std::vector<int64_t>>{{6, 6, 6, 6, 6}, {2, 6, 1, 5, 5}}) {
      GruBuffers buffers(products);
      Pair pair = same_layers(2, 3);
      const Tensor x = waves({6, 2, 5}, 1.3, 0.2), lengths = at::tensor(ends, at::kLong);
      const Tensor all = std::get<0>(pair.stock->forward(x.transpose(1, 2))).transpose(1, 2);
      const Tensor stock =
          all.gather(0, (lengths - 1).view({1, 1, 5}).expand({1, 3, 5})).squeeze(0);
      const Tensor ours = gru_last_states(as_float(x), lengths, pair.ours, buffers);
      EXPECT_TRUE(at::allclose(ours.to(at::kDouble), stock, 0, 1e-6));
      const auto expected = torch::autograd::grad({stock.square().sum()}, pair.stock->parameters());
      expect_near(torch::autograd::grad({ours.square().sum()}, pair.leaves), expected, "last");
    }
  }
}

struct Plain {
  Tensor states;
  std::vector<Tensor> gradients;
};

// The protocols of the literature keep their digits: these operations, one by one, in this order.
Plain step_by_step(const Tensor& x, const GruWeights& w, const Tensor& to_states) {
  const torch::NoGradGuard off;
  const int64_t steps = x.size(0), width = w.state.size(1), batch = x.size(2);
  const auto gate = [&](const Tensor& of, int64_t k) {
    return of.narrow(of.dim() - 2, k * width, width);
  };
  Tensor bias = w.input_bias.clone();
  bias.narrow(0, 0, 2 * width).add_(w.state_bias.narrow(0, 0, 2 * width));
  const Tensor new_bias = w.state_bias.narrow(0, 2 * width, width).unsqueeze(1);
  Tensor gates =
      at::baddbmm(bias.view({1, -1, 1}), w.input.unsqueeze(0).expand({steps, -1, -1}), x);
  Tensor hidden = at::empty({steps, width, batch}), states = at::empty({steps, width, batch});
  for (int64_t t = 0; t < steps; ++t) {
    const Tensor before = t == 0 ? at::zeros({width, batch}) : states[t - 1];
    Tensor both = gates[t].narrow(0, 0, 2 * width), fresh = gate(gates[t], 2);
    if (t > 0) both.addmm_(w.state.narrow(0, 0, 2 * width), before);
    both.sigmoid_();
    hidden[t] =
        t > 0 ? at::addmm(new_bias, gate(w.state, 2), before) : new_bias.expand({width, batch});
    fresh.copy_(2 * (fresh + gate(gates[t], 0) * hidden[t])).sigmoid_();
    fresh.copy_(2 * fresh - 1);
    states[t] = fresh + gate(gates[t], 1) * (before - fresh);
  }
  Tensor total = at::zeros({width, batch}), to_input = at::empty_like(gates),
         to_state = at::empty_like(gates);
  for (int64_t t = steps - 1; t >= 0; --t) {
    total.add_(to_states[t]);
    const Tensor before = t == 0 ? at::zeros({width, batch}) : states[t - 1];
    const Tensor r = gate(gates[t], 0), z = gate(gates[t], 1), n = gate(gates[t], 2);
    const Tensor to_new = total * (1 - z) * (1 - n * n),
                 to_reset = to_new * hidden[t] * r * (1 - r),
                 to_update = total * (before - n) * z * (1 - z);
    to_input[t] = at::cat({to_reset, to_update, to_new});
    to_state[t] = at::cat({to_reset, to_update, to_new * r});
    total.mul_(z);
    if (t > 0) total.addmm_(w.state.t(), to_state[t]);
  }
  return {states,
          {at::bmm(to_input, x.transpose(1, 2)).sum(0),
           at::bmm(to_state.narrow(0, 1, steps - 1), states.narrow(0, 0, steps - 1).transpose(1, 2))
               .sum(0),
           to_input.sum(2).sum(0), to_state.sum(2).sum(0)}};
}

TEST(GruLayer, ProductsOfTheLibraryKeepTheirDigits) {
  for (const int64_t width : {1, 3, 14}) {
    for (const int64_t batch : {37, 256}) {
      GruBuffers buffers(Products::library);
      const Pair pair = same_layers(2 * width, width);
      const Tensor x = as_float(waves({6, 2 * width, batch}, 1.3, 0.2)),
                   to_states = as_float(waves({6, width, batch}, 0.7, 0.1));
      const Plain plain = step_by_step(x, pair.ours, to_states);
      const Tensor ours = gru_states(x, pair.ours, buffers);
      EXPECT_TRUE(at::equal(ours, plain.states)) << width << " " << batch;
      const auto found = torch::autograd::grad({ours}, pair.leaves, {to_states});
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_TRUE(at::equal(found[i], plain.gradients[i])) << width << " " << batch << " " << i;
      }
    }
  }
}

}  // namespace gru_layer_test
}  // namespace rnngan
