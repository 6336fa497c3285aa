// Terms on targets, parameters and running means, one by one.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/term_support.h"

namespace rnngan {
namespace states_test {

using at::Tensor;
using testing::ElementsAre;

// Equals cross entropy with a smoothed target.
TEST(Golden, label_smoothing) {
  Objective smoothed(
      objective_config("bce", {{"label_smoothing", term_config("label_smoothing", 1)}}));
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  EXPECT_NEAR(total_at(smoothed, kD, r, f).item<double>(), 1.430379, 1e-6);
  EXPECT_NEAR(total_at(smoothed, kG, r, f).item<double>(), 0.875623, 1e-6);
  const double alpha = 0.7;
  TableContext context(kD, r, f);
  const Tensor direct = alpha * at::softplus(-r) + (1 - alpha) * at::softplus(r);
  const Tensor term = make("label_smoothing", {{"alpha", alpha}})->value(context);
  EXPECT_TRUE(at::allclose(at::softplus(-r) + term, direct, 0, 1e-12));
}

TEST(LabelSmoothing, MovesTheOptimum) {
  Objective smoothed(
      objective_config("bce", {{"label_smoothing", term_config("label_smoothing", 1)}}));
  const Tensor p = torch::tensor({1, 3, 8, 6, 2}, at::kLong);
  const Tensor q = torch::tensor({6, 5, 4, 3, 2}, at::kLong);
  const Tensor optimum = (0.9 * p.to(at::kDouble) / (0.1 * p.to(at::kDouble) + q)).log();
  const Tensor scores = optimum.requires_grad_();
  const Tensor r = scores.repeat_interleave(p), f = scores.repeat_interleave(q);
  const Tensor d_loss = total_at(smoothed, kD, r, f);
  EXPECT_NEAR(d_loss.item<double>(), 1.234317, 1e-6);
  EXPECT_NEAR(total_at(smoothed, kG, r, f).item<double>(), 1.145568, 1e-6);
  const Tensor slope = torch::autograd::grad({d_loss}, {scores})[0];
  EXPECT_LT(slope.abs().max().item<double>(), 1e-8);
}

// Clamps the critic after its step.
TEST(Golden, weight_clip) {
  const Tensor weight = doubles({-3, 0.005, 2}).requires_grad_();
  const Tensor bias = doubles({1, -1}).requires_grad_();
  FakeContext context(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  context.set_parameters({{"lstm.weight_ih_l0", weight}, {"lstm.bias_ih_l0", bias}});

  make("weight_clip", {{"c", 0.5}, {"exempt_biases", true}})->after_step(context);
  EXPECT_TRUE(weight.equal(doubles({-0.5, 0.005, 0.5})));
  EXPECT_TRUE(bias.equal(doubles({1, -1})));
  make("weight_clip")->after_step(context);
  EXPECT_TRUE(weight.equal(doubles({-0.01, 0.005, 0.01})));
  EXPECT_TRUE(bias.equal(doubles({0.01, -0.01})));
  EXPECT_TRUE(weight.requires_grad());
  EXPECT_FALSE(make("weight_clip")->value(context).defined());
}

void set_lecam(Term& term, double weight, double real, double fake) {
  auto buffers = term.named_buffers();
  buffers["weight"].fill_(weight);
  buffers["real"].fill_(weight * real);
  buffers["fake"].fill_(weight * fake);
}

// Draws scores to the means of the other batch.
TEST(Golden, lecam) {
  const auto term = make("lecam");
  set_lecam(*term, 0.25, 0.5, -0.2);  // sums and weight of a short run, so debiasing shows
  TableContext context(kD, doubles({1, 2}), doubles({-1, 0.5}));
  EXPECT_NEAR(term->value(context).mean().item<double>(), 4.265, 1e-12);
}

TEST(Lecam, StartsAtTheMeansOfTheBatchAndRemembersThem) {
  const auto term = make("lecam", {{"decay", 0.75}});
  TableContext first(kD, doubles({1, 3}), doubles({-1, 0}));
  // Real scores to -0.5, fake ones to 2.
  EXPECT_NEAR(term->value(first).mean().item<double>(), (1.5 * 1.5 + 3.5 * 3.5 + 3 * 3 + 2 * 2) / 2,
              1e-12);
  term->after_step(first);
  TableContext second(kD, doubles({5, 5}), doubles({0, 0}));
  EXPECT_NEAR(term->value(second).mean().item<double>(), 5.5 * 5.5 + 2 * 2, 1e-12);
  term->after_step(second);
  // Weights 0.25 * 0.75 and 0.25 of the means 2, 5 and -0.5, 0.
  const double a_r = (0.75 * 2 + 5) / 1.75, a_f = (0.75 * -0.5) / 1.75;
  TableContext third(kD, doubles({1, 1}), doubles({0, 0}));
  EXPECT_NEAR(term->value(third).mean().item<double>(), (1 - a_f) * (1 - a_f) + a_r * a_r, 1e-12);
}

// Measures overlaps and leaves lengths free.
TEST(Golden, orthogonal) {
  const Tensor tall = doubles({1, 1, 0, 2, 0, 0}).view({3, 2}).requires_grad_();
  FakeContext context(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  context.set_parameters({{"w", tall}, {"bias", doubles({1, 2})}});
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 2);  // columns overlap by 1
  context.set_parameters({{"w", tall.t()}});  // a wide matrix counts by its rows
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 2);
  context.set_parameters(
      {{"w", 7 * at::eye(3, at::kDouble)}, {"head", doubles({1, 2}).view({1, 2})}});
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 0);
}

// Holds a player near its past.
TEST(Golden, historical_average) {
  const auto term = make("historical_average");
  const Tensor d = doubles({1, 2}).requires_grad_(), g = doubles({5}).requires_grad_();
  const auto parameters = [&](Side side) {
    return std::vector<NamedParameter>{{"lstm.w", side == kD ? d : g}};
  };
  term->attach(parameters);
  EXPECT_EQ(term->named_buffers().size(), 4U);
  for (const auto& item : term->named_buffers()) EXPECT_FALSE(item.value().requires_grad());
  FakeContext of_d(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0)),
      of_g(kG, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  of_d.set_parameters(parameters(kD), kD);
  of_g.set_parameters(parameters(kG), kG);
  EXPECT_EQ(term->value(of_d).item<double>(), 0);
  {
    const torch::NoGradGuard no_grad;
    d.add_(doubles({2, -1}));
    term->after_step(of_d);  // 1, 3 and 2, 1: the means are 2 and 1.5
    d.copy_(doubles({8, 1.5}));
  }
  EXPECT_DOUBLE_EQ(term->value(of_d).item<double>(), 36);
  EXPECT_EQ(term->value(of_g).item<double>(), 0);
  term->value(of_d).backward();
  EXPECT_TRUE(d.grad().equal(doubles({12, 0})));
  {
    const torch::NoGradGuard no_grad;
    term->after_step(of_d);  // 1, 3, 8
  }
  EXPECT_NEAR(term->value(of_d).item<double>(), 16 + 0, 1e-12);
}

TEST(HistoricalAverage, ActsOnTheSideOfItsOption) {
  const auto only = make("historical_average", {{"side", "generator"}});
  EXPECT_FALSE(only->acts_on(kD));
  EXPECT_TRUE(only->acts_on(kG));
  const auto other = make("historical_average", {{"side", "discriminator"}});
  EXPECT_TRUE(other->acts_on(kD));
  EXPECT_FALSE(other->acts_on(kG));
}

}  // namespace states_test
}  // namespace rnngan
