#include "tensor/batch.h"

#include <limits>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"

namespace rnngan {
namespace batch_test {

using torch::Tensor;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

StepMask ragged() {
  return make_step_mask(torch::tensor({3, 1}, torch::kInt64), 3, torch::kCPU);
}

Tensor padded_with_nan() {
  return torch::tensor({1.0, 2.0, 6.0, 5.0, kNan, kNan}, torch::kFloat64).view({2, 3});
}

TEST(StepMask, MarksValidSteps) {
  const StepMask steps = ragged();
  EXPECT_TRUE(steps.ragged);
  EXPECT_TRUE(torch::equal(
      steps.mask, torch::tensor({1, 1, 1, 1, 0, 0}, torch::kInt64).view({2, 3}).to(torch::kBool)));
  EXPECT_FALSE(make_step_mask(torch::tensor({3, 3}, torch::kInt64), 3, torch::kCPU).ragged);
  EXPECT_FALSE(full_step_mask(2, 3, torch::kCPU).ragged);
  EXPECT_TRUE(full_step_mask(2, 3, torch::kCPU).mask.all().item<bool>());
}

TEST(StepMask, RefusesLengthsOutsideTheBatch) {
  EXPECT_THROW(make_step_mask(torch::tensor({4}, torch::kInt64), 3, torch::kCPU), Error);
  EXPECT_THROW(make_step_mask(torch::tensor({0}, torch::kInt64), 3, torch::kCPU), Error);
}

TEST(MaskedMean, RunsOverValidStepsOnly) {
  const Tensor mean = masked_mean(padded_with_nan(), ragged());
  EXPECT_DOUBLE_EQ(mean[0].item<double>(), 3.0);
  EXPECT_DOUBLE_EQ(mean[1].item<double>(), 5.0);
}

TEST(MaskedMean, PaddingGetsExactlyZeroGradient) {
  const Tensor x = padded_with_nan().requires_grad_();
  masked_mean(x, ragged()).sum().backward();
  const Tensor expected =
      torch::tensor({1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0, 0.0, 0.0}, torch::kFloat64).view({2, 3});
  EXPECT_TRUE(torch::allclose(x.grad(), expected));
  EXPECT_EQ(x.grad()[1][2].item<double>(), 0.0);
}

TEST(MaskedMean, KeepsTrailingDimensions) {
  const Tensor x = padded_with_nan().unsqueeze(-1).expand({2, 3, 4}).contiguous();
  EXPECT_EQ(masked_mean(x, ragged()).sizes(), (torch::IntArrayRef{2, 4}));
  EXPECT_DOUBLE_EQ(masked_mean(x, ragged())[1][3].item<double>(), 5.0);
}

TEST(ZeroPadding, ReplacesNan) {
  const Tensor zeroed = zero_padding(padded_with_nan(), ragged());
  EXPECT_TRUE(torch::equal(
      zeroed, torch::tensor({1.0, 2.0, 6.0, 5.0, 0.0, 0.0}, torch::kFloat64).view({2, 3})));
}

TEST(LastValid, TakesTheStepBeforePadding) {
  const Tensor x = padded_with_nan().unsqueeze(-1);
  const Tensor last = last_valid(x, ragged());
  EXPECT_DOUBLE_EQ(last[0][0].item<double>(), 6.0);
  EXPECT_DOUBLE_EQ(last[1][0].item<double>(), 5.0);
}

}  // namespace batch_test
}  // namespace rnngan
