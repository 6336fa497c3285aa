// A run of a comparison: made, continued, made anew, and what is written of one that fails.
#include "app/run_variant.h"

#include <cmath>
#include <csignal>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comparison/plan_file.h"
#include "core/error.h"
#include "objective/objective.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace run_variant_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing_files::read_text;
using testing_files::TemporaryFolder;
using testing_files::write_text;

/// One variant that trains and one that diverges.
class RunVariant : public ::testing::Test {
 protected:
  RunVariant() {
    std::ostringstream waves;
    waves << "a,b\n";
    for (int row = 0; row < 300; ++row) {
      waves << std::sin(row * 0.3) << ',' << std::cos(row * 0.2) << '\n';
    }
    write_text(data_, waves.str());
    const nlohmann::json base = nlohmann::json::parse(R"({
      "data": {"window": {"length": 6}, "split": {"test": 0.3}}, "objective": "hinge",
      "model": {"generator": {"hidden": 6}, "discriminator": {"hidden": 6, "head": 6}},
      "train": {"steps": 4, "batch": 8, "log": {"every": 2}, "checkpoint": {"every": 2},
                "sample": {"every": 0}}, "evaluate": {"every": 0}})");
    nlohmann::json file = {{"base", base},
                           {"variants",
                            {{"fine", nlohmann::json::object()},
                             {"boom", {{"train", {{"optim", {{"generator", {{"lr", 1e30}}}}}}}}}}},
                           {"seeds", {3}},
                           {"metrics", {"mmd2"}},
                           {"rank_by", {"mmd2"}}};
    file["base"]["data"]["path"] = data_.string();
    write_text(folder_.path() / "plan.json", file.dump());
    plan_ = read_plan({folder_.path() / "plan.json", {}, {}}, catalogs());
    ComparisonFolder::open(out(), plan_);
  }

  fs::path out() const { return folder_.path() / "out"; }
  RunPaths paths(const char* name) const { return run_paths(out(), plan_, key(name)); }
  RunResult make(const char* name, const TrainSinks& sinks = {}) const {
    return run_variant(plan_, key(name), paths(name), {}, sinks);
  }
  RunKey key(const char* name) const { return find_run(plan_, name).value(); }

  TemporaryFolder folder_;
  fs::path data_ = folder_.path() / "waves.csv";
  Plan plan_;
};

TEST_F(RunVariant, TrainsDrawsSamplesAndScores) {
  const RunResult result = make("fine-3");
  EXPECT_EQ(result.status, RunStatus::ok);
  EXPECT_EQ(result.steps, 4);
  ASSERT_EQ(result.scores.size(), 1U);
  EXPECT_THAT(read_text(paths("fine-3").directory / "events.out.tfevents.scores.rnngan"),
              HasSubstr("test/mmd2"));
  EXPECT_TRUE(result.scores[0].result.value && result.scores[0].floor);
  const RunPaths run = paths("fine-3");
  EXPECT_EQ(to_json(read_result(run)), to_json(result));
  const std::string samples = read_text(run.samples());
  EXPECT_EQ(std::ranges::count(samples, '\n'), 1 + 6 * result.scores[0].synthetic_count);

  const auto trained = fs::last_write_time(run.directory / "checkpoints/4.safetensors");
  forget_result(run);
  EXPECT_EQ(to_json(make("fine-3")), to_json(result));
  EXPECT_EQ(fs::last_write_time(run.directory / "checkpoints/4.safetensors"), trained);
}

TEST_F(RunVariant, GoesOnAfterAStop) {
  const auto whole = make("fine-3").value(plan_.metrics[0]);
  fs::remove_all(paths("fine-3").directory);
  StopFlag stop;
  TrainSinks sinks;
  sinks.stop = &stop;
  sinks.on_step = [&](int64_t step) {
    if (step == 2) stop.request(SIGINT);
  };
  EXPECT_EQ(make("fine-3", sinks).status, RunStatus::missing);
  EXPECT_EQ(newest_step(paths("fine-3").directory), 2);
  EXPECT_FALSE(fs::exists(paths("fine-3").scores()));
  int64_t first = 0;
  TrainSinks later;
  later.on_step = [&](int64_t step) { first = first == 0 ? step : first; };
  const auto rest = make("fine-3", later);
  EXPECT_EQ(first, 3);
  EXPECT_EQ(rest.value(plan_.metrics[0]), whole);
}

TEST_F(RunVariant, BeginsAnewWhereACheckpointIsDamaged) {
  const auto whole = make("fine-3").value(plan_.metrics[0]);
  for (const char* name : {"2.safetensors", "4.safetensors"}) {
    const fs::path checkpoints = paths("fine-3").directory / "checkpoints";
    fs::remove_all(checkpoints);
    fs::create_directories(checkpoints);
    write_text(checkpoints / name, "damaged");
    EXPECT_EQ(make("fine-3").value(plan_.metrics[0]), whole) << name;
  }
}

TEST_F(RunVariant, GoesBackToAnOlderCheckpoint) {
  const auto whole = make("fine-3").value(plan_.metrics[0]);
  const fs::path run = paths("fine-3").directory;
  write_text(run / "checkpoints/4.safetensors", "damaged");
  int64_t first = 0;
  TrainSinks sinks;
  sinks.on_step = [&](int64_t step) { first = first == 0 ? step : first; };
  EXPECT_EQ(make("fine-3", sinks).value(plan_.metrics[0]), whole);
  EXPECT_EQ(first, 3);
  EXPECT_EQ(read_text(run / "abandoned-1/checkpoints/4.safetensors"), "damaged");
}

TEST_F(RunVariant, KeepsThatItDiverged) {
  EXPECT_THROW(make("boom-3"), Error);
  const RunResult result = read_result(paths("boom-3"));
  EXPECT_EQ(result.status, RunStatus::diverged);
  EXPECT_EQ(result.code, 7);
  EXPECT_THAT(result.reason, HasSubstr("training diverged at step "));
}

TEST_F(RunVariant, KeepsWhyThereIsNoDirectory) {
  fs::remove(data_);
  EXPECT_THROW(make("fine-3"), Error);
  EXPECT_FALSE(fs::exists(paths("fine-3").directory));
  const RunResult result = read_result(paths("fine-3"));
  EXPECT_EQ(result.status, RunStatus::failed);
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.reason, HasSubstr("waves.csv"));
}

}  // namespace run_variant_test
}  // namespace rnngan
