// Plans, their differences, and the folders that hold them.
#include "comparison/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comparison/support.h"
#include "core/error.h"

namespace rnngan::comparison_testing {
namespace folder_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Plan, IsReadBackAsItWasWritten) {
  const Plan plan = small_plan({"a", "b"}, {1, 5});
  const auto document = to_json(plan);
  EXPECT_EQ(to_json(plan_from_json(nlohmann::json(document), "x")), document);
  EXPECT_THROW(plan_from_json({{"format", 1}}, "x"), Error);
  EXPECT_THROW(plan_from_json({{"format", 2}}, "x"), Error);
  EXPECT_THROW(plan_from_json(nlohmann::json::array(), "x"), Error);
}

TEST(Plan, DiffersInWhatDecidesAboutNumbers) {
  const Plan plan = small_plan({"a", "b"}, {1, 5});
  Plan other = plan;
  other.title = other.command = other.version = "other";
  other.variants[0].config["train"]["threads"] = 8;
  std::swap(other.variants[0], other.variants[1]);
  EXPECT_THAT(plan_differences(plan, other), ElementsAre());
  other.seeds = {1};
  other.variants[1].config["train"]["steps"] = 30;
  EXPECT_THAT(plan_differences(plan, other), ElementsAre("seeds", "variants.a.config.train.steps"));
}

TEST(Plan, DealsItsRunsToShards) {
  const Plan plan = small_plan({"a", "b", "c"}, {1, 5});
  const auto names = [&](const Shard& shard) {
    std::vector<std::string> all;
    for (const RunKey& key : runs_of(plan, shard)) all.push_back(run_name(plan, key));
    return all;
  };
  EXPECT_THAT(names({}), ElementsAre("a-1", "b-1", "c-1", "a-5", "b-5", "c-5"));
  EXPECT_THAT(names({1, 4}), ElementsAre("a-1", "b-5"));
  EXPECT_THAT(names({4, 4}), ElementsAre("a-5"));
}

std::string refusal(const fs::path& path, const Plan& plan) {
  try {
    ComparisonFolder::open(path, plan);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    return error.what();
  }
  return "";
}

TEST(ComparisonFolder, HoldsOnePlan) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "new" / "comparison";
  const Plan plan = small_plan({"a"}, {1});
  EXPECT_EQ(refusal(path, plan), "");
  EXPECT_TRUE(fs::exists(path / "configs" / "a.json"));
  EXPECT_EQ(to_json(read_folder_plan(path)), to_json(plan));
  EXPECT_EQ(refusal(path, plan), "");  // the same again
  EXPECT_THAT(refusal(path, small_plan({"a"}, {2, 3})),
              HasSubstr("holds another comparison: seeds differs"));
  EXPECT_EQ(to_json(read_folder_plan(path)), to_json(plan));
}

TEST(ComparisonFolder, IsLocked) {
  const TemporaryFolder folder;
  const Plan plan = small_plan({"a"}, {1});
  const auto open = ComparisonFolder::open(folder.path() / "x", plan);
  EXPECT_THAT(refusal(folder.path() / "x", plan), HasSubstr("another process is using"));
}

TEST(ComparisonFolder, LeavesOtherFoldersAlone) {
  const TemporaryFolder folder;
  write_text(folder.path() / "notes.txt", "mine");
  EXPECT_THAT(refusal(folder.path(), small_plan({"a"}, {1})),
              HasSubstr("exists and is no comparison"));
  EXPECT_THAT(refusal(folder.path() / "notes.txt", small_plan({"a"}, {1})),
              HasSubstr("is not a directory"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

}  // namespace folder_test
}  // namespace rnngan::comparison_testing
