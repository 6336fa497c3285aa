#include "training/augment.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/training/support.h"

namespace rnngan {
namespace augment_test {

using torch::Tensor;

const std::vector<int64_t> kLengths = {8, 5, 8, 3};

StepMask ragged_steps() {
  return make_step_mask(torch::tensor(kLengths, torch::kInt64), 8, torch::kCPU);
}
/// Nowhere 0 on valid steps.
Tensor four_sequences() {
  return zero_padding(2 + (torch::arange(4 * 8 * 2, torch::kFloat32) * 0.7).sin().view({4, 8, 2}),
                      ragged_steps());
}

StepStreams streams_at(int64_t step) {
  return {1, Side::discriminator, step};
}

Tensor augmented(const AugmentConfig& config, const Tensor& x, double probability = 1,
                 const std::string& name = "real", int64_t step = 0) {
  return augment(x, ragged_steps(), Layout(), config, probability, streams_at(step), name);
}

/// The valid part of sequence i: [T_i,F].
Tensor valid(const Tensor& x, int64_t i) {
  return x[i].narrow(0, 0, kLengths[static_cast<size_t>(i)]);
}

TEST(Augment, OffIsTheSequenceItself) {
  const Tensor x = four_sequences();
  EXPECT_TRUE(augmented({}, x).is_same(x));
}

TEST(Augment, ScaleIsAPositiveFactorPerSequence) {
  AugmentConfig config;
  config.scale = 0.5;
  const Tensor x = four_sequences(), y = augmented(config, x);
  std::vector<double> factors;
  for (int64_t i = 0; i < 4; ++i) {
    const Tensor factor = valid(y, i) / valid(x, i);
    EXPECT_LT((factor - factor[0][0]).abs().max().item<double>(), 1e-5) << i;
    factors.push_back(factor[0][0].item<double>());
    EXPECT_GT(factors.back(), 0);
    EXPECT_LT(std::abs(std::log(factors.back())), 0.5 * 5) << "five standard deviations";
  }
  EXPECT_NE(factors[0], factors[1]);
}

TEST(Augment, ShiftIsPerSequenceAndColumn) {
  AugmentConfig config;
  config.shift = 0.5;
  const Tensor x = four_sequences(), y = augmented(config, x);
  for (int64_t i = 0; i < 4; ++i) {
    const Tensor shift = valid(y, i) - valid(x, i);
    EXPECT_LT((shift - shift[0]).abs().max().item<double>(), 1e-5) << i;
    EXPECT_NE(shift[0][0].item<double>(), shift[0][1].item<double>());
  }
}

TEST(Augment, CutoutIsABlockWithinTheValidSteps) {
  AugmentConfig config;
  config.cutout = 0.4;
  const Tensor x = four_sequences();
  std::set<int64_t> places;
  for (int64_t step = 0; step < 60; ++step) {
    const Tensor y = augmented(config, x, 1, "real", step);
    for (int64_t i = 0; i < 4; ++i) {
      const Tensor gone = valid(y, i).eq(0).all(1);
      EXPECT_TRUE(torch::equal(gone, valid(y, i).eq(0).any(1))) << "all columns at once";
      const auto count =
          static_cast<int64_t>(std::llround(0.4 * static_cast<double>(gone.size(0))));
      ASSERT_EQ(gone.sum().item<int64_t>(), count) << i;
      const int64_t first = gone.to(torch::kInt64).argmax().item<int64_t>();
      EXPECT_EQ(gone.narrow(0, first, count).sum().item<int64_t>(), count) << "one block";
      const Tensor kept = gone.logical_not().unsqueeze(1).expand_as(valid(x, i));
      EXPECT_TRUE(torch::equal(valid(y, i).masked_select(kept), valid(x, i).masked_select(kept)));
      if (i == 0) places.insert(first);
    }
  }
  EXPECT_EQ(places, (std::set<int64_t>{0, 1, 2, 3, 4, 5})) << "3 of 8 steps fit at 6 places";
}

TEST(Augment, DrawsAreThoseOfTheNameAndTheStep) {
  AugmentConfig config;
  config.scale = config.shift = 0.3;
  config.cutout = 0.5;
  const Tensor x = four_sequences(), y = augmented(config, x);
  EXPECT_TRUE(torch::equal(y, augmented(config, x)));
  EXPECT_FALSE(torch::equal(y, augmented(config, x, 1, "fake")));
  EXPECT_FALSE(torch::equal(y, augmented(config, x, 1, "real", 1)));
}

TEST(Augment, ComesToAShareOfTheSequences) {
  AugmentConfig config;
  config.scale = config.shift = 0.3;
  config.cutout = 0.5;
  const Tensor x = four_sequences();
  EXPECT_TRUE(torch::equal(augmented(config, x, 0), x));
  for (const auto member : {&AugmentConfig::scale, &AugmentConfig::shift, &AugmentConfig::cutout}) {
    AugmentConfig one;
    one.*member = 0.5;
    int64_t changed = 0;
    for (int64_t step = 0; step < 100; ++step) {
      const Tensor y = augmented(one, x, 0.25, "real", step);
      for (int64_t i = 0; i < 4; ++i) changed += torch::equal(valid(x, i), valid(y, i)) ? 0 : 1;
    }
    EXPECT_GT(changed, 60);  // of 400; the standard deviation is 9
    EXPECT_LT(changed, 140);
  }
}

TEST(Augment, GradientsPassThrough) {
  AugmentConfig config;
  config.scale = config.shift = 0.3;
  config.cutout = 0.5;
  const Tensor x = four_sequences().requires_grad_();
  const Tensor y = augmented(config, x);
  const Tensor kept = y.detach().ne(0);
  y.sum().backward();
  EXPECT_TRUE(torch::equal(x.grad().ne(0), kept));
  const Tensor factor = x.grad()[0].masked_select(kept[0]);
  EXPECT_TRUE(torch::allclose(factor, factor[0].expand_as(factor)));
}

TEST(AugmentControl, IsOneWithoutATarget) {
  EXPECT_EQ(AugmentControl(AugmentConfig{}).probability(), 1);
}

TEST(AugmentControl, FollowsTheMeanSignOfFourSteps) {
  AugmentConfig config;
  config.target = 0.6;
  config.pace = 1000;
  AugmentControl control(config);
  EXPECT_EQ(control.probability(), 0);
  int64_t step = 0;
  const auto four = [&](double a, double b, double c, double d) {
    for (const double sign : {a, b, c, d}) control.observe(sign, step++, 10);
    return control.probability();
  };
  EXPECT_EQ(four(0.5, 0.5, 0.5, 0.5), 0) << "never below 0";
  EXPECT_NEAR(four(1, 1, 1, -0.5), 0.04, 1e-12) << "40 of 1000 sequences";
  EXPECT_NEAR(four(1, 1, 1, 1), 0.08, 1e-12);
  EXPECT_NEAR(four(0, 1, 0, 1), 0.04, 1e-12);
  control.observe(1, step++, 10);
  EXPECT_NEAR(control.probability(), 0.04, 1e-12) << "only every fourth step";
  for (int i = 0; i < 103; ++i) control.observe(1, step++, 10);
  EXPECT_EQ(control.probability(), 1) << "never above 1";
}

TEST(AugmentControl, ContinuesFromASavedState) {
  AugmentConfig config;
  config.target = 0.6;
  config.pace = 100;
  AugmentControl first(config), second(config);
  for (int64_t step = 0; step < 6; ++step) first.observe(1, step, 10);
  Tensor state = second.state();
  state.copy_(first.state());
  EXPECT_NEAR(second.probability(), 0.4, 1e-12);
  for (int64_t step = 6; step < 8; ++step) second.observe(0.5, step, 10);
  EXPECT_NEAR(second.probability(), 0.8, 1e-12) << "the mean of all four is 0.75";
}

}  // namespace augment_test
}  // namespace rnngan
