#include "training/optimizer.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

namespace rnngan {
namespace optimizer_test {

// The flat optimiser against LibTorch's own Adam, parameter by parameter.
TEST(FlatOptimizer, EqualsAdamPerParameter) {
  torch::manual_seed(1);
  torch::nn::Linear flat_module(3, 2), plain_module(3, 2);
  {
    const torch::NoGradGuard no_grad;
    plain_module->weight.copy_(flat_module->weight);
    plain_module->bias.copy_(flat_module->bias);
  }
  OptimizerConfig config;
  config.beta1 = 0.5;
  FlatParameters flat(*flat_module);
  FlatOptimizer optimizer(flat, config);
  torch::optim::Adam plain(
      plain_module->parameters(),
      torch::optim::AdamOptions(config.lr).betas({config.beta1, config.beta2}).eps(config.eps));
  EXPECT_TRUE(torch::equal(flat_module->weight, plain_module->weight))
      << "making the state moved the weights";
  const torch::Tensor x = torch::randn({5, 3});
  for (int i = 0; i < 4; ++i) {
    flat.zero_gradient();
    plain.zero_grad();
    flat_module->forward(x).square().sum().backward();
    plain_module->forward(x).square().sum().backward();
    optimizer.step(config.lr);
    plain.step();
    EXPECT_TRUE(torch::allclose(flat_module->weight, plain_module->weight, 0, 1e-7));
    EXPECT_TRUE(torch::allclose(flat_module->bias, plain_module->bias, 0, 1e-7));
  }
  EXPECT_EQ(optimizer.steps(), 4);
  EXPECT_EQ(optimizer.moments().size(), 4U);
  EXPECT_EQ(optimizer.moments().at("exp_avg_sq.weight").sizes(), flat_module->weight.sizes());
}

// Each of the other optimisers against LibTorch's own, parameter by parameter, and from a saved
// state.
TEST(FlatOptimizer, EqualsRmspropAndSgdPerParameter) {
  for (const auto type : {OptimizerKind::rmsprop, OptimizerKind::sgd}) {
    torch::nn::Linear flat_module(3, 2), plain_module(3, 2);
    {
      const torch::NoGradGuard no_grad;
      plain_module->weight.copy_(flat_module->weight);
      plain_module->bias.copy_(flat_module->bias);
    }
    OptimizerConfig config;
    config.type = type;
    config.beta1 = 0.5;
    config.beta2 = 0.9;
    config.weight_decay = 0.1;
    FlatParameters flat(*flat_module);
    auto optimizer = std::make_unique<FlatOptimizer>(flat, config);
    EXPECT_TRUE(torch::equal(flat_module->weight, plain_module->weight))
        << "making the state moved the weights";
    std::unique_ptr<torch::optim::Optimizer> plain;
    if (type == OptimizerKind::sgd) {
      plain = std::make_unique<torch::optim::SGD>(
          plain_module->parameters(),
          torch::optim::SGDOptions(config.lr).momentum(0.5).weight_decay(0.1));
    } else {
      plain = std::make_unique<torch::optim::RMSprop>(plain_module->parameters(),
                                                      torch::optim::RMSpropOptions(config.lr)
                                                          .alpha(0.9)
                                                          .momentum(0.5)
                                                          .eps(config.eps)
                                                          .weight_decay(0.1));
    }
    const torch::Tensor x = torch::arange(15, torch::kFloat32).view({5, 3}).sin();
    for (int i = 0; i < 4; ++i) {
      if (i == 2) {  // a new optimiser that is given the state
        std::map<std::string, torch::Tensor> saved;
        for (const auto& [name, tensor] : optimizer->moments()) saved[name] = tensor.clone();
        const int64_t steps = optimizer->steps();
        optimizer = std::make_unique<FlatOptimizer>(flat, config);
        for (auto& [name, tensor] : optimizer->moments()) tensor.copy_(saved.at(name));
        optimizer->set_steps(steps);
      }
      flat.zero_gradient();
      plain->zero_grad();
      flat_module->forward(x).square().sum().backward();
      plain_module->forward(x).square().sum().backward();
      optimizer->step(config.lr);
      plain->step();
      EXPECT_TRUE(torch::allclose(flat_module->weight, plain_module->weight, 0, 1e-6)) << i;
    }
    EXPECT_EQ(optimizer->steps(), 4);
  }
}

/// Weights 1 and -2 under gradients that are given: after each of them.
std::vector<torch::Tensor> optimistic_path(const OptimizerConfig& config,
                                           const std::vector<std::vector<double>>& gradients,
                                           const std::vector<double>& rates) {
  torch::nn::Linear module(torch::nn::LinearOptions(2, 1).bias(false));
  module->to(torch::kFloat64);
  FlatParameters flat(*module);
  {
    const torch::NoGradGuard no_grad;
    module->weight.copy_(torch::tensor({1.0, -2.0}, torch::kFloat64).view({1, 2}));
  }
  FlatOptimizer optimizer(flat, config);
  std::vector<torch::Tensor> path;
  for (size_t i = 0; i < gradients.size(); ++i) {
    torch::Tensor gradient = flat.gradient();
    gradient.copy_(torch::tensor(gradients[i], torch::kFloat64));
    optimizer.step(rates[i]);
    path.push_back(flat.values().detach().clone());
  }
  return path;
}

TEST(OptimisticAdam, TwoStepsByHand) {
  OptimizerConfig config;
  config.type = OptimizerKind::oadam;
  config.beta1 = 0.5;
  config.beta2 = 0.75;
  config.eps = 0.5;
  const auto path = optimistic_path(config, {{3, -1}, {1, 2}}, {0.1, 0.01});
  // Of the first step, both means are the gradient and its square. Of the second, they are
  // (0.25 g1 + 0.5 g2) / 0.75 and (0.1875 g1^2 + 0.25 g2^2) / 0.4375.
  const double u1[] = {3 / 3.5, -1 / 1.5};
  const double u2[] = {(1.25 / 0.75) / (std::sqrt(1.9375 / 0.4375) + 0.5),
                       (0.75 / 0.75) / (std::sqrt(1.1875 / 0.4375) + 0.5)};
  const double start[] = {1, -2};
  for (const int64_t i : {0, 1}) {
    const double first = start[i] - 0.2 * u1[i];
    EXPECT_NEAR(path[0][i].item<double>(), first, 1e-12);
    EXPECT_NEAR(path[1][i].item<double>(), first - 0.02 * u2[i] + 0.01 * u1[i], 1e-12);
  }
}

TEST(OptimisticAdam, WeightDecayIsAPartOfTheGradient) {
  OptimizerConfig config;
  config.type = OptimizerKind::oadam;
  OptimizerConfig plain = config;
  config.weight_decay = 0.5;
  const auto decayed = optimistic_path(config, {{3, -1}}, {0.1});
  const auto shifted = optimistic_path(plain, {{3.5, -2}}, {0.1});
  EXPECT_TRUE(torch::allclose(decayed[0], shifted[0], 0, 1e-12));
}

TEST(OptimisticAdam, ContinuesFromASavedState) {
  OptimizerConfig config;
  config.type = OptimizerKind::oadam;
  config.beta1 = 0.5;
  torch::nn::Linear module(3, 2);
  FlatParameters flat(*module);
  auto optimizer = std::make_unique<FlatOptimizer>(flat, config);
  const auto step = [&](double phase) {
    torch::Tensor gradient = flat.gradient();
    gradient.copy_((torch::arange(8, torch::kFloat32) + phase).sin());
    optimizer->step(0.1);
  };
  step(0);
  step(1);
  std::map<std::string, torch::Tensor> saved;
  for (const auto& [name, tensor] : optimizer->moments()) saved[name] = tensor.clone();
  EXPECT_EQ(saved.size(), 6U);
  const torch::Tensor before = flat.values().detach().clone();
  step(2);
  const torch::Tensor straight = flat.values().detach().clone();
  {
    const torch::NoGradGuard no_grad;
    torch::Tensor values = flat.values();
    values.copy_(before);
  }
  optimizer = std::make_unique<FlatOptimizer>(flat, config);
  for (auto& [name, tensor] : optimizer->moments()) tensor.copy_(saved.at(name));
  optimizer->set_steps(2);
  step(2);
  EXPECT_TRUE(torch::equal(flat.values(), straight));
}

// min over x, max over y of x y: the distance from the equilibrium (0, 0) after 2000 steps, from
// (1, 0.7).
double distance_in_the_bilinear_game(OptimizerKind type) {
  OptimizerConfig config;
  config.type = type;
  config.beta1 = 0;
  config.beta2 = 0.999;
  torch::nn::Linear x(torch::nn::LinearOptions(1, 1).bias(false));
  torch::nn::Linear y(torch::nn::LinearOptions(1, 1).bias(false));
  FlatParameters flat_x(*x), flat_y(*y);
  {
    const torch::NoGradGuard no_grad;
    x->weight.fill_(1);
    y->weight.fill_(0.7);
  }
  FlatOptimizer optimizer_x(flat_x, config), optimizer_y(flat_y, config);
  for (int i = 0; i < 2000; ++i) {
    torch::Tensor slope_x = flat_x.gradient(), slope_y = flat_y.gradient();
    slope_x.copy_(flat_y.values().detach());
    slope_y.copy_(-flat_x.values().detach());
    optimizer_x.step(0.05);
    optimizer_y.step(0.05);
  }
  return std::hypot(x->weight.item<double>(), y->weight.item<double>());
}

TEST(OptimisticAdam, EndsTheBilinearGameThatAdamCircles) {
  EXPECT_LT(distance_in_the_bilinear_game(OptimizerKind::oadam), 1e-6);
  EXPECT_GT(distance_in_the_bilinear_game(OptimizerKind::adam), 1.2) << "further than at first";
}

TEST(ClipGradients, ScalesTheJointNorm) {
  torch::nn::Linear a(2, 1), b(1, 1);
  FlatParameters flat_a(*a), flat_b(*b);
  torch::Tensor gradient_a = flat_a.gradient(), gradient_b = flat_b.gradient();
  gradient_a.fill_(2.0);  // 3 values: 12
  gradient_b.fill_(1.0);  // 2 values: 2
  const double norm = clip_gradients({&flat_a, &flat_b}, 1.0).item<double>();
  EXPECT_NEAR(norm, std::sqrt(14.0), 1e-6);
  EXPECT_NEAR(gradient_a.square().sum().item<double>() + gradient_b.square().sum().item<double>(),
              1.0, 1e-5);
  gradient_a.fill_(0.01);
  gradient_b.fill_(0.01);
  clip_gradients({&flat_a, &flat_b}, 1.0);
  EXPECT_FLOAT_EQ(gradient_a[0].item<float>(), 0.01F) << "a small gradient was scaled up";
}

}  // namespace optimizer_test
}  // namespace rnngan
