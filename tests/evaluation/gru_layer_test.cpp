#include "evaluation/gru_layer.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/rnn.h>

namespace rnngan {
namespace gru_layer_test {

using at::Tensor;

Tensor waves(at::IntArrayRef sizes, double speed, double shift) {
  const int64_t count = c10::multiply_integers(sizes);
  return (at::arange(count, at::kDouble) * speed + shift).sin().reshape(sizes).mul_(0.8);
}

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
    pair.leaves.push_back(weight.detach().clone().requires_grad_());
  }
  pair.ours = {pair.leaves[0], pair.leaves[1], pair.leaves[2], pair.leaves[3]};
  return pair;
}

TEST(GruLayer, StatesAndGradientsAreThoseOfLibTorch) {
  for (const int64_t steps : {1, 2, 7}) {
    Pair pair = same_layers(3, 5);
    const Tensor x = waves({steps, 3, 4}, 2.3, 0.4), to_states = waves({steps, 5, 4}, 0.9, 0.1);
    const Tensor stock = std::get<0>(pair.stock->forward(x.transpose(1, 2))).transpose(1, 2);
    const Tensor ours = gru_states(x, pair.ours);
    EXPECT_TRUE(at::allclose(ours, stock, 0, 1e-12)) << steps;
    const auto expected =
        torch::autograd::grad({(stock * to_states).sum()}, pair.stock->parameters());
    const auto found = torch::autograd::grad({(ours * to_states).sum()}, pair.leaves);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_TRUE(at::allclose(found[i], expected[i], 0, 1e-12)) << steps << " steps, " << i;
    }
  }
}

TEST(GruLayer, GradientOfTheLastStateAlone) {
  Pair pair = same_layers(2, 3);
  const Tensor x = waves({6, 2, 5}, 1.3, 0.2);
  const Tensor stock = std::get<1>(pair.stock->forward(x.transpose(1, 2)));
  const auto expected = torch::autograd::grad({stock.square().sum()}, pair.stock->parameters());
  const auto found =
      torch::autograd::grad({gru_states(x, pair.ours).select(0, 5).square().sum()}, pair.leaves);
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(at::allclose(found[i], expected[i], 0, 1e-12)) << i;
  }
}

}  // namespace gru_layer_test
}  // namespace rnngan
