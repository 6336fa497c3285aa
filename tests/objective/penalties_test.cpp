// Terms on scores and slopes, one by one.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/term_support.h"

namespace rnngan {
namespace penalties_test {

using at::Tensor;
using testing::DoubleNear;
using testing::ElementsAre;

TEST(GradientPenalty, HoldsTheSlopeOfALinearCriticForEveryBatchSize) {
  // wgan gains delta = 1 per unit of slope, so the optimum of 10 (w - 1)^2 - w is 1 + 1/20.
  Objective objective(
      objective_config("wgan", {{"gradient_penalty", term_config("gradient_penalty", 10)}}));
  for (const int64_t batch : {1, 16, 64}) {
    const Tensor fake = at::arange(batch, at::kDouble).sin().view({batch, 1, 1});
    const Tensor w = doubles({1.05}).requires_grad_();
    FakeContext context(kD, linear(w), fake + 1, fake);
    objective.evaluate(context).total.backward();
    EXPECT_NEAR(w.grad().item<double>(), 0, 1e-9) << batch;
  }
}

// Looks between the sequences of a pair.
TEST(Golden, gradient_penalty) {
  // s = x^2 / 2 per sequence has the gradient x, so the penalty shows where it was taken.
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({4, 8}).view({2, 1, 1}), doubles({0, 2}).view({2, 1, 1}));
  context.set_interpolation_weights(doubles({0.25, 0.5}));
  const auto values = to_vector(make("gradient_penalty")->value(context));
  EXPECT_NEAR(values[0], 0, 1e-9);   // at 0.25 * 4 + 0.75 * 0 = 1
  EXPECT_NEAR(values[1], 16, 1e-9);  // at 0.5 * 8 + 0.5 * 2 = 5
  const auto centred = to_vector(make("gradient_penalty", {{"center", 0.0}})->value(context));
  EXPECT_NEAR(centred[1], 25, 1e-9);
}

TEST(GradientPenalty, TheNormRunsOverStepsAndColumnsOfOneSequence) {
  const Tensor w = doubles({3, 4});
  FakeContext context(kD, leaky(w), wavy(3, 4, 0), wavy(3, 4, 1));
  const double norm = std::sqrt(4 * 25.0);
  for (const double value : to_vector(make("gradient_penalty")->value(context))) {
    EXPECT_NEAR(value, (norm - 1) * (norm - 1), 1e-6);
  }
}

TEST(GradientPenalty, AFlatCriticHasAFiniteGradient) {
  const Tensor w = at::zeros({2}, at::kDouble).requires_grad_();
  FakeContext context(kD, linear(w), wavy(2, 3, 0), wavy(2, 3, 1));
  const Tensor value = make("gradient_penalty")->value(context).mean();
  EXPECT_NEAR(value.item<double>(), 1, 1e-5);
  value.backward();
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

// Halves the squared norm per sequence.
TEST(Golden, r1) {
  const Tensor w = doubles({1, 2});
  const StepMask steps = lengths({5, 3, 1}, 5);
  FakeContext mean(kD, linear(w), wavy(3, 5, 0), wavy(3, 5, 1), steps);
  const auto values = to_vector(2 * make("r1")->value(mean));
  EXPECT_NEAR(values[0], 1, 1e-12);
  EXPECT_NEAR(values[1], 5.0 / 3, 1e-12);
  EXPECT_NEAR(values[2], 5, 1e-12);
  // The unmasked critic reaches padding, which must not count.
  FakeContext sum(kD, leaky(w), wavy(3, 5, 0), wavy(3, 5, 1), steps);
  EXPECT_THAT(to_vector(2 * make("r1")->value(sum)), ElementsAre(25, 15, 5));
}

// Each takes the gradient at its own batch.
TEST(Golden, r2) {
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({2}).view({1, 1, 1}), doubles({6}).view({1, 1, 1}));
  EXPECT_DOUBLE_EQ(make("r1")->value(context).item<double>(), 2);
  EXPECT_DOUBLE_EQ(make("r2")->value(context).item<double>(), 18);
}

// s = x^2 / 2 per sequence has the gradient x: 0.5 and 3.
std::vector<double> at_half_and_three(const std::string& type) {
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  const Tensor at = doubles({0.5, 3}).view({2, 1, 1});
  FakeContext context(kD, square, at, at);
  return to_vector(make(type)->value(context).flatten());
}

// Flat critics are left alone.
TEST(Golden, lipschitz_penalty) {
  EXPECT_THAT(at_half_and_three("lipschitz_penalty"),
              ElementsAre(DoubleNear(0, 1e-12), DoubleNear(4, 1e-9)));
}

TEST(Golden, zero_centered_gp) {
  EXPECT_THAT(at_half_and_three("zero_centered_gp"),
              ElementsAre(DoubleNear(0.25, 1e-12), DoubleNear(9, 1e-12)));
}

TEST(Golden, max_gradient_penalty) {
  EXPECT_THAT(at_half_and_three("max_gradient_penalty"), ElementsAre(DoubleNear(9, 1e-12)));
}

// Looks around the real sequences.
TEST(Golden, dragan) {
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({4, 8}).view({2, 1, 1}),
                      doubles({90, 90}).view({2, 1, 1}));
  context.set_perturbation(doubles({-2, 4}).view({2, 1, 1}));
  const auto values = to_vector(make("dragan")->value(context));
  EXPECT_NEAR(values[0], 4, 1e-9);   // at 4 - 1 the slope is 3
  EXPECT_NEAR(values[1], 81, 1e-9);  // at 8 + 2 it is 10
  const nlohmann::json options = {{"center", 0.0}, {"spread", 1.0}};
  EXPECT_NEAR(to_vector(make("dragan", options)->value(context))[1], 144, 1e-9);
}

// Is exact for a linear critic.
TEST(Golden, lipschitz_fd) {
  // On the segment from fake to real a slope of 3 is a slope of 3 between any two of its points.
  const Tensor w = doubles({3, 4});
  FakeContext context(kD, linear(w), doubles({6, 8, 3, 0}).view({2, 1, 2}),
                      at::zeros({2, 1, 2}, at::kDouble));
  context.set_interpolation_weights(doubles({0.25, 0.75}));
  const auto values = to_vector(make("lipschitz_fd")->value(context));
  EXPECT_NEAR(values[0], 16, 1e-9);  // along w the slope is 5
  EXPECT_NEAR(values[1], 4, 1e-9);   // along the first axis 3
}

TEST(LipschitzFd, IsTheSlopeOfTheChordOfACurvedCritic) {
  // s = |x|^2 / 2 per sequence. Half a segment further, 1 + 1/2 starts again at its beginning.
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({4, 8}).view({2, 1, 1}), doubles({0, 2}).view({2, 1, 1}));
  context.set_interpolation_weights(doubles({0.25, 0.5}));
  const auto values = to_vector(make("lipschitz_fd")->value(context));
  EXPECT_NEAR(values[0], 1, 1e-9);     // from 1 to 3: (4.5 - 0.5) / 2 = 2
  EXPECT_NEAR(values[1], 6.25, 1e-9);  // from 5 to 2: (12.5 - 2) / 3 = 3.5

  // The length of the chord runs over steps and columns of valid steps: (3, 4) / 2 and no padding.
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Critic squares = [](const Tensor& input, const StepMask& steps) {
    return zero_padding(input, steps).flatten(1).square().sum(1) / 2;
  };
  FakeContext ragged(kD, squares, doubles({3, 0, 0, 4, nan, nan}).view({1, 3, 2}),
                     doubles({0, 0, 0, 0, nan, nan}).view({1, 3, 2}), lengths({2}, 3));
  ragged.set_interpolation_weights(doubles({0.25}));
  // Norms 5/4 and 15/4: (225 - 25) / 32 = 6.25 over 2.5.
  EXPECT_NEAR(make("lipschitz_fd")->value(ragged).item<double>(), 2.25, 1e-9);
}

TEST(LipschitzFd, APairOfEqualSequencesIsHarmless) {
  const Tensor w = doubles({3, 4}).requires_grad_();
  FakeContext context(kD, linear(w), wavy(2, 3, 0), wavy(2, 3, 0));
  const Tensor value = make("lipschitz_fd")->value(context).mean();
  value.backward();
  EXPECT_TRUE(value.isfinite().item<bool>());
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

// Is r1 on average over directions.
TEST(Golden, r1_fd) {
  // Along each axis in turn, each scaled to the length that a normal direction has on average.
  const Tensor w = doubles({1, 2, -1});
  const Tensor axes = std::sqrt(3.0) * at::eye(3, at::kDouble);
  FakeContext context(kD, leaky(w), at::ones({3, 1, 3}, at::kDouble),
                      at::zeros({3, 1, 3}, at::kDouble));
  context.set_perturbation(axes.view({3, 1, 3}));
  EXPECT_NEAR(2 * make("r1_fd")->value(context).mean().item<double>(), 6, 1e-9);
  EXPECT_NEAR(2 * make("r1")->value(context).mean().item<double>(), 6, 1e-12);
  // The smaller the step, the closer to the slope of a curved critic.
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.flatten(1).square().sum(1) / 2;
  };
  FakeContext curved(kD, square, doubles({2}).view({1, 1, 1}), doubles({0}).view({1, 1, 1}));
  curved.set_perturbation(doubles({1}).view({1, 1, 1}));
  EXPECT_NEAR(make("r1_fd", {{"step", 1e-6}})->value(curved).item<double>(), 2, 1e-5);
  EXPECT_NEAR(make("r1_fd", {{"step", 1.0}})->value(curved).item<double>(), 3.125, 1e-9);
}

// Is the mean square of real scores.
TEST(Golden, drift) {
  TableContext context(kD, doubles({2, -1}), doubles({9, 9}));
  EXPECT_THAT(to_vector(make("drift")->value(context)), ElementsAre(4, 1));
}

}  // namespace penalties_test
}  // namespace rnngan
