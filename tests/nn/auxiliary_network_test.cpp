#include "nn/auxiliary_network.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nn/discriminator_support.h"

namespace rnngan {
namespace auxiliary_network_test {

using testing::beside;
using testing::expect_close;
using testing::features_of;
using testing::full;
using testing::linear;
using testing::numbers;
using testing::parameter;
using testing::ragged;
using testing::small_schema;
using torch::Tensor;

std::shared_ptr<AuxiliaryNetwork> make_network(bool causal, const Schema& schema,
                                               int64_t outputs = 3) {
  ModelConfig model;
  model.discriminator.hidden = 4;
  model.discriminator.layers = 2;
  model.discriminator.bidirectional = causal;  // does not matter
  NetworkRequest request;
  request.name = "reader";
  request.outputs = outputs;
  request.causal = causal;
  auto network = std::make_shared<AuxiliaryNetwork>(request, ModelShape{schema, model}, 5);
  network->to(torch::kFloat64);
  testing::set_numbers(*network);
  return network;
}

Tensor states(const AuxiliaryNetwork& network, const Tensor& input, const StepMask& steps,
              bool bidirectional) {
  LstmOptions options;
  options.input = input.size(2);
  options.hidden = 4;
  options.layers = 2;
  options.bidirectional = bidirectional;
  Lstm lstm(options);
  lstm.to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  for (auto& item : lstm.named_parameters()) {
    item.value().copy_(parameter(network, "lstm." + item.key()));
  }
  return lstm.forward(input, steps).y;
}

TEST(AuxiliaryNetwork, OutputsFollowTheirDefinitions) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor x = numbers({2, 4, 2}, 0.4), condition = numbers({2, 3}, 0.8);
  for (const bool causal : {true, false}) {
    const auto network = make_network(causal, small_schema(3));
    const Tensor y = states(*network, beside(x, condition), steps, !causal);
    const Tensor expected = causal ? linear(*network, "output", y) * steps.mask.unsqueeze(2)
                                   : linear(*network, "output", features_of(y, steps));
    const Tensor output = network->forward(x, condition, steps);
    EXPECT_EQ(output.sizes(), causal ? torch::IntArrayRef({2, 4, 3}) : torch::IntArrayRef({2, 3}));
    expect_close(output, expected, 1e-13, "output");
  }
}

TEST(AuxiliaryNetwork, OnFeaturesIsALinearMap) {
  const Schema schema = small_schema();
  NetworkRequest request{"reader", 3};
  request.on_features = true;
  AuxiliaryNetwork network(request, ModelShape{schema, ModelConfig{}}, 5);
  network.to(torch::kFloat64);
  testing::set_numbers(network);
  const Tensor features = numbers({2, 5}, 0.4);
  expect_close(network.forward(features, {}, full(2, 1)), linear(network, "output", features),
               1e-13, "output");
  EXPECT_EQ(network.parameters().size(), 2U);
}

TEST(AuxiliaryNetwork, OnClassesIsAVectorEach) {
  Schema schema = small_schema();
  schema.labels = {"a", "b", "c"};
  NetworkRequest request{"proxies", 4};
  request.on_classes = true;
  AuxiliaryNetwork network(request, ModelShape{schema, ModelConfig{}}, 5);
  const Tensor classes = torch::tensor({2, 0, 2}, torch::kInt64);
  const Tensor output = network.forward(classes, {}, full(3, 1));
  ASSERT_EQ(network.parameters().size(), 1U);
  const Tensor all = network.parameters()[0];
  EXPECT_EQ(all.sizes(), torch::IntArrayRef({3, 4}));
  EXPECT_TRUE(torch::equal(output, torch::stack({all[2], all[0], all[2]})));
}

TEST(AuxiliaryNetwork, OnStepsIsALinearMapWithoutBias) {
  const Schema schema = small_schema();
  NetworkRequest request{"maps", 50};
  request.step_inputs = 40;
  AuxiliaryNetwork network(request, ModelShape{schema, ModelConfig{}}, 5);
  ASSERT_EQ(network.parameters().size(), 1U);
  const Tensor weight = network.parameters()[0];
  EXPECT_EQ(weight.sizes(), torch::IntArrayRef({50, 40}));
  EXPECT_NEAR(weight.mean().item<double>(), 0, 0.1);
  EXPECT_NEAR(weight.std().item<double>(), 1, 0.1);
  network.to(torch::kFloat64);
  const Tensor x = numbers({2, 3, 40}, 0.4);
  expect_close(network.forward(x, {}, full(2, 3)), x.matmul(network.parameters()[0].t()), 1e-12,
               "output");
}

TEST(AuxiliaryNetwork, ACausalOneHasSeenNoLaterStep) {
  const auto network = make_network(true, small_schema());
  const Tensor x = numbers({1, 5, 2}, 0.4).requires_grad_();
  const Tensor output = network->forward(x, {}, full(1, 5));
  const Tensor gradient = torch::autograd::grad({output.select(1, 2).sum()}, {x})[0];
  EXPECT_TRUE((gradient.narrow(1, 0, 3) != 0).all().item<bool>());
  EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
}

TEST(AuxiliaryNetwork, PaddingReachesNeitherOutputNorGradient) {
  for (const bool causal : {true, false}) {
    const auto network = make_network(causal, small_schema());
    const Tensor x = numbers({2, 3, 2}, 0.4);
    const Tensor longer =
        torch::cat({x, torch::full({2, 2, 2}, std::nan(""), testing::float64())}, 1)
            .requires_grad_();
    const Tensor plain = network->forward(x, {}, full(2, 3));
    const Tensor padded = network->forward(longer, {}, ragged({3, 3}, 5));
    expect_close(causal ? padded.narrow(1, 0, 3) : padded, plain, 1e-13, "output");
    if (causal) {
      EXPECT_TRUE((padded.narrow(1, 3, 2) == 0).all().item<bool>());
    }
    const Tensor gradient = torch::autograd::grad({padded.sum()}, {longer})[0];
    EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
  }
}

TEST(AuxiliaryNetwork, GradientsAreExact) {
  for (const bool causal : {true, false}) {
    const auto network = make_network(causal, small_schema(), 1);
    const Tensor x = numbers({2, 3, 2}, 0.4).requires_grad_();
    const auto loss = [&] { return network->forward(x, {}, ragged({3, 2}, 3)).pow(2).sum(); };
    testing::expect_finite_differences(
        loss, {x, parameter(*network, "output.weight"), parameter(*network, "lstm.weight_hh_l1")},
        1e-7);
  }
}

}  // namespace auxiliary_network_test
}  // namespace rnngan
