#include "training/statistics.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace rnngan {
namespace statistics_test {

std::vector<Statistic> values(std::initializer_list<std::pair<const char*, double>> items) {
  std::vector<Statistic> statistics;
  for (const auto& [name, value] : items) statistics.push_back({name, torch::tensor(value)});
  return statistics;
}

TEST(StatisticsLog, MeansRunOverTheStepsThatComputedAValue) {
  StatisticsLog log;
  log.add(Side::discriminator, 0, values({{"total", 1}, {"r1", 4}}));
  log.add(Side::discriminator, 1, values({{"total", 3}}));
  log.add(Side::generator, 0, values({{"total", 7}}));
  const auto means = log.means();
  EXPECT_DOUBLE_EQ(means.at("d.total"), 2.0);
  EXPECT_DOUBLE_EQ(means.at("d.r1"), 4.0);
  EXPECT_DOUBLE_EQ(means.at("g.total"), 7.0);
  log.clear();
  EXPECT_TRUE(log.means().empty());
}

TEST(StatisticsLog, NamesWhatBlewUpFirst) {
  const double inf = std::numeric_limits<double>::infinity();
  StatisticsLog log;
  log.add(Side::discriminator, 4, values({{"adversarial", 1}, {"r1", 1}, {"total", 1}}));
  EXPECT_FALSE(log.first_non_finite(1).has_value());
  log.add(Side::discriminator, 5, values({{"adversarial", 1}, {"r1", inf}, {"total", inf}}));
  log.add(Side::discriminator, 6, values({{"adversarial", NAN}, {"r1", NAN}, {"total", NAN}}));
  const auto bad = log.first_non_finite(1);
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->name, "r1");
  EXPECT_EQ(bad->step, 5);
  EXPECT_EQ(bad->side, Side::discriminator);
}

TEST(StatisticsLog, AGradientAloneIsNoticed) {
  StatisticsLog log;
  log.add(Side::generator, 2, values({{"adversarial", 1}, {"total", 1}, {"grad_norm", NAN}}));
  ASSERT_TRUE(log.first_non_finite(1).has_value());
  EXPECT_EQ(log.first_non_finite(1)->name, "grad_norm");
}

// Under n_critic = 5 the discriminator's step 4 belongs to the generator's step 0 and comes before
// it.
TEST(StatisticsLog, TheDiscriminatorComesFirstWithinAStep) {
  StatisticsLog log;
  log.add(Side::discriminator, 4, values({{"adversarial", 1}, {"total", 1}, {"grad_norm", NAN}}));
  log.add(Side::generator, 0, values({{"adversarial", NAN}, {"total", NAN}}));
  const auto bad = log.first_non_finite(5);
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->side, Side::discriminator);
  EXPECT_EQ(bad->name, "grad_norm");
  EXPECT_EQ(bad->step, 0);
}

TEST(StatisticsLog, StateSurvivesACheckpoint) {
  StatisticsLog log, back;
  log.add(Side::discriminator, 0, values({{"total", 0.1}, {"r1", 1.0 / 3}}));
  back.restore(nlohmann::json::parse(log.state().dump()), torch::kCPU);
  for (StatisticsLog* one : {&log, &back}) {
    one->add(Side::discriminator, 1, values({{"total", 0.7}, {"r1", 0.2}}));
  }
  EXPECT_EQ(log.means(), back.means());
}

}  // namespace statistics_test
}  // namespace rnngan
