// When a term counts and how much, and which fakes the generator learns from.
#include <gtest/gtest.h>

#include "objective/fake_context.h"

namespace rnngan {
namespace when_test {

/// What `drift` adds to the discriminator's total at a step. Its value is mean r^2 = 4.
double drift_at(const TermConfig& term, int64_t step) {
  Objective with(objective_config("bce", {{"drift", term}})), without(objective_config("bce"));
  const at::Tensor r = doubles({2, -2}), f = doubles({0, 0});
  const auto total = [&](Objective& objective) {
    TableContext context(kD, r, f);
    context.set_step(step);
    return objective.evaluate(context).total.item<double>();
  };
  return total(with) - total(without);
}

TEST(Term, SetsInAtStartAndEndsBeforeStop) {
  TermConfig term = term_config("drift", 1);
  term.start = 2;
  term.stop = 5;
  for (const auto& [step, value] :
       std::map<int64_t, double>{{0, 0}, {1, 0}, {2, 4}, {4, 4}, {5, 0}}) {
    EXPECT_NEAR(drift_at(term, step), value, 1e-12) << step;
  }
}

TEST(Term, WarmsUpLinearlyFromItsStart) {
  TermConfig term = term_config("drift", 3);
  term.start = 2;
  term.warmup = 4;
  for (const auto& [step, share] : std::map<int64_t, double>{{2, 0.25}, {3, 0.5}, {5, 1}, {9, 1}}) {
    EXPECT_NEAR(drift_at(term, step), 3 * share * 4, 1e-12) << step;
  }
}

TEST(Term, IsOneOfThePartsOfTheTotal) {
  Objective objective(objective_config("bce", {{"drift", term_config("drift", 0.5)}}));
  TableContext context(kD, doubles({2, -2}), doubles({0, 0}));
  const SideResult result = objective.evaluate(context);
  ASSERT_EQ(result.parts.size(), 2U);
  EXPECT_EQ(result.parts[1].name, "drift");
  EXPECT_NEAR(result.parts[1].value.item<double>(), 0.5 * 4, 1e-12);
  EXPECT_NEAR((result.parts[0].value + result.parts[1].value - result.total).item<double>(), 0,
              1e-12);
}

// Scores 0, 3, 1, 2: the best are 3 and 2.
TEST(Topk, TheGeneratorLearnsFromTheBestFakes) {
  const at::Tensor f = doubles({0, 3, 1, 2});
  const auto g_loss = [&](double epoch, double keep) {
    Objective objective(objective_config("wgan"), TopkConfig{keep, 0.5});
    TableContext context(kG, f, f);
    context.set_epoch(epoch);
    return objective.evaluate(context).total.item<double>();
  };
  EXPECT_NEAR(g_loss(0, 0.25), -1.5, 1e-12) << "all of them at first";
  EXPECT_NEAR(g_loss(0.9, 0.25), -1.5, 1e-12) << "the share falls per whole epoch";
  EXPECT_NEAR(g_loss(1, 0.25), -2.5, 1e-12);
  EXPECT_NEAR(g_loss(9, 0.25), -3, 1e-12);
  EXPECT_NEAR(g_loss(9, 0.5), -2.5, 1e-12) << "never below the share to keep";
  EXPECT_NEAR(g_loss(9, 1), -1.5, 1e-12);
}

// An energy is low for what looks real: of 0, 3, 1, 2 the best are 0 and 1.
TEST(Topk, TheBestFakesHaveTheLowestEnergies) {
  Objective objective(objective_config("ebgan"), TopkConfig{0.5, 0});
  const at::Tensor f = doubles({0, 3, 1, 2});
  TableContext context(kG, f, f);
  context.set_epoch(5);
  EXPECT_NEAR(objective.evaluate(context).total.item<double>(), 0.5, 1e-12);
}

TEST(Topk, TheDiscriminatorSeesAllOfThem) {
  const at::Tensor r = doubles({1, 1}), f = doubles({0, 4});
  Objective objective(objective_config("wgan"), TopkConfig{0.5, 0});
  TableContext context(kD, r, f);
  context.set_epoch(5);
  EXPECT_NEAR(objective.evaluate(context).total.item<double>(), 1, 1e-12);
}

}  // namespace when_test
}  // namespace rnngan
