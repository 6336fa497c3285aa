// Scheduling with a shell script in the program's place: it keeps a list of what it was called for.
#include "comparison/runs.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comparison/grid.h"
#include "comparison/support.h"
#include "core/error.h"

namespace rnngan::comparison_testing {
namespace runs_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const MetricId kMmd2 = find_metric("mmd2").value();

// A run called boom diverges, one called full finds no space for its directory, one called gone is
// killed, one called slow waits for a signal the first time.
constexpr const char* kScript = R"(#!/bin/sh
floor=0.1; ceiling=0.9
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift;;
    --run) name=$2; shift;;
    --no-bounds) floor=null; ceiling=null;;
  esac
  shift
done
echo "$name" >> HERE/calls
run=$out/runs/$name
case $name in
  *boom*) mkdir -p $run; cp HERE/boom $run/scores.json; exit 7;;
  *full*) cp HERE/full $out/logs/$name.json; exit 6;;
  *gone*) kill -9 $$;;
  *slow*) [ -e $run/checkpoints/10.safetensors ] || {
    mkdir -p $run/checkpoints; : > $run/checkpoints/10.safetensors
    trap 'exit 130' INT; while :; do sleep 0.02; done; };;
esac
mkdir -p $run/checkpoints
: > $run/checkpoints/20.safetensors
: > $run/samples.csv
sed "s/\"FLOOR\"/$floor/; s/\"CEILING\"/$ceiling/" HERE/ok > $run/scores.json
)";

class Runs : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string script = kScript;
    for (size_t at; (at = script.find("HERE")) != std::string::npos;) {
      script.replace(at, 4, folder().string());
    }
    write_text(folder() / "program", script);
    fs::permissions(folder() / "program", fs::perms::owner_all);
    RunResult result = scored(0.5, 0);
    result.scores.pop_back();
    auto document = to_json(result);
    document["scores"][0]["floor"] = "FLOOR";
    document["scores"][0]["ceiling"] = "CEILING";
    write_text(folder() / "ok", document.dump());
    write_text(folder() / "boom",
               to_json(without_scores(RunStatus::diverged, "diverged at step 3")).dump());
    write_text(folder() / "full",
               to_json(without_scores(RunStatus::failed, "no space left")).dump());
  }

  const fs::path& folder() const { return folder_.path(); }
  fs::path out() const { return folder() / "out"; }

  std::vector<RunResult> make(const Plan& plan, const RunHooks& hooks = {}, Shard shard = {},
                              int64_t jobs = 1) const {
    const auto open = ComparisonFolder::open(out(), plan);
    return make_runs(plan, open, runs_of(plan, shard), jobs, {folder() / "program", 1, ""}, hooks);
  }

  /// The calls since the last time it was asked.
  std::vector<std::string> calls() const {
    std::vector<std::string> lines;
    std::ifstream stream(folder() / "calls");
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    fs::remove(folder() / "calls");
    return lines;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Runs, MakeEveryVariantWithEverySeed) {
  const auto results = make(small_plan({"a", "b"}, {1, 7}));
  EXPECT_THAT(calls(), ElementsAre("a-1", "b-1", "a-7", "b-7"));
  ASSERT_EQ(results.size(), 4U);
  for (const RunResult& result : results) {
    EXPECT_EQ(result.status, RunStatus::ok);
    EXPECT_EQ(result.value(kMmd2), 0.5);
  }
}

// The first run with a seed has failed: the next one makes up for it.
TEST_F(Runs, OneWithEachSeedHasFloorsForAll) {
  const Plan plan = small_plan({"boom", "a", "b"}, {1, 7});
  for (const auto& result : make(plan)) {
    EXPECT_EQ(result.status == RunStatus::ok, result.scores.size() == 1);
  }
  RunGrid grid = read_runs(plan, out());
  for (size_t seed = 0; seed < 2; ++seed) {
    EXPECT_TRUE(grid[1][seed].result.has_bounds());
    EXPECT_FALSE(grid[2][seed].result.has_bounds());
  }
  share_bounds(plan, grid);
  for (size_t variant = 1; variant < 3; ++variant) {
    for (size_t seed = 0; seed < 2; ++seed) {
      const RunResult& result = grid[variant][seed].result;
      EXPECT_EQ(result.score(kMmd2)->floor, 0.1);
      EXPECT_EQ(result.score(kMmd2)->ceiling, 0.9);
    }
  }
  EXPECT_DOUBLE_EQ(*grid[2][1].result.score(kMmd2)->norm(), 0.5);
}

TEST_F(Runs, ThatAreFinishedAreKept) {
  const Plan plan = small_plan({"a", "boom"}, {1});
  make(plan);
  calls();
  fs::remove(out() / "runs/a-1/scores.json");
  std::vector<bool> kept;
  RunHooks hooks;
  hooks.on_result = [&](const RunKey&, const RunResult&, bool is) { kept.push_back(is); };
  const auto results = make(plan, hooks);
  EXPECT_THAT(calls(), ElementsAre("a-1"));
  EXPECT_THAT(kept, ElementsAre(true, false));
  EXPECT_EQ(results[0].status, RunStatus::ok);
  EXPECT_EQ(results[1].status, RunStatus::diverged);
}

TEST_F(Runs, ThatDivergeAreAResult) {
  const Plan plan = small_plan({"boom"}, {1});
  const auto results = make(plan);
  EXPECT_EQ(results[0].status, RunStatus::diverged);
  EXPECT_EQ(results[0].reason, "diverged at step 3");
  EXPECT_EQ(read_result(run_paths(out(), plan, {0, 0})).status, RunStatus::diverged);
}

TEST_F(Runs, ThatFailLetOthersGoOnAndAreTriedAgain) {
  const Plan plan = small_plan({"full", "gone", "a"}, {1});
  const auto results = make(plan);
  EXPECT_EQ(results[0].status, RunStatus::failed);
  EXPECT_EQ(results[0].reason, "no space left");
  EXPECT_EQ(results[0].code, 6);
  EXPECT_EQ(results[1].status, RunStatus::failed);
  EXPECT_THAT(results[1].reason, HasSubstr("killed by signal 9"));
  EXPECT_EQ(results[1].code, -9);
  EXPECT_EQ(results[2].status, RunStatus::ok);
  const RunGrid grid = read_runs(plan, out());
  EXPECT_EQ(grid[0][0].result.reason, "no space left");
  EXPECT_EQ(grid[1][0].result.reason, results[1].reason);
  calls();
  make(plan);
  EXPECT_THAT(calls(), ElementsAre("full-1", "gone-1"));
}

TEST_F(Runs, AreStoppedByASignalAndGoOnLater) {
  const Plan plan = small_plan({"a", "slow", "b"}, {1});
  StopFlag stop;
  RunHooks hooks;
  hooks.stop = &stop;
  hooks.on_progress = [&](const Progress& progress) {
    const bool begun = fs::exists(out() / "runs/slow-1/checkpoints/10.safetensors");
    EXPECT_EQ(progress.total, 3);
    if (begun) stop.request(SIGINT);
  };
  const auto results = make(plan, hooks);
  EXPECT_EQ(results[0].status, RunStatus::ok);
  EXPECT_EQ(results[1].status, RunStatus::missing);
  EXPECT_EQ(results[2].status, RunStatus::missing);
  EXPECT_THAT(calls(), ElementsAre("a-1", "slow-1"));
  EXPECT_FALSE(fs::exists(out() / "runs/slow-1/scores.json"));
  EXPECT_EQ(make(plan)[1].status, RunStatus::ok);
  EXPECT_THAT(calls(), ElementsAre("slow-1", "b-1"));
}

TEST_F(Runs, GoSideBySide) {
  const Plan plan = small_plan({"slow"}, {1, 2, 3});
  StopFlag stop;
  RunHooks hooks;
  hooks.stop = &stop;
  size_t most = 0;
  hooks.on_progress = [&](const Progress& progress) {
    most = std::max(most, progress.running.size());
    if (fs::exists(out() / "runs/slow-2/checkpoints/10.safetensors")) stop.request(SIGINT);
  };
  make(plan, hooks, {}, 2);
  EXPECT_EQ(most, 2U);
  EXPECT_THAT(calls(), UnorderedElementsAre("slow-1", "slow-2"));
}

TEST_F(Runs, AProgramThatIsNotThereIsAReason) {
  const Plan plan = small_plan({"a"}, {1});
  const auto open = ComparisonFolder::open(out(), plan);
  const auto results = make_runs(plan, open, runs_of(plan), 1, {folder() / "nothing", 1, ""}, {});
  EXPECT_EQ(results[0].status, RunStatus::failed);
  EXPECT_EQ(results[0].reason, "ended with exit code 127");
}

// 10 / 10 + 10 / 5 seconds.
TEST_F(Runs, TakeTimesFromTheirLogs) {
  const Plan plan = small_plan({"a"}, {1});
  const RunPaths run = run_paths(out(), plan, {0, 0});
  fs::create_directories(run.directory);
  write_text(run.metrics(), R"({"step": 10, "discriminator_step": 20, "steps_per_second": 10}
{"step": 20, "discriminator_step": 40, "steps_per_second": 5}
)");
  RunResult result;
  add_training(plan, {0, 0}, run, result);
  EXPECT_EQ(result.steps, 20);
  EXPECT_EQ(result.discriminator_steps, 40);
  EXPECT_DOUBLE_EQ(result.seconds.value(), 3);
  EXPECT_EQ(result.generator_parameters, 100);
  EXPECT_EQ(last_logged_step(run), 20);
}

TEST_F(Runs, OfShardsMakeTheWhole) {
  const Plan plan = small_plan({"a", "boom", "b"}, {1, 2});
  make(plan, {}, {1, 2});
  EXPECT_THAT(calls(), ElementsAre("a-1", "b-1", "boom-2"));
  fs::rename(out(), folder() / "first");
  make(plan, {}, {2, 2});
  fs::rename(out(), folder() / "second");
  make(plan);
  const auto whole = to_json(make_leaderboard(plan, read_runs(plan, out())));

  const std::vector<std::string> parts = {(folder() / "first").string(),
                                          (folder() / "second").string()};
  const Plan common = common_plan(parts);
  const auto merged = ComparisonFolder::open(folder() / "merged", common);
  RunGrid grid = read_runs(common, merged.path());
  for (const auto& part : parts) merge_runs(common, part, merged.path(), grid);
  auto board = to_json(make_leaderboard(common, grid));
  EXPECT_EQ(board.at("complete"), true);
  EXPECT_EQ(grid[0][0].directory, "../first/runs/a-1");
  EXPECT_EQ(grid[1][0].directory, "../second/runs/boom-1");
  for (size_t row = 0; row < board.at("rows").size(); ++row) {
    board["rows"][row]["runs"] = whole.at("rows")[row].at("runs");
  }
  EXPECT_EQ(board, whole);
}

TEST_F(Runs, ThatAreFinishedAreNotReplacedByAPart) {
  const Plan plan = small_plan({"a"}, {1});
  const auto part = ComparisonFolder::open(folder() / "part", plan);
  fs::create_directories(part.run(plan, {0, 0}).directory);
  write_text(part.run(plan, {0, 0}).scores(),
             to_json(without_scores(RunStatus::failed, "no space")).dump());
  make(plan);
  RunGrid grid = read_runs(plan, out());
  merge_runs(plan, part.path(), out(), grid);
  EXPECT_EQ(grid[0][0].result.status, RunStatus::ok);
  EXPECT_EQ(grid[0][0].directory, "runs/a-1");
}

TEST_F(Runs, OfAnotherPlanAreNotMerged) {
  ComparisonFolder::open(folder() / "x", small_plan({"a"}, {1}));
  ComparisonFolder::open(folder() / "y", small_plan({"a"}, {2}));
  try {
    common_plan({(folder() / "x").string(), (folder() / "y").string()});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("holds another comparison than"));
    EXPECT_THAT(error.what(), HasSubstr("seeds"));
  }
}

}  // namespace runs_test
}  // namespace rnngan::comparison_testing
