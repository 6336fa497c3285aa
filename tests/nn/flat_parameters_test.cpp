#include "nn/flat_parameters.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include "core/error.h"
#include "nn/lstm/module.h"
#include "nn/support.h"

namespace rnngan {
namespace flat_parameters_test {

using testing::expect_close;
using torch::Tensor;

// An LSTM, which keeps handles of its parameters, and a layer of another kind.
struct Network : torch::nn::Module {
  Network() {
    LstmOptions options;
    options.input = 2;
    options.hidden = 3;
    lstm = register_module("lstm", std::make_shared<Lstm>(options));
    head = register_module("head", torch::nn::Linear(3, 1));
    testing::set_numbers(*this);
  }

  Tensor forward(const Tensor& x) {
    return head(lstm->forward(x, testing::full(x.size(0), x.size(1))).y);
  }

  std::shared_ptr<Lstm> lstm;
  torch::nn::Linear head{nullptr};
};

Tensor input() {
  return testing::numbers({2, 4, 2}, 0.4).to(torch::kFloat32);
}

std::vector<const void*> addresses(const torch::nn::Module& module) {
  std::vector<const void*> result;
  for (const Tensor& parameter : module.parameters()) {
    result.push_back(parameter.data_ptr());
    result.push_back(parameter.grad().data_ptr());
  }
  return result;
}

TEST(FlatParameters, KeepsNamesShapesAndValues) {
  Network network;
  std::vector<Tensor> before;
  for (const Tensor& parameter : network.parameters()) before.push_back(parameter.detach().clone());
  const Tensor y = network.forward(input()).detach();
  const FlatParameters flat(network);
  EXPECT_EQ(flat.values().dim(), 1);
  const auto named = network.named_parameters();
  ASSERT_EQ(flat.slices().size(), before.size());
  int64_t total = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    const FlatParameters::Slice& slice = flat.slices()[i];
    EXPECT_EQ(slice.name, named[i].key());
    EXPECT_EQ(torch::IntArrayRef(slice.shape), before[i].sizes());
    EXPECT_EQ(slice.offset, total);
    EXPECT_TRUE(torch::equal(named[i].value(), before[i]));
    EXPECT_TRUE(torch::equal(FlatParameters::view(flat.values(), slice), before[i]));
    total += slice.size;
  }
  EXPECT_EQ(flat.values().numel(), total);
  EXPECT_TRUE(torch::equal(network.forward(input()), y));
}

TEST(FlatParameters, BackwardAddsIntoTheFlatGradient) {
  Network reference, network;
  FlatParameters flat(network);
  EXPECT_TRUE((flat.gradient() == 0).all().item<bool>());
  const auto before = addresses(network);
  for (int pass = 0; pass < 2; ++pass) {
    reference.forward(input()).pow(2).sum().backward();
    network.forward(input()).pow(2).sum().backward();
  }
  EXPECT_EQ(addresses(network), before);
  for (size_t i = 0; i < flat.slices().size(); ++i) {
    expect_close(FlatParameters::view(flat.gradient(), flat.slices()[i]),
                 reference.parameters()[i].grad(), 1e-6, flat.slices()[i].name);
  }
  flat.zero_gradient();
  EXPECT_EQ(addresses(network), before);
  for (const Tensor& parameter : network.parameters()) {
    EXPECT_TRUE((parameter.grad() == 0).all().item<bool>());
  }
}

TEST(FlatParameters, AdamOnTheFlatTensorEqualsAdamOnTheParameters) {
  Network reference, network;
  FlatParameters flat(network);
  const auto options = torch::optim::AdamOptions(0.01).betas({0.5, 0.9});
  torch::optim::Adam reference_adam(reference.parameters(), options);
  torch::optim::Adam adam({flat.values()}, options);
  const auto before = addresses(network);
  for (int step = 0; step < 3; ++step) {
    reference_adam.zero_grad();
    reference.forward(input()).pow(2).sum().backward();
    reference_adam.step();
    flat.zero_gradient();
    network.forward(input()).pow(2).sum().backward();
    adam.step();
  }
  EXPECT_EQ(addresses(network), before);
  for (size_t i = 0; i < flat.slices().size(); ++i) {
    expect_close(network.parameters()[i], reference.parameters()[i], 1e-6, flat.slices()[i].name);
  }
  expect_close(network.forward(input()), reference.forward(input()), 1e-5, "y");
}

TEST(FlatParameters, AnUntrainedNetworkKeepsItsGradientAndPassesGradientsOn) {
  Network network;
  FlatParameters flat(network);
  network.forward(input()).sum().backward();
  const Tensor before = flat.gradient().clone();
  flat.set_trainable(false);
  const Tensor x = input().requires_grad_();
  network.forward(x).sum().backward();
  EXPECT_TRUE(torch::equal(flat.gradient(), before));
  EXPECT_GT(x.grad().abs().max().item<double>(), 0);
  flat.set_trainable(true);
  network.forward(input()).sum().backward();
  expect_close(flat.gradient(), 2 * before, 1e-5, "gradient");
}

TEST(FlatParameters, GradientsThatAutogradLeavesUndefinedAreZero) {
  Network network;
  FlatParameters flat(network);
  const Tensor x = input().requires_grad_();
  testing::gradient_penalty(network.forward(x), x).backward();
  EXPECT_TRUE((network.head->bias.grad() == 0).all().item<bool>());
  EXPECT_GT(network.head->weight.grad().abs().max().item<double>(), 0);
}

TEST(FlatParameters, NoticesALostView) {
  Network network;
  FlatParameters flat(network);
  network.head->bias.mutable_grad() = torch::zeros({1});
  EXPECT_THROW(flat.zero_gradient(), Error);
  network.head->bias.mutable_grad() = Tensor();
  EXPECT_THROW(flat.zero_gradient(), Error);
}

TEST(FlatParameters, RefusesMixedTypes) {
  Network network;
  network.head->to(torch::kFloat64);
  EXPECT_THROW(FlatParameters{network}, Error);
}

TEST(FlatParameters, ViewIsWritable) {
  Network network;
  const FlatParameters flat(network);
  FlatParameters::view(flat.values(), flat.slices().back()).fill_(7);
  EXPECT_EQ(network.head->bias.item<float>(), 7);
}

TEST(UpdateAverage, FollowsTheWarmUpThenTheDecay) {
  Tensor average = torch::tensor({1.0, -2.0}, testing::float64());
  const Tensor values = torch::tensor({11.0, 8.0}, testing::float64()).requires_grad_();
  const void* address = average.data_ptr();
  update_average(average, values, 0.9, 0);  // d = 1 / 10
  expect_close(average, torch::tensor({10.0, 7.0}, testing::float64()), 1e-12, "warm-up");
  update_average(average, values, 0.9, 1000);  // d = 0.9 < 1001 / 1010
  expect_close(average, torch::tensor({10.1, 7.1}, testing::float64()), 1e-12, "decay");
  EXPECT_EQ(average.data_ptr(), address);
  EXPECT_FALSE(average.requires_grad());
}

}  // namespace flat_parameters_test
}  // namespace rnngan
