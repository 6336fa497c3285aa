#include "nn/generator.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "columns/support.h"
#include "core/error.h"
#include "nn/support.h"

namespace rnngan {
namespace generator_test {

using testing::expect_close;
using testing::full;
using testing::numbers;
using testing::ragged;
using testing::small_schema;
using torch::Tensor;

GeneratorConfig small_config() {
  GeneratorConfig config;
  config.hidden = 4;
  config.layers = 2;
  config.noise_step = 3;
  config.noise_global = 2;
  return config;
}

std::shared_ptr<Generator> make_generator(const GeneratorConfig& config, const Schema& schema) {
  auto generator = std::make_shared<Generator>(config, schema);
  generator->to(torch::kFloat64);
  testing::set_numbers(*generator);
  return generator;
}

Noise make_noise(int64_t batch, int64_t steps, const GeneratorConfig& config) {
  return {numbers({batch, steps, config.noise_step}, 0.1),
          config.noise_global > 0 ? numbers({batch, config.noise_global}, 0.2) : Tensor()};
}

Tensor parameter(const torch::nn::Module& module, const std::string& name) {
  return module.named_parameters()[name];
}

TEST(Generator, ShapeAndZeroPadding) {
  const auto generator = make_generator(small_config(), small_schema());
  const StepMask steps = ragged({5, 2, 3}, 5);
  const Tensor x = generator->forward(make_noise(3, 5, small_config()), {}, steps);
  EXPECT_EQ(x.sizes(), torch::IntArrayRef({3, 5, 2}));
  EXPECT_TRUE((x.masked_select(~steps.mask.unsqueeze(2)) == 0).all().item<bool>());
  EXPECT_TRUE((x.masked_select(steps.mask.unsqueeze(2)) != 0).all().item<bool>());
}

// One step of one layer, worked out from the parameters by name.
void expect_contract(bool noise_to_head) {
  GeneratorConfig config = small_config();
  config.layers = 1;
  config.noise_to_head = noise_to_head;
  config.output = OutputActivation::linear;
  const auto generator = make_generator(config, small_schema(2));
  const Noise noise = make_noise(3, 1, config);
  const Tensor condition = torch::eye(2, testing::float64()).index({torch::tensor({0, 1, 1})});
  const Tensor context = torch::cat({noise.global, condition}, 1);
  const auto p = [&](const std::string& name) { return parameter(*generator, name); };

  const Tensor state = torch::linear(
      torch::leaky_relu(torch::linear(context, p("state_in.weight"), p("state_in.bias")), 0.2),
      p("state_out.weight"), p("state_out.bias"));
  EXPECT_EQ(p("state_in.weight").size(0), 32);
  const Tensor h0 = state.narrow(1, 0, 4).tanh();
  const Tensor c0 = state.narrow(1, 4, 4);
  const Tensor input = torch::cat({noise.step.squeeze(1), context}, 1);
  const auto gate = (torch::linear(input, p("lstm.weight_ih_l0"), p("lstm.bias_ih_l0")) +
                     torch::linear(h0, p("lstm.weight_hh_l0"), p("lstm.bias_hh_l0")))
                        .chunk(4, 1);
  const Tensor c = gate[1].sigmoid() * c0 + gate[0].sigmoid() * gate[2].tanh();
  const Tensor h = gate[3].sigmoid() * c.tanh();
  const Tensor seen = noise_to_head ? torch::cat({h, noise.step.squeeze(1), context}, 1)
                                    : torch::cat({h, context}, 1);
  const Tensor expected = torch::linear(seen, p("head.weight"), p("head.bias"));
  const Tensor x = generator->forward(noise, condition, full(3, 1));
  expect_close(x.squeeze(1), expected, 1e-13, "x");
}

TEST(Generator, ComputesWhatTheContractSays) {
  expect_contract(true);
}

TEST(Generator, WithoutNoiseInItsHead) {
  expect_contract(false);
}

// So that smooth data begin smooth; a gradient reaches its weights all the same.
TEST(Generator, TheNoiseOfAStepBeginsWithoutWeight) {
  const GeneratorConfig config = small_config();
  Generator generator(config, small_schema());
  const Tensor weight = parameter(generator, "head.weight").narrow(1, config.hidden, 3);
  EXPECT_TRUE((weight == 0).all().item<bool>());
  EXPECT_FALSE((parameter(generator, "head.weight") == 0).all().item<bool>());
}

// Gates and classes that chance decides anew in each step would flicker.
TEST(Generator, TheNoiseOfAStepIsNotAddedToWhatIsDrawn) {
  const GeneratorConfig config = small_config();
  Schema schema = columns_test::Mixed().schema;
  const auto with_transitions = std::ranges::find_if(
      schema.columns, [](const Column& column) { return !column.transitions.empty(); });
  with_transitions->transitions.clear();
  const auto generator = make_generator(config, schema);
  const Tensor drawn = generator->layout().drawn();
  ASSERT_TRUE(drawn.any().item<bool>());
  const Tensor raw = generator->generate(make_noise(2, 3, config), {}, full(2, 3)).raw;
  const Tensor weights =
      torch::autograd::grad({raw.sum()}, {parameter(*generator, "head.weight")})[0];
  const Tensor of_noise = weights.narrow(1, config.hidden, config.noise_step);
  EXPECT_TRUE(torch::equal((of_noise == 0).all(1), drawn));
}

TEST(Generator, TheNoiseOfAStepIsAddedToAllWhereNothingIsDrawn) {
  GeneratorConfig config = small_config();
  config.state_feedback = false;
  const auto generator = make_generator(config, columns_test::Mixed().schema);
  const Tensor raw = generator->generate(make_noise(2, 3, config), {}, full(2, 3)).raw;
  const Tensor weights =
      torch::autograd::grad({raw.sum()}, {parameter(*generator, "head.weight")})[0];
  EXPECT_TRUE((weights.narrow(1, config.hidden, config.noise_step) != 0).all().item<bool>());
}

TEST(Generator, RangeKeepsToTheTrainingRange) {
  GeneratorConfig config = small_config();
  config.output = OutputActivation::range;
  const Schema schema = small_schema();
  const auto generator = make_generator(config, schema);
  const torch::NoGradGuard no_grad;
  parameter(*generator, "head.weight").zero_();
  // (min - mean) / sd of both columns is -2, (max - mean) / sd is 2.
  for (const auto& [u, expected] : {std::pair(60.0, 2.0), {-60.0, -2.0}, {0.0, 0.0}}) {
    parameter(*generator, "head.bias").fill_(u);
    const Tensor x = generator->forward(make_noise(2, 3, config), {}, full(2, 3));
    expect_close(x, torch::full_like(x, expected), 1e-6, "x");
  }
}

TEST(Generator, AppendedPaddingChangesNothing) {
  const GeneratorConfig config = small_config();
  const auto generator = make_generator(config, small_schema());
  const Noise noise = make_noise(2, 4, config);
  const Tensor x = generator->forward(noise, {}, full(2, 4));
  const Tensor longer = torch::cat({noise.step, numbers({2, 3, config.noise_step}, 0.9)}, 1);
  const Tensor padded = generator->forward({longer, noise.global}, {}, ragged({4, 4}, 7));
  expect_close(padded.narrow(1, 0, 4), x, 1e-13, "x");
}

TEST(Generator, EveryParameterGetsAGradient) {
  const GeneratorConfig config = small_config();
  const auto generator = make_generator(config, small_schema(3));
  const Tensor condition = numbers({2, 3}, 0.8);
  const auto loss = [&] {
    return generator->forward(make_noise(2, 3, config), condition, ragged({3, 2}, 3)).pow(2).sum();
  };
  loss().backward();
  for (const auto& item : generator->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
  }
  testing::expect_finite_differences(
      loss,
      {parameter(*generator, "head.weight"), parameter(*generator, "state_out.bias"),
       parameter(*generator, "lstm.weight_ih_l0")},
      1e-6);
}

TEST(Generator, EveryNoiseAndTheConditionReachTheOutput) {
  const GeneratorConfig config = small_config();
  const auto generator = make_generator(config, small_schema(2));
  Noise noise = make_noise(1, 3, config);
  noise.step.requires_grad_();
  noise.global.requires_grad_();
  const Tensor condition = numbers({1, 2}, 0.8).requires_grad_();
  const Tensor last = generator->forward(noise, condition, full(1, 3)).select(1, 2).sum();
  for (const Tensor& gradient :
       torch::autograd::grad({last}, {noise.step, noise.global, condition})) {
    EXPECT_TRUE((gradient != 0).all().item<bool>());
  }
}

TEST(Generator, WorksWithoutContextAndWithoutStepNoise) {
  GeneratorConfig config = small_config();
  config.noise_global = 0;
  const auto without_context = make_generator(config, small_schema());
  EXPECT_FALSE(without_context->named_parameters().contains("state_in.weight"));
  const Tensor x = without_context->forward(make_noise(2, 3, config), {}, full(2, 3));
  EXPECT_EQ(x.sizes(), torch::IntArrayRef({2, 3, 2}));

  config.noise_global = 2;
  config.noise_step = 0;
  const auto without_step_noise = make_generator(config, small_schema());
  const Tensor y = without_step_noise->forward({Tensor(), numbers({2, 2}, 0.2)}, {}, full(2, 3));
  EXPECT_EQ(y.sizes(), torch::IntArrayRef({2, 3, 2}));

  config.noise_global = 0;
  EXPECT_THROW(Generator(config, small_schema()), Error);
}

}  // namespace generator_test
}  // namespace rnngan
