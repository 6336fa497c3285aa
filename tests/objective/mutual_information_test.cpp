#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/differences.h"
#include "objective/row_findings.h"
#include "objective/term_support.h"

namespace rnngan {
namespace mutual_information_test {

using at::Tensor;
using nlohmann::json;

constexpr char kName[] = "mutual_information";

/// A reader that says this of every batch.
Critic saying(const Tensor& reading) {
  return [reading](const Tensor&, const StepMask&) { return reading; };
}

FakeContext step_of(Side side, const Tensor& code, const Tensor& reading) {
  const Tensor x = wavy(code.size(0), 3, 0);
  FakeContext context(side, curved(doubles({0.6, -0.4})), x, x);
  context.set_code(code);
  context.set_head("code", saying(reading));
  return context;
}

Tensor value_of(const Tensor& code, const Tensor& reading, const json& options = json::object()) {
  FakeContext context = step_of(kG, code, reading);
  return make(kName, options)->value(context);
}

double statistic_of(const Term& term, Side side, const std::string& name) {
  for (const Statistic& s : term.statistics(side)) {
    if (s.name == name) return s.value.item<double>();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

TEST(MutualInformation, AReaderThatKnowsNothingIsAtLogK) {
  const Tensor code = at::eye(4, at::kDouble), uniform = at::full({4, 4}, 3.0, at::kDouble);
  EXPECT_TRUE(at::allclose(value_of(code, uniform), at::full({4}, std::log(4), at::kDouble)));
}

TEST(MutualInformation, AReaderThatKnowsTheClassIsAtZero) {
  const Tensor code = at::eye(4, at::kDouble).requires_grad_(false);
  FakeContext context = step_of(kG, code, 50 * code);
  const auto term = make(kName);
  EXPECT_LT(term->value(context).max().item<double>(), 1e-12);
  EXPECT_NEAR(statistic_of(*term, kG, "bound"), std::log(4), 1e-12);
  EXPECT_EQ(statistic_of(*term, kG, "accuracy"), 1);
  EXPECT_TRUE(term->statistics(kD).empty());
}

TEST(MutualInformation, VariablesCountByTheirGaussianLikelihood) {
  const Tensor value =
      value_of(doubles({0.5}).view({1, 1}), doubles({0, 0}).view({1, 2}), {{"continuous", 1.0}});
  EXPECT_NEAR(value.item<double>(), 1.043939, 1e-6);
  // Means first, then log variances: c - m = 1 and -2, v = 4 and 1.
  const Tensor two = value_of(doubles({0.5, -1}).view({1, 2}),
                              doubles({-0.5, 1, std::log(4), 0}).view({1, 4}), {{"continuous", 1}});
  const double log_2pi = std::log(2 * 3.14159265358979);
  EXPECT_NEAR(two.item<double>(), log_2pi + (std::log(4) + 0.25 + 4) / 2, 1e-12);
}

// Weighs both parts.
TEST(Golden, mutual_information) {
  // K = 2 and m = 1: class 1, c = 0.5.
  const Tensor code = doubles({0, 1, 0.5}).view({1, 3});
  const Tensor reading = doubles({0, std::log(3), 0, 0}).view({1, 4});
  FakeContext context = step_of(kD, code, reading);
  const auto term = make(kName, {{"categorical", 2.0}, {"continuous", 0.5}});
  EXPECT_NEAR(term->value(context).item<double>(), 2 * std::log(4.0 / 3) + 0.5 * 1.043939, 1e-6);
  EXPECT_NEAR(statistic_of(*term, kD, "bound"), std::log(2) - std::log(4.0 / 3), 1e-12);
  EXPECT_NEAR(statistic_of(*term, kD, "continuous_bound"), std::log(2) - 1.043939, 1e-6);
  EXPECT_EQ(statistic_of(*term, kD, "accuracy"), 1);
}

TEST(MutualInformation, LogVariancesAreBounded) {
  const Tensor code = doubles({0.5}).view({1, 1});
  for (const double sign : {-1.0, 1.0}) {
    const Tensor far = value_of(code, doubles({0, 100 * sign}).view({1, 2}));
    const Tensor edge = value_of(code, doubles({0, 8 * sign}).view({1, 2}));
    EXPECT_EQ(far.item<double>(), edge.item<double>());
  }
}

TEST(MutualInformation, AsksForOneReader) {
  const Schema schema;
  ModelConfig model;
  model.generator.code_categories = 4;
  model.generator.code_continuous = 2;
  const ModelShape shape{schema, model};
  const auto shared = make(kName), separate = make(kName, {{"q_trunk", "separate"}});
  ASSERT_EQ(shared->heads(shape).size(), 1U);
  EXPECT_EQ(shared->heads(shape)[0].name, "code");
  EXPECT_EQ(shared->heads(shape)[0].outputs, 4 + 2 * 2);
  EXPECT_TRUE(shared->networks(shape).empty());
  EXPECT_TRUE(separate->heads(shape).empty());
  ASSERT_EQ(separate->networks(shape).size(), 1U);
  EXPECT_EQ(separate->networks(shape)[0].outputs, 4 + 2 * 2);
  EXPECT_FALSE(separate->networks(shape)[0].causal);
  EXPECT_EQ(separate->networks(shape)[0].trained_with, TrainedWith::generator);
  EXPECT_TRUE(shared->acts_on(kD) && shared->acts_on(kG) && separate->acts_on(kG));
  EXPECT_FALSE(separate->acts_on(kD));
  const auto frozen = make(kName, {{"q_trunk", "frozen"}});
  EXPECT_TRUE(frozen->heads(shape).empty());
  ASSERT_EQ(frozen->networks(shape).size(), 1U);
  EXPECT_TRUE(frozen->networks(shape)[0].on_features);
  EXPECT_EQ(frozen->networks(shape)[0].trained_with, TrainedWith::generator);
  EXPECT_TRUE(frozen->acts_on(kG) && !frozen->acts_on(kD));
}

TEST(MutualInformation, PacksHaveNoCodeOfTheirOwn) {
  RunConfig config;
  config.model.discriminator.pac = 2;
  EXPECT_EQ(findings_of_term(kName, {{"q_trunk", "frozen"}}, config).size(), 1U);
  EXPECT_EQ(findings_of_term(kName, {{"q_trunk", "shared"}}, config).size(), 1U);
  EXPECT_TRUE(findings_of_term(kName, {{"q_trunk", "separate"}}, config).empty());
}

/// A reader with weights v [2,n]: of the mean of a sequence.
Critic reader(const Tensor& v) {
  return [v](const Tensor& input, const StepMask& steps) {
    return masked_mean(input, steps).matmul(v);
  };
}

TEST(MutualInformation, TrainsItsReaderOnBothSidesAndTheGeneratorOnItsOwn) {
  const Tensor code = doubles({0, 1, 0.5, 1, 0, -0.3}).view({2, 3});
  for (const Side side : {kD, kG}) {
    for (const std::string trunk : {"shared", "frozen", "separate"}) {
      if (side == kD && trunk != "shared") continue;
      const Tensor v = wavy(2, 2, 0.3).view({2, 4}).clone().requires_grad_();
      const Tensor source = wavy(2, 3, 1).requires_grad_();
      FakeContext context(side, curved(doubles({0.6, -0.4})), wavy(2, 3, 0), source * 1);
      context.set_code(code);
      if (trunk == "shared") {
        context.set_head("code", reader(v));
      } else if (trunk == "frozen") {  // reads the features, here the means
        context.set_network("code_reader",
                            [v](const Tensor& mean, const StepMask&) { return mean.matmul(v); });
      } else {
        context.set_network("code_reader", reader(v));
      }
      make(kName, {{"q_trunk", trunk}})->value(context).sum().backward();
      EXPECT_GT(v.grad().abs().min().item<double>(), 0) << trunk;
      EXPECT_EQ(source.grad().defined(), side == kG) << trunk;
      EXPECT_EQ(context.passes(), trunk == "separate" ? 0 : 1);
    }
  }
}

TEST(MutualInformation, HasTheGradientOfItsValue) {
  const Tensor code = doubles({0, 1, 0.5, 1, 0, -0.3}).view({2, 3});
  const auto f = [&](const Tensor& reading) { return value_of(code, reading).sum(); };
  EXPECT_LT(gradient_error(f, wavy(2, 2, 0.3).view({2, 4})), 1e-8);
}

}  // namespace mutual_information_test
}  // namespace rnngan
