// Signatures of paths, and the distance of their means.
#include "objective/signature.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/differences.h"
#include "objective/row_findings.h"
#include "objective/term_support.h"

namespace rnngan {
namespace signature_test {

using at::Tensor;
using nlohmann::json;

/// Two paths of `steps` increments in three dimensions.
Tensor path(int64_t steps, double phase) {
  return (at::arange(2 * steps * 3, at::kDouble) * 1.3 + phase).sin().view({2, steps, 3});
}

/// a [B,m], b [B,n] -> [B,m n].
Tensor product(const Tensor& a, const Tensor& b) {
  return (a.unsqueeze(2) * b.unsqueeze(1)).flatten(1);
}

void expect_equal(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t k = 0; k < a.size(); ++k) {
    EXPECT_TRUE(at::allclose(a[k], b[k], 0, 1e-12)) << "level " << k + 1;
  }
}

TEST(Signature, OfALineIsThePowersOfItsIncrement) {
  const Tensor v = path(1, 0.2).squeeze(1);
  const Tensor line = at::stack({0.2 * v, 0.5 * v, 0.3 * v}, 1);
  std::vector<Tensor> expected = {v};
  for (int k = 2; k <= 5; ++k) expected.push_back(product(expected.back(), v) / k);
  expect_equal(signature(line, 5), expected);
}

// One step along each axis: an integral is not 0 only where the first axis comes first.
TEST(Signature, OfACornerByHand) {
  const Tensor corner = doubles({1, 0, 0, 1}).view({1, 2, 2});
  const double half = 0.5, sixth = 1 / 6.0;
  expect_equal(signature(corner, 3),
               {doubles({1, 1}).view({1, 2}), doubles({half, 1, 0, half}).view({1, 4}),
                doubles({sixth, half, 0, half, 0, 0, 0, sixth}).view({1, 8})});
}

TEST(Signature, OfPathsInARowIsTheirProduct) {
  const Tensor a = path(4, 0), b = path(3, 1);
  const auto left = signature(a, 5), right = signature(b, 5);
  std::vector<Tensor> expected;
  for (size_t k = 0; k < 5; ++k) {
    Tensor level = left[k] + right[k];
    for (size_t j = 0; j < k; ++j) level = level + product(left[j], right[k - 1 - j]);
    expected.push_back(level);
  }
  expect_equal(signature(at::cat({a, b}, 1), 5), expected);
}

TEST(Signature, OfAPathThereAndBackIsZero) {
  const Tensor a = path(4, 0);
  for (const Tensor& level : signature(at::cat({a, -a.flip(1)}, 1), 4)) {
    EXPECT_LT(level.abs().max().item<double>(), 1e-12);
  }
}

TEST(Signature, DoesNotChangeWithoutAnIncrement) {
  const Tensor a = path(4, 0), none = at::zeros({2, 2, 3}, at::kDouble);
  expect_equal(signature(at::cat({none, a, none}, 1), 4), signature(a, 4));
}

TEST(Signature, WidthIsASumOfPowers) {
  EXPECT_EQ(signature_width(3, 4, 1000), 3 + 9 + 27 + 81);
  EXPECT_EQ(signature_width(1, 5, 1000), 5);
  EXPECT_GT(signature_width(1000000, 5, 1000), 1000);
}

TEST(PathIncrements, StartAtZeroAndEndAtTimeOne) {
  const double nan = std::nan("");
  const Tensor x = doubles({3, 5, 4, 2, 1, nan, nan, nan}).view({2, 4, 1});
  const Tensor ours = path_increments(x, lengths({4, 1}, 4), false);
  EXPECT_TRUE(ours.equal(
      doubles({.25, 3, .25, 2, .25, -1, .25, -2, 1, 1, 0, 0, 0, 0, 0, 0}).view({2, 4, 2})));
}

// What the lagging copy encloses with the leading one is the sum of squared increments.
TEST(PathIncrements, LeadAndLagShowTheQuadraticVariation) {
  const Tensor x = doubles({2, 5, 4}).view({1, 3, 1});
  const Tensor ours = path_increments(x, full_step_mask(1, 3, at::kCPU), true);
  EXPECT_EQ(ours.sizes().vec(), (std::vector<int64_t>{1, 6, 3}));
  const auto levels = signature(ours, 2);
  EXPECT_TRUE(at::allclose(levels[0], doubles({1, 4, 4}).view({1, 3})));
  const Tensor areas = levels[1].view({3, 3});
  EXPECT_NEAR((areas[1][2] - areas[2][1]).item<double>(), 4 + 9 + 1, 1e-12);
}

Critic no_critic() {
  return
      [](const Tensor& input, const StepMask&) { return at::zeros({input.size(0)}, at::kDouble); };
}

Tensor value_of(const Tensor& real, const Tensor& fake, const json& options = json::object()) {
  FakeContext context(kG, no_critic(), real, fake);
  return make("sig_w1", options)->value(context);
}

// Paths of one step (1, a): level k has all products of k of the two, and k! undoes 1 / k!. Means
// of a, a^2 and a^3 are 2, 5, 14 and 2, 4, 8; a^2 stands once in level 2 and thrice in level 3.
// Compares mean signatures level by level.
TEST(Golden, sig_w1) {
  const Tensor real = doubles({1, 3}).view({2, 1, 1}), fake = doubles({2, 2}).view({2, 1, 1});
  EXPECT_NEAR(value_of(real, fake, {{"depth", 1}}).item<double>(), 0, 2e-6);
  EXPECT_NEAR(value_of(real, fake, {{"depth", 2}}).item<double>(), 1, 1e-9);
  EXPECT_NEAR(value_of(real, fake).item<double>(), std::sqrt(1 + 3 + 36.0), 1e-9);
}

TEST(SigW1, EqualBatchesAreAtZero) {
  const Tensor real = wavy(5, 4, 0);
  EXPECT_LT(value_of(real, real.flip(0)).item<double>(), 2e-6);
}

TEST(SigW1, KnowsWhenSomethingHappens) {
  const Tensor early = doubles({0, 1, 1}).view({1, 3, 1}),
               late = doubles({0, 0, 1}).view({1, 3, 1});
  // Level 2 is twice the integrals: of time against the value 1/3, of the value against time -1/3.
  EXPECT_NEAR(value_of(early, late, {{"depth", 2}}).item<double>(), 2 * std::sqrt(2.0) / 3, 1e-9);
}

TEST(SigW1, PointsAreWhatTheDiscriminatorSees) {
  const Tensor real = wavy(4, 3, 0), fake = wavy(4, 3, 1);
  FakeContext context(kG, no_critic(), real, fake);
  const Tensor at_point = make("sig_w1", {{"space", "point"}})->value(context);
  EXPECT_NEAR(at_point.item<double>(), value_of(real, fake).item<double>(), 1e-12);
}

TEST(SigW1, PaddingChangesNothing) {
  const Tensor x = wavy(3, 4, 1), real = wavy(3, 4, 0);
  const Tensor hole = at::full({3, 2, 2}, std::nan(""), at::kDouble);
  const Tensor fake = x.clone().requires_grad_(), padded = at::cat({x, hole}, 1).requires_grad_();
  for (const bool lead_lag : {false, true}) {
    const auto term = make("sig_w1", {{"lead_lag", lead_lag}});
    FakeContext a(kG, no_critic(), real, fake, lengths({4, 2, 3}, 4));
    FakeContext b(kG, no_critic(), at::cat({real, hole}, 1), padded, lengths({4, 2, 3}, 6));
    const Tensor va = term->value(a), vb = term->value(b);
    EXPECT_GT(va.item<double>(), 0.1);
    EXPECT_NEAR(va.item<double>(), vb.item<double>(), 1e-12);
    va.backward();
    vb.backward();
    EXPECT_TRUE(at::allclose(fake.grad(), padded.grad().slice(1, 0, 4), 0, 1e-12));
    EXPECT_TRUE(padded.grad().slice(1, 4).eq(0).all().item<bool>());
    EXPECT_TRUE(padded.grad()[1].slice(0, 2).eq(0).all().item<bool>());
  }
}

TEST(SigW1, HasTheGradientOfItsValue) {
  const Tensor real = wavy(3, 4, 0);
  for (const bool lead_lag : {false, true}) {
    const auto f = [&](const Tensor& fake) {
      FakeContext context(kG, no_critic(), real, fake, lengths({4, 2, 3}, 4));
      return make("sig_w1", {{"depth", 4}, {"lead_lag", lead_lag}})->value(context);
    };
    EXPECT_LT(gradient_error(f, wavy(3, 4, 1)), 1e-7);
  }
}

TEST(SigW1, RefusesPathsOfTooManyColumns) {
  RunConfig config;
  DataShape data;
  const auto hint = [&](const json& options) {
    const auto findings = findings_of_term("sig_w1", options, config, data);
    return findings.empty() ? "" : findings[0].hint;
  };
  EXPECT_EQ(hint({{"depth", 5}}), "") << "nothing is known of the data yet";
  data.features = 25;  // 26 + 26^2 + 26^3 = 18278
  EXPECT_EQ(hint({}), "");
  EXPECT_THAT(hint({{"depth", 4}}), testing::HasSubstr("3"));
  data.features = 26;  // 27 + 27^2 + 27^3 = 20439
  EXPECT_THAT(hint({}), testing::HasSubstr("2"));
  data.features = 13;
  EXPECT_EQ(hint({{"depth", 3}}), "");
  EXPECT_NE(hint({{"lead_lag", true}, {"depth", 4}}), "");
  config.model.discriminator.pac = 2;
  EXPECT_NE(hint({{"space", "point"}}), "");
  config.model.discriminator.differences = false;
  EXPECT_NE(hint({{"space", "point"}}), "");
  config.model.discriminator.pac = 1;
  EXPECT_EQ(hint({{"space", "point"}}), "");
}

}  // namespace signature_test
}  // namespace rnngan
