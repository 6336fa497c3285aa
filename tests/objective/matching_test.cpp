// Terms that compare batches, on the generator's side.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/term_support.h"

namespace rnngan {
namespace matching_test {

using at::Tensor;
using nlohmann::json;

Critic no_critic() {
  return
      [](const Tensor& input, const StepMask&) { return at::zeros({input.size(0)}, at::kDouble); };
}

double value_of(const std::string& type, const Tensor& real, const Tensor& fake,
                const json& options = json::object()) {
  FakeContext context(kG, no_critic(), real, fake);
  return make(type, options)->value(context).item<double>();
}

/// Sequences of one step.
Tensor one_step(const std::vector<double>& values, int64_t columns) {
  return doubles(values).view({-1, 1, columns});
}

/// Five points with the counts of two distributions, as sequences of one step and one column.
Tensor table_of(const std::vector<int64_t>& counts) {
  return at::arange(5, at::kDouble)
      .repeat_interleave(torch::tensor(counts, at::kLong))
      .view({-1, 1, 1});
}
Tensor real_table() {
  return table_of({1, 3, 8, 6, 2});
}
Tensor fake_table() {
  return table_of({6, 5, 4, 3, 2});
}

// Compares means and not samples.
TEST(Golden, feature_matching) {
  const Tensor real = one_step({1, 0, 3, 2}, 2), fake = one_step({0, 0, 2, 4}, 2);
  EXPECT_DOUBLE_EQ(value_of("feature_matching", real, fake), 2);
  EXPECT_DOUBLE_EQ(value_of("feature_matching", real, fake, {{"p", 1}}), 1);
  EXPECT_DOUBLE_EQ(value_of("feature_matching", real, fake, {{"unbiased", true}}), 1);
  EXPECT_DOUBLE_EQ(value_of("feature_matching", real, real.flip(0)), 0);
}

// Compares means and standard deviations.
TEST(Golden, statistic_matching) {
  const Tensor real = doubles({0, 1, 2, 3}).view({2, 2, 1}),
               fake = doubles({1, 1, 2, 5}).view({2, 2, 1});
  EXPECT_NEAR(value_of("statistic_matching", real, fake), 0.75 + 0.749999625, 1e-9);
  EXPECT_NEAR(value_of("statistic_matching", real, real.flip(0)), 0, 1e-12);
}

TEST(StatisticMatching, MultipliesTheDifferencesOfTwoHalves) {
  // Halves (0, 2) and (4, 4) against (1, 1) and (1, 5): means 1, 4 and 1, 3; spreads 1, 0 and 0, 2.
  const Tensor real = one_step({0, 2, 4, 4}, 1), fake = one_step({1, 1, 1, 5}, 1);
  const double one = std::sqrt(1 + 1e-6), two = std::sqrt(4 + 1e-6), none = 1e-3;
  EXPECT_NEAR(value_of("statistic_matching", real, fake, {{"p", 2}}),
              0 * 1 + (one - none) * (none - two), 1e-12);
  // A mean that is off by 3 in both halves counts by its square.
  const Tensor shifted = real + 3;
  EXPECT_NEAR(value_of("statistic_matching", real, shifted, {{"p", 2}}), 9, 1e-12);
}

TEST(StatisticMatching, LagsSeeWhatMomentsOfOneStepDoNot) {
  // The same values at each step, but one batch repeats and the other alternates.
  const Tensor same = doubles({1, 1, -1, -1}).view({2, 2, 1});
  const Tensor alternating = doubles({1, -1, -1, 1}).view({2, 2, 1});
  EXPECT_NEAR(value_of("statistic_matching", same, alternating), 0, 1e-12);
  EXPECT_NEAR(value_of("statistic_matching", same, alternating, {{"lags", 1}}), 2, 1e-12);
  EXPECT_NEAR(value_of("statistic_matching", same, alternating, {{"lags", 9}}), 2, 1e-12);
}

TEST(StatisticMatching, AStepCountsByTheSequencesThatHaveIt) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor real = doubles({0, 4, 2, nan, 1, nan}).view({3, 2, 1});
  const Tensor fake = doubles({3, 5, 5, nan, 4, nan}).view({3, 2, 1});
  FakeContext context(kG, no_critic(), real, fake, lengths({2, 1, 1}, 2));
  // Means differ by 3 at the step of three sequences and by 1 at that of one; spreads do not.
  EXPECT_NEAR(make("statistic_matching")->value(context).item<double>(), (3 * 3 + 1 * 1) / 4.0,
              1e-9);
}

// Is the mean squared cosine of others.
TEST(Golden, pulling_away) {
  const Tensor h = one_step({1, 0, 0, 1, 1, 1}, 2);
  EXPECT_NEAR(value_of("pulling_away", h, h), 1.0 / 3, 1e-9);
  EXPECT_NEAR(value_of("pulling_away", h, 5 * h), 1.0 / 3, 1e-9);
}

// Is the divergence of the fits.
TEST(Golden, kl_gaussian) {
  const Tensor real = one_step({-1, 1}, 1).repeat({4, 1, 1}),
               fake = one_step({-1, 3}, 1).repeat({4, 1, 1});
  EXPECT_NEAR(value_of("kl_gaussian", real, fake), 0.443147, 2e-6);
  EXPECT_NEAR(value_of("kl_gaussian", real, real.flip(0)), 0, 1e-12);
  const Tensor two = at::cat({real, real}, 1), other = at::cat({fake, fake}, 1);
  EXPECT_NEAR(value_of("kl_gaussian", two, other), 2 * 0.443147, 4e-6);
}

TEST(KlGaussian, StepsOfAFewSequencesDoNotCount) {
  const Tensor real = one_step({-1, 1}, 1).repeat({5, 2, 1}),
               fake = one_step({-1, 3}, 1).repeat({5, 2, 1});
  FakeContext context(kG, no_critic(), real, fake, lengths({2, 2, 2, 1, 1, 1, 1, 1, 1, 1}, 2));
  EXPECT_NEAR(make("kl_gaussian")->value(context).item<double>(), 0.443147, 2e-6);
}

// Leaves out pairs of a sequence with itself.
TEST(Golden, energy_distance) {
  EXPECT_NEAR(value_of("energy_distance", real_table(), fake_table()), 0.281053, 1e-6);
}

TEST(EnergyDistance, ComparesFeaturesWhereItIsTold) {
  const Tensor real = one_step({0, 2}, 1), fake = one_step({1, 3}, 1).requires_grad_();
  FakeContext context(kG, no_critic(), real, fake);
  context.set_features(
      [](const Tensor& input, const StepMask&) { return 3 * input.select(1, 0).square(); });
  const Tensor value = make("energy_distance", {{"space", "features"}})->value(context);
  // Features 0, 12 and 3, 27.
  EXPECT_NEAR(value.item<double>(), 2 * (3 + 9 + 27 + 15) / 4.0 - 12 - 24, 1e-12);
  value.backward();
  EXPECT_TRUE(at::allclose(fake.grad().flatten(), doubles({6, 0}), 0, 1e-12));
  EXPECT_EQ(context.passes(), 2);
}

TEST(EnergyDistance, ShorterSequencesGoOnAsZeros) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor real = doubles({3, 4, 0, nan}).view({2, 2, 1}),
               fake = at::zeros({2, 2, 1}, at::kDouble);
  FakeContext context(kG, no_critic(), real, fake, lengths({2, 1}, 2));
  EXPECT_NEAR(make("energy_distance")->value(context).item<double>(), 2 * (5 + 5 + 0 + 0) / 4.0 - 5,
              1e-12);
}

TEST(EnergyDistance, SeesHowColumnsBelongTogether) {
  // Both columns have the same distribution in both batches; in the fakes they are equal, in the
  // reals not.
  std::vector<double> apart, together;
  for (int i = 0; i < 256; ++i) {
    apart.insert(apart.end(), {static_cast<double>(i % 4), static_cast<double>(i / 4 % 4)});
    together.insert(together.end(), {static_cast<double>(i % 4), static_cast<double>(i % 4)});
  }
  EXPECT_GT(value_of("energy_distance", one_step(apart, 2), one_step(together, 2)), 0.05);
}

// Leaves out pairs of a sequence with itself.
TEST(Golden, mmd) {
  const json one_kernel = {{"bandwidth", 1.0}, {"kernels", 1}};
  EXPECT_NEAR(value_of("mmd", real_table(), fake_table(), one_kernel), 0.108637, 1e-6);
}

TEST(Mmd, WidthsDoubleFromTheMedianDistanceOfRealSequences) {
  const Tensor real = one_step({0, 2, 6}, 1), fake = one_step({1, 5, 9}, 1);  // distances 2, 4, 6
  double sum = 0;
  for (const double width : {4.0, 8.0, 16.0, 32.0, 64.0}) {
    sum += value_of("mmd", real, fake, {{"bandwidth", width}, {"kernels", 1}});
  }
  EXPECT_NEAR(value_of("mmd", real, fake), sum, 1e-12);
}

class EveryMatch : public testing::TestWithParam<std::string> {};

TEST_P(EveryMatch, IsAScalarThatReachesTheFakesOnly) {
  const Tensor real = wavy(8, 4, 0).requires_grad_(), source = wavy(8, 4, 1).requires_grad_();
  FakeContext context(kG, curved(doubles({0.6, -0.4})), real, source * 1);
  const Tensor value = make(GetParam())->value(context);
  EXPECT_EQ(value.dim(), 0);
  value.backward();
  EXPECT_GT(source.grad().abs().sum(0).min().item<double>(), 0);
  EXPECT_FALSE(real.grad().defined());
}

TEST_P(EveryMatch, PaddingChangesNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor real = wavy(8, 3, 0), hole = at::full({8, 2, 2}, nan, at::kDouble);
  const Tensor fake = wavy(8, 3, 1).requires_grad_();
  const Tensor longer = at::cat({fake.detach(), hole}, 1).requires_grad_();
  const StepMask steps = lengths(std::vector<int64_t>(8, 3), 5);
  FakeContext plain(kG, no_critic(), real, fake);
  FakeContext padded(kG, no_critic(), at::cat({real, hole}, 1), longer, steps);
  const Tensor a = make(GetParam())->value(plain), b = make(GetParam())->value(padded);
  EXPECT_NEAR(a.item<double>(), b.item<double>(), 1e-12);
  a.backward();
  b.backward();
  EXPECT_TRUE(at::allclose(fake.grad(), longer.grad().slice(1, 0, 3), 0, 1e-12));
  EXPECT_TRUE(longer.grad().slice(1, 3).eq(0).all().item<bool>());
}

TEST_P(EveryMatch, FakesThatAreAllAlikeAreFinite) {
  const Tensor fake = at::ones({8, 4, 2}, at::kDouble).requires_grad_();
  FakeContext context(kG, no_critic(), wavy(8, 4, 0), fake);
  const Tensor value = make(GetParam())->value(context);
  value.backward();
  EXPECT_TRUE(value.isfinite().item<bool>());
  EXPECT_TRUE(fake.grad().isfinite().all().item<bool>());
}

std::vector<std::string> matching_terms() {
  std::vector<std::string> names;
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    const auto term = make(name);
    const auto& needs = row.description.needs;
    if (term->acts_on(kD) || is_listed(needs, Need::encoder)) continue;
    if (is_listed(needs, Need::batch_coupled)) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryMatch, testing::ValuesIn(matching_terms()),
                         [](const auto& row) { return row.param; });

/// 240 sequences of one distribution: waves whose amplitude and phase are spread evenly. `shift`
/// makes others of the same distribution.
Tensor waves(double shift) {
  const Tensor i = at::arange(240, at::kDouble).unsqueeze(1);
  const Tensor amplitude = 1 + (i * 0.618034 + shift).frac(),
               phase = 6.283185 * (i * 0.414214 + shift).frac();
  return (amplitude * (at::arange(5, at::kDouble) + phase).sin()).unsqueeze(2);
}

// A generator that always makes the mean sequence must not win.
TEST(Matching, EqualDistributionsAreBetterThanACollapse) {
  const Tensor real = waves(0), same = waves(0.37), collapsed = real.mean(0, true).expand_as(real);
  const Critic squares = [](const Tensor& input, const StepMask&) {
    return input.square().flatten(1);
  };
  const auto value = [&](const std::string& type, const Tensor& fake, const json& options) {
    FakeContext context(kG, no_critic(), real, fake);
    context.set_features(squares);
    return make(type, options)->value(context).item<double>();
  };
  const std::vector<std::pair<std::string, json>> matches = {
      {"feature_matching", {{"p", 2}}},
      {"feature_matching", {{"p", 1}}},
      {"feature_matching", {{"unbiased", true}}},
      {"statistic_matching", {{"p", 1}}},
      {"statistic_matching", {{"p", 2}}},
      {"statistic_matching", {{"p", 2}, {"lags", 2}}},
      {"kl_gaussian", json::object()},
      {"energy_distance", json::object()},
      {"mmd", json::object()},
      {"sinkhorn", json::object()},
      {"imle", json::object()},
      {"pulling_away", json::object()}};
  for (const auto& [type, options] : matches) {
    EXPECT_LT(value(type, same, options) + 0.1, value(type, collapsed, options)) << type << options;
  }
}

}  // namespace matching_test
}  // namespace rnngan
