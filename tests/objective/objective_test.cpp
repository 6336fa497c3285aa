#include "objective/objective.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/equipped.h"

namespace rnngan {
namespace objective_test {

using at::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kD = Side::discriminator;
constexpr auto kG = Side::generator;

/// score = w x of sequences of one value, one score per step under the policy `step`.
Critic per_step(const Tensor& w) {
  return [w](const Tensor& input, const StepMask& steps) {
    return zero_padding(input, steps).matmul(w);
  };
}
Critic per_sequence(const Tensor& w) {
  return [w](const Tensor& input, const StepMask& steps) {
    return masked_mean(zero_padding(input, steps).matmul(w), steps);
  };
}

Tensor values(const std::vector<double>& list) {
  return doubles(list).view({-1, 1, 1});
}

TEST(Objective, JoinsTheNeeds) {
  const Objective r3gan(
      objective_config("rpgan", {{"r1", term_config("r1", 1)}, {"r2", term_config("r2", 1)}}));
  for (const Need need :
       {Need::real_in_g, Need::scalar_score, Need::input_grad, Need::double_backward}) {
    EXPECT_TRUE(r3gan.needs(need)) << to_string(need);
  }
  EXPECT_FALSE(r3gan.needs(Need::labels));

  const Objective bce(objective_config("bce"));
  for (const Need need : {Need::real_in_g, Need::scalar_score, Need::input_grad}) {
    EXPECT_FALSE(bce.needs(need)) << to_string(need);
  }
  const Objective wgan_gp(
      objective_config("wgan", {{"gradient_penalty", term_config("gradient_penalty", 10)}}));
  EXPECT_TRUE(wgan_gp.needs(Need::double_backward));
  EXPECT_FALSE(wgan_gp.needs(Need::input_grad));
}

TEST(Objective, ATermOfWeightZeroIsOff) {
  Objective objective(objective_config("bce", {{"r1", term_config("r1", 0)}}));
  EXPECT_TRUE(objective.terms().empty());
  EXPECT_FALSE(objective.needs(Need::double_backward));
}

TEST(Objective, MissingOptionsMeanTheDefaults) {
  ObjectiveConfig config;
  config.adversarial.type = "hinge";
  config.terms["weight_clip"].type = "weight_clip";
  Objective objective(config);
  const Tensor r = doubles({0.5}), f = doubles({-3});
  EXPECT_DOUBLE_EQ(total_at(objective, kD, r, f).item<double>(), 0.5);
}

TEST(Objective, RefusesWhatItDoesNotKnow) {
  ObjectiveConfig config;
  config.adversarial.type = "hing";
  try {
    const Objective objective(config);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_THAT(error.problems()[0].message(), HasSubstr("objective.adversarial.type"));
    EXPECT_THAT(error.problems()[0].hint, HasSubstr("hinge"));
  }
  config = objective_config("bce");
  config.terms["mine"].type = "r3";
  try {
    const Objective objective(config);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.problems()[0].message(), HasSubstr("objective.terms.mine.type"));
  }
}

TEST(Objective, RefusesATermThatIsCalledLikeAnotherColumn) {
  for (const char* name : {"total", "adversarial", "accuracy", "score_real", "score_fake"}) {
    EXPECT_THROW(Objective(objective_config("bce", {{name, term_config("r1", 1)}})), Error);
  }
}

TEST(Objective, RefusesAGeneratorWithNothingToMinimise) {
  ObjectiveConfig config = objective_config("bce");
  config.g_weight = 0;
  EXPECT_THROW(Objective{config}, Error);
  EXPECT_THROW(Objective{ObjectiveConfig{}}, Error);
}

TEST(Objective, StatisticsOfBothSides) {
  Objective objective(objective_config(
      "bce", {{"flat", term_config("r1", 10)}, {"ls", term_config("label_smoothing", 2)}}));
  const Tensor w = doubles({1}).requires_grad_();
  FakeContext d(kD, per_sequence(w), values({2, -1}), values({0, 1}));
  const SideResult d_side = objective.evaluate(d);
  EXPECT_THAT(names_of(d_side), ElementsAre("adversarial", "score_real", "score_fake", "accuracy",
                                            "flat", "ls", "total"));
  EXPECT_NEAR(statistic(d_side, "score_real"), 0.5, 1e-12);
  EXPECT_NEAR(statistic(d_side, "score_fake"), 0.5, 1e-12);
  EXPECT_NEAR(statistic(d_side, "accuracy"), (1 + 0 + 0.5 + 0) / 4, 1e-12);
  EXPECT_NEAR(statistic(d_side, "flat"), 0.5, 1e-12);
  EXPECT_NEAR(statistic(d_side, "ls"), 0.05, 1e-12);
  const double adversarial = statistic(d_side, "adversarial");
  EXPECT_NEAR(statistic(d_side, "total"), adversarial + 10 * 0.5 + 2 * 0.05, 1e-12);
  EXPECT_NEAR(d_side.total.item<double>(), statistic(d_side, "total"), 0);
  EXPECT_TRUE(d_side.total.requires_grad());
  for (const Statistic& s : d_side.statistics) {
    EXPECT_EQ(s.value.dim(), 0) << s.name;
    EXPECT_FALSE(s.value.requires_grad()) << s.name;
  }
  FakeContext g(kG, per_sequence(w), values({2, -1}), values({0, 1}));
  EXPECT_THAT(names_of(objective.evaluate(g)), ElementsAre("adversarial", "total"));
}

TEST(Objective, AccuracyIsTheShareOfRightAnswers) {
  const Tensor w = doubles({1});
  const auto accuracy = [&](const std::string& type, const std::vector<double>& r,
                            const std::vector<double>& f) {
    Objective objective(objective_config(type));
    FakeContext context(kD, per_sequence(w), values(r), values(f));
    return statistic(objective.evaluate(context), "accuracy");
  };
  EXPECT_DOUBLE_EQ(accuracy("bce", {1, 2, -1, 3}, {-1, 2, -3, -4}), 0.75);
  EXPECT_DOUBLE_EQ(accuracy("lsgan", {0.6, 0.4}, {0.4, 0.3}), 0.75);  // undecided at 1/2
  EXPECT_DOUBLE_EQ(accuracy("bce", {0, 0}, {0, 0}), 0.5);
  // Pairs: the level of the scores is free, only r > f counts, a tie by half.
  EXPECT_DOUBLE_EQ(accuracy("rpgan", {7, 5, 6, 6}, {6, 6, 6, 5}), 0.625);
  EXPECT_DOUBLE_EQ(accuracy("wgan", {-7, -5}, {-8, -6}), 1.0);
}

TEST(Objective, LazyTermsCountEveryTimes) {
  Objective objective(
      objective_config("bce", {{"r1", term_config("r1", 3, nlohmann::json::object(), 4)}}));
  const Tensor w = doubles({2}).requires_grad_();
  for (int64_t step = 0; step < 9; ++step) {
    FakeContext context(kD, per_sequence(w), values({1}), values({-1}));
    context.set_step(step);
    const SideResult result = objective.evaluate(context);
    const double extra = statistic(result, "total") - statistic(result, "adversarial");
    EXPECT_NEAR(extra, step % 4 == 0 ? 3 * 4 * 2.0 : 0, 1e-12) << step;
    EXPECT_EQ(std::isnan(statistic(result, "r1")), step % 4 != 0) << step;
  }
}

TEST(Objective, LazyTermsRestAfterTheStepToo) {
  Objective objective(objective_config(
      "wgan", {{"weight_clip", term_config("weight_clip", 1, nlohmann::json::object(), 2)}}));
  const Tensor w = doubles({2});
  FakeContext context(kD, per_sequence(w), values({1}), values({-1}));
  context.set_parameters({{"weight", w}});
  context.set_step(1);
  objective.after_step(context);
  EXPECT_DOUBLE_EQ(w.item<double>(), 2);
  context.set_step(2);
  objective.after_step(context);
  EXPECT_DOUBLE_EQ(w.item<double>(), 0.01);

  const Tensor idle = doubles({2});
  FakeContext generator(kG, per_sequence(idle), values({1}), values({-1}));
  generator.set_parameters({{"weight", idle}});
  objective.after_step(generator);
  EXPECT_DOUBLE_EQ(idle.item<double>(), 2);
}

TEST(Objective, TheGeneratorsWeightScalesItsLossOnly) {
  ObjectiveConfig config = objective_config("bce");
  config.g_weight = 0.25;
  Objective objective(config);
  const Tensor r = doubles({2}), f = doubles({-1});
  TableContext g(kG, r, f);
  const SideResult result = objective.evaluate(g);
  EXPECT_NEAR(statistic(result, "total"), statistic(result, "adversarial") / 4, 1e-12);
  TableContext d(kD, r, f);
  const SideResult d_side = objective.evaluate(d);
  EXPECT_NEAR(statistic(d_side, "total"), statistic(d_side, "adversarial"), 0);
}

TEST(Objective, OnePassOfTheCriticPerBatch) {
  const Tensor w = doubles({1.5}).requires_grad_();
  const auto passes = [&](const ObjectiveConfig& config, Side side) {
    Objective objective(config);
    FakeContext context(side, per_sequence(w), values({1, 2}), values({-1, 0}));
    objective.evaluate(context);
    return context.passes();
  };
  const ObjectiveConfig bce = objective_config("bce");
  const ObjectiveConfig r3gan =
      objective_config("rpgan", {{"r1", term_config("r1", 1)}, {"r2", term_config("r2", 1)}});
  const ObjectiveConfig wgan_gp =
      objective_config("wgan", {{"gradient_penalty", term_config("gradient_penalty", 10)}});
  EXPECT_EQ(passes(bce, kD), 2);
  EXPECT_EQ(passes(bce, kG), 1);
  EXPECT_EQ(passes(r3gan, kD), 2);
  EXPECT_EQ(passes(r3gan, kG), 2);
  EXPECT_EQ(passes(wgan_gp, kD), 3);
  EXPECT_EQ(passes(wgan_gp, kG), 1);
}

TEST(Objective, EachSideMovesItselfOnly) {
  for (const auto& row : adversarial_catalog()) {
    Objective objective(objective_config(row.description.name));
    const Tensor w = doubles({0.3}).requires_grad_();
    const Tensor source = values({0.5, -0.5}).requires_grad_();
    FakeContext d(kD, per_sequence(w), values({1, 2}), source * 1);
    equip(d, per_sequence(w), source * 1, objective);
    objective.evaluate(d).total.backward();
    EXPECT_NE(w.grad().item<double>(), 0) << row.description.name;
    EXPECT_FALSE(source.grad().defined()) << row.description.name;

    const Tensor idle = doubles({0.3});
    const Tensor moved = source * 1;
    FakeContext g(kG, per_sequence(idle), values({1, 2}), moved);
    equip(g, per_sequence(idle), moved, objective);
    objective.evaluate(g).total.backward();
    EXPECT_GT(source.grad().abs().min().item<double>(), 0) << row.description.name;
  }
}

TEST(ScorePolicies, StepsAreReducedPerSequenceThenOverTheBatch) {
  // Losses 1 and 3, 3, 3 of two sequences make 2.0, not the 2.5 of a flat mean.
  Objective objective(objective_config("wgan"));
  const Tensor fake = doubles({1, 0, 0, 3, 3, 3}).view({2, 3, 1});
  const StepMask steps = make_step_mask(torch::tensor({1, 3}, at::kLong), 3, at::kCPU);
  FakeContext context(kD, per_step(doubles({1})), at::zeros_like(fake), fake, steps);
  EXPECT_DOUBLE_EQ(objective.evaluate(context).total.item<double>(), 2.0);
}

TEST(ScorePolicies, AConvexLossOfStepsExceedsThatOfTheirMean) {
  Objective objective(objective_config("bce"));
  const Tensor real = doubles({2, -2}).view({1, 2, 1});
  const Tensor fake = at::full({1, 2, 1}, -1e4, at::kDouble);  // its part is 0
  const Tensor w = doubles({1});
  FakeContext step(kD, per_step(w), real, fake);
  FakeContext mean(kD, per_sequence(w), real, fake);
  EXPECT_NEAR(objective.evaluate(step).total.item<double>(), 1.126928, 1e-6);
  EXPECT_NEAR(objective.evaluate(mean).total.item<double>(), 0.693147, 1e-6);
}

TEST(Padding, ChangesNoLossAndNoStatistic) {
  const Tensor real = (at::arange(6, at::kDouble) * 0.9).sin().view({2, 3, 1});
  const Tensor fake = (at::arange(6, at::kDouble) * 1.3).cos().view({2, 3, 1});
  const Tensor hole = at::full({2, 2, 1}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  const StepMask steps = make_step_mask(torch::tensor({3, 3}, at::kLong), 5, at::kCPU);
  const Tensor w = doubles({0.8});
  for (const auto& row : adversarial_catalog()) {
    Objective objective(objective_config(row.description.name));
    const bool scalar = is_listed(row.description.needs, Need::scalar_score);
    const Critic critic = scalar ? per_sequence(w) : per_step(w);
    for (const Side side : {kD, kG}) {
      const Tensor short_fake = fake.clone().requires_grad_();
      const Tensor long_fake = at::cat({fake, hole}, 1).requires_grad_();
      FakeContext plain(side, critic, real, short_fake);
      FakeContext padded(side, critic, at::cat({real, hole}, 1), long_fake, steps);
      equip(plain, critic, short_fake, objective);
      equip(padded, critic, long_fake, objective);
      const SideResult a = objective.evaluate(plain), b = objective.evaluate(padded);
      for (const Statistic& s : a.statistics) {
        EXPECT_NEAR(s.value.item<double>(), statistic(b, s.name), 1e-12)
            << row.description.name << " " << s.name;
      }
      b.total.backward();
      const Tensor gradient = padded.critic_input(Which::fake).grad();
      EXPECT_TRUE(gradient.slice(1, 3).eq(0).all().item<bool>()) << row.description.name;
      EXPECT_GT(gradient.slice(1, 0, 3).abs().max().item<double>(), 0) << row.description.name;
    }
  }
}

}  // namespace objective_test
}  // namespace rnngan
