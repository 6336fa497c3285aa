// Terms that compare the discriminator's answers at changed sequences.
#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace consistency_test {

using at::Tensor;
using nlohmann::json;
using std::numbers::ln2;

/// Sum over valid steps of t x_t of the first column, t from 1: sees the order of steps.
Critic ordered() {
  return [](const Tensor& input, const StepMask& steps) {
    const Tensor x = zero_padding(input, steps).select(2, 0);
    return (x * at::arange(1, x.size(1) + 1, at::kDouble)).sum(1);
  };
}
Critic column(const Critic& critic) {
  return [critic](const Tensor& input, const StepMask& steps) {
    return critic(input, steps).unsqueeze(1);
  };
}

// Turns the valid part round.
TEST(Golden, self_supervised) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor x = doubles({1, 2, 4, 3, 5, nan}).view({2, 3, 1});
  FakeContext context(kD, ordered(), x, x, lengths({3, 2}, 3));
  context.set_head("order", column(ordered()));
  const Tensor value = make("self_supervised")->value(context);
  // Forward 1 + 4 + 12 and 3 + 10; backward 4 + 4 + 3 and 5 + 6.
  const Tensor expected =
      0.5 * (at::softplus(-doubles({17, 13})) + at::softplus(doubles({11, 11})));
  EXPECT_TRUE(at::allclose(value, expected, 0, 1e-12));
}

TEST(SelfSupervised, WhatRunsBothWaysCostsLn2) {
  const Tensor same = doubles({0, 0, 1, 1}).view({2, 2, 1});
  for (const Side side : {kD, kG}) {
    FakeContext context(side, ordered(), same, same);
    context.set_head("order", [](const Tensor& input, const StepMask&) {
      return at::zeros({input.size(0), 1}, at::kDouble);
    });
    EXPECT_NEAR(make("self_supervised")->value(context).mean().item<double>(),
                side == kD ? ln2 : 0.2 * ln2, 1e-12);
  }
}

TEST(SelfSupervised, TheGeneratorsPartIsAtTheFakes) {
  const Tensor real = wavy(3, 4, 0), fake = wavy(3, 4, 1).requires_grad_();
  FakeContext g(kG, ordered(), real, fake), as_real(kD, ordered(), fake, fake);
  for (FakeContext* context : {&g, &as_real}) context->set_head("order", column(ordered()));
  const Tensor value = make("self_supervised", {{"generator", 0.5}})->value(g);
  EXPECT_TRUE(at::allclose(value, 0.5 * make("self_supervised")->value(as_real), 0, 1e-12));
  value.sum().backward();
  EXPECT_TRUE(fake.grad().defined());
  EXPECT_FALSE(make("self_supervised", {{"generator", 0.0}})->acts_on(kG));
}

// Scales columns and jitters entries.
TEST(Golden, consistency) {
  const Tensor x = wavy(2, 3, 0), w = doubles({2, -1});
  const auto noise = [](const std::string& name, at::IntArrayRef sizes) {
    if (name.ends_with("scale")) {
      EXPECT_EQ(sizes.vec(), (std::vector<int64_t>{2, 1, 2}));
      return doubles({1, -2, 0.5, 3}).view({2, 1, 2});
    }
    EXPECT_EQ(sizes.vec(), (std::vector<int64_t>{2, 3, 2}));
    return wavy(2, 3, 5);
  };
  FakeContext context(kD, linear(w), x, wavy(2, 3, 1));
  context.set_normal(noise);
  const Tensor moved = x * (1 + 0.1 * noise("scale", {2, 1, 2})) + 0.03 * wavy(2, 3, 5);
  const Tensor expected = (moved - x).matmul(w).mean(1).square();
  EXPECT_TRUE(at::allclose(make("consistency")->value(context), expected, 0, 1e-12));
  const Tensor still = make("consistency", {{"scale", 0.0}, {"jitter", 0.0}})->value(context);
  EXPECT_EQ(still.abs().max().item<double>(), 0);
}

TEST(Consistency, SequencesAndBatchesGetTheirOwnNoise) {
  const Tensor x = at::ones({2, 3, 2}, at::kDouble);
  std::vector<Tensor> scales, jitters;
  const auto& streams = [&](const std::string& name, at::IntArrayRef sizes) {
    FakeContext plain(kD, {}, x, x);
    const Tensor noise = plain.normal(name, sizes);
    (name.ends_with("scale") ? scales : jitters).push_back(noise);
    return noise;
  };
  FakeContext context(kD, linear(doubles({1, 1})), x, x);
  context.set_normal(streams);
  make("balanced_consistency")->value(context);
  ASSERT_EQ(scales.size(), 2U);
  ASSERT_EQ(jitters.size(), 2U);
  EXPECT_FALSE(scales[0].equal(scales[1]) || jitters[0].equal(jitters[1]));
  EXPECT_FALSE(jitters[0][0].equal(jitters[0][1]));
}

// Weighs both batches.
TEST(Golden, balanced_consistency) {
  const Tensor w = doubles({2, -1}), real = wavy(3, 4, 0), fake = wavy(3, 4, 1);
  const auto value = [&](const json& options) {
    FakeContext context(kD, curved(w), real, fake);
    context.set_normal(even_noise);
    return make("balanced_consistency", options)->value(context);
  };
  FakeContext plain(kD, curved(w), real, fake);
  plain.set_normal(even_noise);
  const Tensor only_real = make("consistency")->value(plain);
  EXPECT_TRUE(at::allclose(value({{"fake", 0.0}}), 10 * only_real, 0, 1e-12));
  const Tensor only_fake = value({{"real", 0.0}, {"fake", 1.0}});
  EXPECT_GT(only_fake.min().item<double>(), 0);
  EXPECT_TRUE(at::allclose(value(json::object()), 10 * only_real + 10 * only_fake, 0, 1e-12));
}

// Scores of neighbours agree.
TEST(Golden, latent_consistency) {
  const Tensor fake = wavy(3, 4, 1), w = doubles({2, -1});
  FakeContext context(kD, linear(w), wavy(3, 4, 0), fake);
  context.set_other_fake({fake + 0.1, doubles({1, 1, 1})});
  // The scores move by 0.1 (2 - 1).
  const Tensor value = make("latent_consistency")->value(context);
  EXPECT_TRUE(at::allclose(value, doubles({0.2, 0.2, 0.2}), 0, 1e-12));
}

TEST(LatentConsistency, TheGeneratorGainsUpToTheCap) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor fake = doubles({0, 0, 0, 0, 0, nan}).view({3, 2, 1}).requires_grad_();
  const Tensor other = doubles({0.3, 0.4, 3, 4, 0.5, nan}).view({3, 2, 1});
  FakeContext context(kG, linear(doubles({1})), fake.detach(), fake, lengths({2, 2, 1}, 2));
  context.set_other_fake({other, doubles({0.5, 0.5, 0.4})});
  const Tensor value = make("latent_consistency")->value(context);
  // |difference|^2 is 0.25, 25, 0.25; the caps are (2 * 0.5)^2 * 2 and (2 * 0.4)^2.
  EXPECT_TRUE(at::allclose(value, doubles({-0.125, -1, -0.125}), 0, 1e-12));
  value.sum().backward();
  const Tensor expected = doubles({0.3, 0.4, 0, 0, 0.5, 0}).view({3, 2, 1});
  EXPECT_TRUE(at::allclose(fake.grad(), expected, 0, 1e-12));
  EXPECT_FALSE(make("latent_consistency", {{"generator", 0.0}})->acts_on(kG));
}

// Compares two draws of dropout.
TEST(Golden, consistency_term) {
  // The draws see 1.1 and 1.2 times the critic input, whose mean is the vector of features.
  const Tensor x = doubles({3, 4, 0, 0, 0, 5}).view({3, 1, 2});
  FakeContext context(kD, linear(doubles({1, 0})), x, x);
  const Tensor value = make("consistency_term")->value(context);
  EXPECT_TRUE(at::allclose(value, doubles({0.3 + 0.05, 0, 0.05}), 0, 1e-6));
  ASSERT_EQ(context.passed().size(), 2U);
  EXPECT_EQ(context.passed()[0].dropout_draw, 1);
  EXPECT_EQ(context.passed()[1].dropout_draw, 2);
  const auto loose = make("consistency_term", {{"margin", 0.2}, {"features", 1.0}});
  EXPECT_TRUE(at::allclose(loose->value(context), doubles({0.6, 0, 0.3}), 0, 1e-6));
}

TEST(ConsistencyTerm, PassesThatAgreeHaveAFiniteGradient) {
  const Tensor w = doubles({0, 0}).requires_grad_();
  const Tensor x = at::zeros({2, 3, 2}, at::kDouble);
  FakeContext context(kD, linear(w), x, x);
  context.set_features([&](const Tensor&, const StepMask&) { return w.repeat({2, 1}); });
  const Tensor value = make("consistency_term")->value(context);
  value.sum().backward();
  EXPECT_LT(value.max().item<double>(), 1e-6);
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

}  // namespace consistency_test
}  // namespace rnngan
