// Plans, their differences, and the folders that hold them.
#include "comparison/folder.h"

#include <functional>

#include <fmt/format.h>
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

/// What plan_from_json says of a small plan after `change`, behind the origin.
std::string plan_refusal(const std::function<void(nlohmann::json&)>& change) {
  nlohmann::json document = to_json(small_plan({"a", "b"}, {1, 5}));
  change(document);
  try {
    plan_from_json(document, "x");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_EQ(error.problems().front().hint, "start the comparison in another directory");
    return std::string(error.what()).substr(3);
  }
  return "";
}

TEST(Plan, IsRefusedWhereItWasAltered) {
  using nlohmann::json;
  const auto refused = [](const char* pointer, const json& value) {
    return plan_refusal([&](json& plan) { plan[json::json_pointer(pointer)] = value; });
  };
  for (const char* name : {"../../victim", "", "/etc", "a/b", "..", ".a"}) {
    EXPECT_THAT(refused("/variants/0/name", name),
                ::testing::StartsWith(
                    fmt::format(R"(variants[0].name: "{}" is not the name of a variant)", name)));
  }
  EXPECT_EQ(refused("/variants/1/name", "a"), R"(variants[1].name: "a" is there twice)");
  EXPECT_EQ(refused("/variants", json::array()), "variants: is empty");
  EXPECT_EQ(refused("/variants", 3), "variants: 3 is not a list");
  EXPECT_EQ(refused("/metrics", json::array()), "metrics: is empty");
  EXPECT_EQ(refused("/metrics/0", "mmd3"), R"(metrics[0]: "mmd3" is no score of this version)");
  EXPECT_EQ(refused("/rank_by", json::array({"ds"})), "rank_by: ds is not among metrics");
  EXPECT_EQ(refused("/seeds", json::array()), "seeds: is empty");
  EXPECT_EQ(refused("/seeds/0", -1), "seeds[0]: -1 is not a whole number of at least 0");
  EXPECT_EQ(refused("/seeds/1", 1), "seeds[1]: 1 is there twice");
  EXPECT_EQ(refused("/seeds/0", 9223372036854775808U),
            "seeds[0]: 9223372036854775808 is above 1000000000000");
  EXPECT_EQ(refused("/split", "x"), "split: \"x\" is neither \"validation\" nor \"test\"");
  EXPECT_EQ(refused("/title", json::object()), "title: {} is not a text");
  EXPECT_EQ(refused("/sequences", 3), "sequences: 3 is not an object");
  EXPECT_EQ(refused("/repeats", 1e300), "repeats: 1e+300 is not a whole number of at least 0");
  EXPECT_EQ(refused("/variants/0/config/train/steps", "many"),
            R"(variants[0].config.train.steps: "many" is not a whole number of at least 1)");
  EXPECT_THAT(refused("/variants/0/config/train/stops", 1),
              HasSubstr("variants[0].config: config: train.stops: unknown key"));
  EXPECT_EQ(plan_refusal([](json& plan) { plan.erase("data"); }), "data: is missing");
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

TEST(ComparisonFolder, HasNoLinksOut) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "comparison", outside = folder.path() / "outside";
  const Plan plan = small_plan({"a"}, {1});
  EXPECT_EQ(refusal(path, plan), "");
  fs::create_directory(outside);
  for (const char* name : {"runs", "logs", "configs", "runs/a-1", "logs/a-1.log", "report.html",
                           "configs/a.json", "runs/a-1/checkpoints"}) {
    const fs::path link = path / name;
    fs::remove_all(link);
    fs::create_directories(link.parent_path());
    fs::create_symlink(outside, link);
    EXPECT_EQ(refusal(path, plan),
              fmt::format("{}: is a link that leads out of {}", link.string(), path.string()));
    fs::remove(link);
  }
  EXPECT_TRUE(fs::is_empty(outside));
  EXPECT_EQ(refusal(path, plan), "");
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
