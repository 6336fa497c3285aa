#include "comparison/hparams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/comparison/support.h"

namespace rnngan {
namespace hparams_test {

using comparison_testing::scored;
using comparison_testing::small_plan;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Plan plan_of_two_rates() {
  Plan plan = small_plan({"slow", "fast"}, {1, 2});
  for (size_t i = 0; i < 2; ++i) {
    plan.variants[i].config["train"]["optim"]["generator"]["lr"] = i == 0 ? 1e-4 : 1e-2;
    plan.variants[i].config["objective"] = {{"preset", i == 0 ? "a" : "b"}};
  }
  return plan;
}

TEST(Hparams, AreWhatVariantsDifferIn) {
  EXPECT_THAT(differing_keys(plan_of_two_rates()),
              ElementsAre("objective", "train.optim.generator.lr"));
}

// Field numbers and types are checked by tests/read_events.py; here that all is there.
TEST(Hparams, NameTheRunAndItsScores) {
  const Plan plan = plan_of_two_rates();
  const auto values = hparam_values(plan, {1, 0}, scored(0.25, 0.5));
  ASSERT_EQ(values.size(), 3U + 2 * 3U);
  EXPECT_THAT(values[0].bytes(), HasSubstr("_hparams_/experiment"));
  EXPECT_THAT(values[0].bytes(), HasSubstr("test/coverage"));
  EXPECT_THAT(values[1].bytes(), HasSubstr("_hparams_/session_start_info"));
  for (const char* text : {"fast", "fast + r1", "train.optim.generator.lr", "seed"}) {
    EXPECT_THAT(values[1].bytes(), HasSubstr(text));
  }
  EXPECT_THAT(values[3].bytes(), HasSubstr("test/mmd2"));
  EXPECT_THAT(values[4].bytes(), HasSubstr("test/mmd2.floor"));
}

TEST(Hparams, AreLeftOutWhereEventFilesAre) {
  const comparison_testing::TemporaryFolder folder;
  Plan plan = plan_of_two_rates();
  const RunPaths run = run_paths(folder.path(), plan, {0, 0});
  write_hparams(plan, {0, 0}, run, scored(0.25, 0.5));  // there is no such run
  std::filesystem::create_directories(run.directory);
  plan.variants[0].config["train"]["log"]["tensorboard"] = false;
  write_hparams(plan, {0, 0}, run, scored(0.25, 0.5));
  EXPECT_TRUE(std::filesystem::is_empty(run.directory));
  plan.variants[0].config["train"]["log"]["tensorboard"] = true;
  write_hparams(plan, {0, 0}, run, scored(0.25, 0.5));
  EXPECT_TRUE(std::filesystem::exists(run.directory / "events.out.tfevents.scores.rnngan"));
}

}  // namespace hparams_test
}  // namespace rnngan
