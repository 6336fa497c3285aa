#include "training/optimizer.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

namespace rnngan {
namespace {

TEST(Schedule, ConstantStaysAtOne) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::constant;
  for (const int64_t step : {0, 50, 99}) EXPECT_EQ(schedule_factor(schedule, step, 100), 1.0);
}

TEST(Schedule, LinearHoldsThenFallsToItsEnd) {
  ScheduleConfig schedule;  // hold .5, final .02
  EXPECT_EQ(schedule_factor(schedule, 0, 101), 1.0);
  EXPECT_EQ(schedule_factor(schedule, 50, 101), 1.0);
  EXPECT_NEAR(schedule_factor(schedule, 75, 101), 0.51, 1e-12);
  EXPECT_NEAR(schedule_factor(schedule, 100, 101), 0.02, 1e-12);
}

TEST(Schedule, CosineIsHalfWayInTheMiddle) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::cosine;
  schedule.hold = 0;
  schedule.final = 0;
  EXPECT_NEAR(schedule_factor(schedule, 50, 101), 0.5, 1e-12);
  EXPECT_NEAR(schedule_factor(schedule, 100, 101), 0.0, 1e-12);
}

TEST(Schedule, WarmUpRisesFromOneStep) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::constant;
  schedule.warmup = 4;
  EXPECT_DOUBLE_EQ(schedule_factor(schedule, 0, 100), 0.25);
  EXPECT_DOUBLE_EQ(schedule_factor(schedule, 3, 100), 1.0);
}

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

}  // namespace
}  // namespace rnngan
