// The information code and the autoregressive generator.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "columns/support.h"
#include "core/error.h"
#include "nn/generator.h"
#include "nn/support.h"

namespace rnngan {
namespace generator_feedback_test {

using testing::expect_close;
using testing::full;
using testing::numbers;
using testing::ragged;
using testing::small_schema;
using torch::Tensor;

GeneratorConfig feedback_config(int64_t layers = 2,
                                OutputActivation output = OutputActivation::linear) {
  GeneratorConfig config;
  config.hidden = 4;
  config.layers = layers;
  config.noise_step = 3;
  config.noise_global = 2;
  config.output = output;
  config.autoregressive = true;
  return config;
}

std::shared_ptr<Generator> make_generator(const GeneratorConfig& config, const Schema& schema) {
  auto generator = std::make_shared<Generator>(config, schema);
  generator->to(torch::kFloat64);
  testing::set_numbers(*generator);
  return generator;
}

Noise make_noise(int64_t batch, int64_t steps, const GeneratorConfig& config) {
  Noise noise;
  if (config.noise_step > 0) noise.step = numbers({batch, steps, config.noise_step}, 0.1);
  if (config.noise_global > 0) noise.global = numbers({batch, config.noise_global}, 0.2);
  const int64_t code = config.code_categories + config.code_continuous;
  if (code > 0) noise.code = numbers({batch, code}, 0.6);
  return noise;
}

Tensor parameter(const torch::nn::Module& module, const std::string& name) {
  return module.named_parameters()[name];
}

TEST(GeneratorCode, EntersInitialStateStepsAndHead) {
  GeneratorConfig config = feedback_config();
  config.autoregressive = false;
  config.code_categories = 3;
  config.code_continuous = 2;
  const auto generator = make_generator(config, small_schema(2));
  EXPECT_EQ(parameter(*generator, "state_in.weight").size(1), 2 + 2 + 5);
  EXPECT_EQ(parameter(*generator, "lstm.weight_ih_l0").size(1), 3 + 2 + 2 + 5);
  EXPECT_EQ(parameter(*generator, "head.weight").size(1), 4 + 3 + 2 + 2 + 5);
  Noise noise = make_noise(2, 3, config);
  noise.code.requires_grad_();
  const Tensor condition = numbers({2, 2}, 0.8);
  const auto reaches = [&](const Tensor& x) {
    const Tensor gradient = torch::autograd::grad({x.select(1, 2).sum()}, {noise.code})[0];
    return (gradient != 0).all().item<bool>();
  };
  const Tensor x = generator->forward(noise, condition, full(2, 3));
  EXPECT_TRUE(reaches(x));

  // The code lies behind global noise and condition: a wider global noise of the same numbers gives
  // the same sequences.
  GeneratorConfig wide = config;
  wide.code_categories = wide.code_continuous = 0;
  wide.noise_global = 2 + 2 + 5;
  const auto other = make_generator(wide, small_schema());
  const Tensor same = torch::cat({noise.global, condition, noise.code.detach()}, 1);
  expect_close(other->forward({noise.step, same}, {}, full(2, 3)), x, 1e-13, "x");

  noise.code = Tensor();
  EXPECT_THROW(generator->forward(noise, condition, full(2, 3)), Error);
}

TEST(GeneratorCode, IsEnoughForAnInput) {
  GeneratorConfig config = feedback_config();
  config.noise_step = config.noise_global = 0;
  EXPECT_THROW(Generator(config, small_schema()), Error);
  config.code_continuous = 1;
  const auto generator = make_generator(config, small_schema());
  const Noise noise = make_noise(2, 3, config);
  const Tensor x = generator->forward(noise, {}, full(2, 3));
  EXPECT_EQ(x.sizes(), torch::IntArrayRef({2, 3, 2}));
  expect_close(generator->forced(noise, {}, full(2, 3), x).x, x, 1e-13, "forced");
}

// Two steps of one layer, worked out from the parameters by name.
TEST(GeneratorFeedback, ComputesWhatTheContractSays) {
  const GeneratorConfig config = feedback_config(1, OutputActivation::range);
  const auto generator = make_generator(config, small_schema());
  const auto p = [&](const std::string& name) { return parameter(*generator, name); };
  const Noise noise = make_noise(3, 2, config);
  const Tensor state = torch::linear(
      torch::leaky_relu(torch::linear(noise.global, p("state_in.weight"), p("state_in.bias")), 0.2),
      p("state_out.weight"), p("state_out.bias"));
  Tensor h = state.narrow(1, 0, 4).tanh();
  Tensor c = state.narrow(1, 4, 4);
  Tensor x = torch::zeros({3, 2}, testing::float64());
  const Tensor made = generator->forward(noise, {}, full(3, 2));
  for (int64_t t = 0; t < 2; ++t) {
    const Tensor input = torch::cat({noise.step.select(1, t), noise.global, x}, 1);
    const auto gate = (torch::linear(input, p("lstm.weight_ih_l0"), p("lstm.bias_ih_l0")) +
                       torch::linear(h, p("lstm.weight_hh_l0"), p("lstm.bias_hh_l0")))
                          .chunk(4, 1);
    c = gate[1].sigmoid() * c + gate[0].sigmoid() * gate[2].tanh();
    h = gate[3].sigmoid() * c.tanh();
    const Tensor u = torch::linear(torch::cat({h, noise.step.select(1, t), noise.global}, 1),
                                   p("head.weight"), p("head.bias"));
    x = -2 + 4 * u.sigmoid();  // the range of both columns in scaled units
    expect_close(made.select(1, t), x, 1e-6, "step " + std::to_string(t));
  }
}

TEST(GeneratorFeedback, ForcedOnItsOwnOutputIsTheSame) {
  const StepMask steps = ragged({5, 2, 3}, 5);
  for (const auto output : {OutputActivation::linear, OutputActivation::range}) {
    for (const int64_t noise_global : {0, 2}) {
      GeneratorConfig config = feedback_config(2, output);
      config.noise_global = noise_global;
      const auto generator = make_generator(config, small_schema());
      const Noise noise = make_noise(3, 5, config);
      const Tensor x = generator->forward(noise, {}, steps);
      ASSERT_EQ(x.sizes(), torch::IntArrayRef({3, 5, 2}));
      EXPECT_TRUE((x.masked_select(~steps.mask.unsqueeze(2)) == 0).all().item<bool>());
      expect_close(generator->forced(noise, {}, steps, x).x, x, 1e-13, "forced");
    }
  }
}

TEST(GeneratorFeedback, ForcedSeesTheStepsBefore) {
  const GeneratorConfig config = feedback_config();
  const auto generator = make_generator(config, small_schema());
  const Noise noise = make_noise(1, 4, config);
  const Tensor x = numbers({1, 4, 2}, 0.5);
  Tensor other = x.clone();
  other.select(1, 1).add_(1.0);
  const Tensor difference = (generator->forced(noise, {}, full(1, 4), x).x -
                             generator->forced(noise, {}, full(1, 4), other).x)
                                .abs()
                                .sum(2)[0];
  EXPECT_EQ(difference.narrow(0, 0, 2).sum().item<double>(), 0);
  EXPECT_TRUE((difference.narrow(0, 2, 2) > 1e-6).all().item<bool>());
}

TEST(GeneratorFeedback, ForcedGradientsReachTheWeightsAndNotX) {
  const GeneratorConfig config = feedback_config();
  const auto generator = make_generator(config, small_schema());
  const Noise noise = make_noise(2, 3, config);
  const Tensor x = numbers({2, 3, 2}, 0.5).requires_grad_();
  const auto loss = [&] {
    return generator->forced(noise, {}, ragged({3, 2}, 3), x).x.pow(2).sum();
  };
  testing::expect_finite_differences(loss, generator->parameters(), 1e-7);
  const auto gradients = torch::autograd::grad({loss()}, {x}, {}, false, false, true);
  EXPECT_FALSE(gradients[0].defined());
}

// A tenth of the cells of a column of classes is missing: never the likeliest state.
TEST(GeneratorFeedback, DrawsStatesByTheirShares) {
  const Schema schema = columns_test::Mixed().derived().schema;
  const Layout layout(schema);
  GeneratorConfig config = feedback_config(1, OutputActivation::straight_through);
  config.noise_step = 3;
  const auto share_missing = [&] {
    torch::manual_seed(4);
    Generator generator(config, schema);
    Noise noise = {torch::randn({300, 8, 3}), {}};
    if (config.noise_global > 0) noise.global = torch::randn({300, config.noise_global});
    const torch::NoGradGuard no_grad;
    const Tensor x = generator.forward(noise, {}, full(300, 8));
    const auto states = [&](const Tensor& of) {
      return of.narrow(2, layout.values(), layout.width() - layout.values());
    };
    expect_close(states(generator.forced(noise, {}, full(300, 8), x).x), states(x), 0, "forced");
    return x.select(2, layout.width() - 1).mean().item<double>();
  };
  EXPECT_NEAR(share_missing(), 0.1, 0.05);
  config.state_feedback = false;
  EXPECT_EQ(share_missing(), 0);
}

TEST(GeneratorFeedback, OnlyAnAutoregressiveOneIsForced) {
  GeneratorConfig config = feedback_config();
  config.autoregressive = false;
  const auto generator = make_generator(config, small_schema());
  try {
    generator->forced(make_noise(1, 2, config), {}, full(1, 2), numbers({1, 2, 2}, 0.5)).x;
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bug);
  }
}

TEST(GeneratorFeedback, GradientsFlowThroughTheFeedback) {
  for (const auto output : {OutputActivation::linear, OutputActivation::range}) {
    const GeneratorConfig config = feedback_config(2, output);
    const auto generator = make_generator(config, small_schema(2));
    Noise noise = make_noise(2, 3, config);
    noise.step.requires_grad_();
    noise.global.requires_grad_();
    const Tensor condition = numbers({2, 2}, 0.8);
    const StepMask steps = ragged({3, 2}, 3);
    const auto loss = [&] { return generator->forward(noise, condition, steps).pow(2).sum(); };
    testing::expect_finite_differences(
        loss,
        {parameter(*generator, "lstm.weight_ih_l0"), parameter(*generator, "lstm.weight_hh_l1"),
         parameter(*generator, "head.weight"), parameter(*generator, "state_out.bias"), noise.step,
         noise.global},
        1e-7);
  }
}

// With no path through the states, the first step reaches the second one by what was fed back.
TEST(GeneratorFeedback, TheLastStepIsAnInput) {
  const GeneratorConfig config = feedback_config(1);
  const auto generator = make_generator(config, small_schema());
  {
    const torch::NoGradGuard no_grad;
    parameter(*generator, "lstm.weight_hh_l0").zero_();
    parameter(*generator, "lstm.bias_ih_l0").narrow(0, 4, 4).fill_(-1e4);  // forget gates
  }
  Noise noise = make_noise(1, 2, config);
  noise.step.requires_grad_();
  const Tensor x = generator->forward(noise, {}, full(1, 2));
  const Tensor gradient = torch::autograd::grad({x.select(1, 1).sum()}, {noise.step})[0];
  EXPECT_GT(gradient.select(1, 0).abs().max().item<double>(), 1e-4);
}

TEST(GeneratorFeedback, PaddingReachesNeitherOutputNorGradient) {
  const GeneratorConfig config = feedback_config();
  const auto generator = make_generator(config, small_schema());
  const Noise noise = make_noise(2, 3, config);
  const Tensor x = generator->forward(noise, {}, full(2, 3));
  Noise longer = noise;
  longer.step =
      torch::cat({noise.step, torch::full({2, 2, 3}, std::nan(""), testing::float64())}, 1)
          .requires_grad_();
  const StepMask steps = ragged({3, 3}, 5);
  const Tensor padded = generator->forward(longer, {}, steps);
  expect_close(padded.narrow(1, 0, 3), x, 1e-13, "x");
  EXPECT_TRUE((padded.narrow(1, 3, 2) == 0).all().item<bool>());
  std::vector<Tensor> inputs = generator->parameters();
  inputs.push_back(longer.step);
  for (const Tensor& gradient : torch::autograd::grad({padded.pow(2).sum()}, inputs)) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
  const Tensor given =
      torch::cat({x.detach(), torch::full({2, 2, 2}, std::nan(""), testing::float64())}, 1);
  expect_close(generator->forced(longer, {}, steps, given).x.narrow(1, 0, 3), x, 1e-13, "forced");
}

}  // namespace generator_feedback_test
}  // namespace rnngan
