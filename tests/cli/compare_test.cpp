// Comparisons as a user makes them: complete, stopped, continued, in parts, refused.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace compare_test {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// One variant that trains and one that diverges at once, with two seeds.
std::string small_comparison(const json& changes = json::object()) {
  json document = json::parse(R"({
    "base": "tiny.json",
    "set": {"train": {"steps": 10}},
    "variants": {"bce": "bce", "boom": {"train": {"optim": {"generator": {"lr": 1e30}}}}},
    "seeds": 2,
    "metrics": ["mmd2"],
    "rank_by": ["mmd2"]
  })");
  document.merge_patch(changes);
  return document.dump(2);
}

/// A folder with the whole comparison in "whole", made once for all tests.
const fs::path& compared() {
  static const TemporaryFolder folder;
  static const Outcome outcome = [] {
    write_text(folder.path() / "sine.csv", sine_csv(60));
    write_text(folder.path() / "tiny.json", tiny_config());
    write_text(folder.path() / "small.json", small_comparison());
    return run_program({{"compare", "--config", "small.json", "--out", "whole"}, folder.path()});
  }();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("2 variants x 2 seeds = 4 runs of 10 steps"),
                                 HasSubstr("4/4"), HasSubstr("diverged: training diverged")));
  return folder.path();
}

class Comparison : public Program {
 protected:
  void SetUp() override { fs::copy(compared(), folder(), fs::copy_options::recursive); }
  json board(const std::string& name) const {
    return json::parse(read(name + "/leaderboard.json"));
  }
  /// "STEP bytes at TIME" of the checkpoints of a run: the same as long as it was not trained.
  std::map<std::string, std::string> checkpoints(const std::string& run) const {
    return snapshot(path(run + "/checkpoints"));
  }
};

TEST_F(Comparison, EndsInALeaderboard) {
  for (const char* file :
       {"comparison.json", "leaderboard.md", "leaderboard.csv", "runs/bce-1/config.json",
        "runs/bce-1/checkpoints/10.safetensors", "runs/bce-2/metrics.jsonl"}) {
    EXPECT_TRUE(fs::exists(path("whole") / file)) << file;
  }
  const json all = board("whole");
  EXPECT_EQ(all.at("complete"), true);
  ASSERT_EQ(all.at("rows").size(), 2U);
  const json& bce = all.at("rows")[0];
  EXPECT_EQ(bce.at("variant"), "bce");
  EXPECT_EQ(bce.at("statuses"), json({"ok", "ok"}));
  EXPECT_GT(bce.at("seconds_per_1000_steps").get<double>(), 0);
  EXPECT_EQ(bce.at("discriminator_steps"), 10);
  const json& values = bce.at("scores").at("mmd2").at("values");
  EXPECT_NE(values[0], values[1]);
  EXPECT_TRUE(all.at("floor").at("mmd2").at("sd").is_number());
  const json& boom = all.at("rows")[1];
  EXPECT_EQ(boom.at("statuses"), json({"diverged", "diverged"}));
  EXPECT_EQ(boom.at("rank"), nullptr);
  EXPECT_THAT(boom.at("reasons")[0], StartsWith("training diverged at step "));
  ASSERT_EQ(all.at("cmp_rmmd").size(), 2U);
  EXPECT_EQ(all.at("cmp_rmmd")[0].at("p"), json({nullptr, nullptr}));  // boom has no samples
  EXPECT_EQ(json::parse(read("whole/runs/bce-2/config.json")).at("train").at("seed"), 2);
}

TEST_F(Comparison, ScoresWhatEvaluateAndSampleGive) {
  const json score = json::parse(run_well({"evaluate", "--checkpoint", "whole/runs/bce-2", "--seed",
                                           "2", "-m", "mmd2", "--json", "--threads", "1"})
                                     .out)[0];
  EXPECT_EQ(json::parse(read("whole/runs/bce-2/scores.json")).at("scores")[0], score);
  const auto samples = lines_of(read("whole/runs/bce-2/samples.csv"));
  EXPECT_EQ(samples.size(), 1 + 6 * score.at("n_syn").get<size_t>());
}

TEST_F(Comparison, KeepsFinishedRunsAndDoesTheOthersAgain) {
  const json before = board("whole");
  fs::remove(path("whole/runs/bce-2/scores.json"));
  const auto trained = checkpoints("whole/runs/bce-2");
  const auto finished = snapshot(path("whole/runs/bce-1"));
  const std::string text =
      run_well({"compare", "--config", "small.json", "--out", "whole", "-j", "2"}).out;
  EXPECT_THAT(text, HasSubstr("(kept)"));
  EXPECT_THAT(checkpoints("whole/runs/bce-2"), ::testing::ContainerEq(trained));
  EXPECT_THAT(snapshot(path("whole/runs/bce-1")), ::testing::ContainerEq(finished));
  EXPECT_EQ(board("whole"), before);
}

TEST_F(Comparison, RanksWithoutSamplesThatCanBeRead) {
  fs::copy(path("whole"), path("spoilt"), fs::copy_options::recursive);
  fs::remove(path("spoilt/leaderboard.json"));
  write("spoilt/runs/bce-1/samples.csv", "sequence_id,step,z\n0,0,1\n");
  const Outcome outcome = run({"compare", "--resume", "spoilt", "--quiet"});
  EXPECT_EQ(outcome.code, 6);
  EXPECT_THAT(outcome.err, StartsWith("error: spoilt/report.html: cannot be made, nor cmp_rmmd: "
                                      "spoilt/runs/bce-1/"));
  json expected = board("whole");
  expected.erase("cmp_rmmd");
  EXPECT_EQ(board("spoilt"), expected);
}

/// A daily series, whose samples have more dates than a category has classes.
TEST_F(Comparison, OfASeriesWithDatesHasItsReport) {
  std::string days = "day,load\n";
  for (int i = 0; i < 800; ++i) {
    days += fmt::format("{:02}.{:02}.{},{:.2f}\n", i % 28 + 1, i / 28 % 12 + 1, 2020 + i / 336,
                        std::sin(0.3 * i));
  }
  write("days.csv", days);
  write("days.json",
        small_comparison(
            {{"base",
              {{"data", {{"path", "days.csv"}, {"time", "day"}, {"window", {{"length", 8}}}}},
               {"model", {{"generator", {{"hidden", 4}}}, {"discriminator", {{"hidden", 4}}}}}}},
             {"variants", {{"bce", "bce"}, {"boom", nullptr}}},
             {"seeds", 1}}));
  run_well({"compare", "--config", "days.json", "--out", "days"});
  EXPECT_TRUE(fs::exists(path("days/report.html")));
}

TEST_F(Comparison, IsMadeInPartsAndMerged) {
  fs::copy(path("whole"), path("first"), fs::copy_options::recursive);
  fs::remove_all(path("first/runs/bce-2"));  // number 3 of the list
  const Outcome other =
      run({"compare", "--config", "small.json", "--out", "second", "--shard", "3/4", "--quiet"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_EQ(other.out, "");
  EXPECT_EQ(board("second").at("complete"), false);
  run_well({"compare", "--merge", "first", "second", "--out", "merged"});
  json merged = board("merged"), whole = board("whole");
  EXPECT_EQ(merged.at("rows")[0].at("runs"), json({"../first/runs/bce-1", "../second/runs/bce-2"}));
  for (json* all : {&merged, &whole}) {
    for (json& row : all->at("rows")) {
      row.erase("runs");
      row.erase("seconds_per_1000_steps");  // of a run that was made again
    }
  }
  EXPECT_EQ(merged, whole);
}

TEST_F(Comparison, PrintsItsLeaderboardAsJson) {
  const Outcome again = run_well({"compare", "--resume", "whole", "--json", "--quiet"});
  EXPECT_EQ(json::parse(again.out), board("whole"));
}

TEST_F(Comparison, TouchesNothingOutsideItsFolder) {
  fs::create_directories(path("victim-1/checkpoints"));
  write("victim-1/mine.txt", "mine");
  json plan = json::parse(read("whole/comparison.json"));
  plan["variants"][0]["name"] = "../../victim";
  write("whole/comparison.json", plan.dump());
  const auto error = StartsWith(
      R"(whole/comparison.json: variants[0].name: "../../victim" is not the name of a variant)");
  expect_refusals({
      {{"compare", "--resume", "whole"}, 6, error, ::testing::_},
      {{"compare", "--merge", "whole", "--out", "merged"}, 6, error, ::testing::_},
      {{"compare", "--out", "whole", "--run", "../../victim-1"}, 6, error, ::testing::_},
  });
}

TEST_F(Comparison, RefusesFilesThatWereAltered) {
  const auto altered = [&](const char* folder, const char* file, const char* pointer,
                           const json& value) {
    fs::copy(path("whole"), path(folder), fs::copy_options::recursive);
    const std::string name = fmt::format("{}/{}", folder, file);
    json document = json::parse(read(name));
    document[json::json_pointer(pointer)] = value;
    write(name, document.dump());
    return Words{"compare", "--resume", folder};
  };
  const Words variants = altered("a", "comparison.json", "/variants", json::array());
  const Words metrics = altered("b", "comparison.json", "/metrics", json::array());
  const Words scores = altered("c", "runs/bce-1/scores.json", "/scores", 3);
  const Words rows = {"compare", "--resume", "d"};
  fs::copy(path("whole"), path("d"), fs::copy_options::recursive);
  fs::remove(path("d/runs/bce-1/scores.json"));
  write("d/runs/bce-1/metrics.jsonl", "{\"step\": null}\n");
  expect_refusals({
      {variants, 6, "a/comparison.json: variants: is empty", ::testing::_},
      {metrics, 6, "b/comparison.json: metrics: is empty", ::testing::_},
  });
  Outcome outcome = run(scores);
  EXPECT_EQ(outcome.code, 6);
  EXPECT_EQ(outcome.err,
            "error: c/runs/bce-1/scores.json: scores: 3 is not a list\n"
            "hint:  delete it: then the run is scored again\n");
  outcome = run(rows);
  EXPECT_EQ(outcome.code, 6);
  EXPECT_THAT(outcome.err, HasSubstr("metrics.jsonl:1: step: null is not a whole number"));
}

TEST_F(Comparison, RefusesAnotherPlanInItsDirectory) {
  write("other.json", small_comparison({{"seeds", 3}, {"set", {{"train", {{"batch", 5}}}}}}));
  expect_refusals({
      {{"compare", "--config", "other.json", "--out", "whole"},
       6,
       AllOf(StartsWith("whole: holds another comparison: seeds, "),
             HasSubstr("variants.bce.config.train.batch")),
       "choose another directory"},
      {{"compare", "--config", "small.json", "--out", "whole/runs"},
       6,
       "whole/runs: exists and is no comparison",
       "choose another directory"},
      {{"compare", "--resume", "whole/runs"}, 6, "whole/runs: holds no comparison", ::testing::_},
  });
}

TEST_F(Program, RefusesComparisonsThatCannotBeMade) {
  write("c.json", small_comparison({{"variants", {{"x", "bec"}}}, {"sedes", 3}}));
  write("steps.json", small_comparison({{"variants", {{"x", {{"train", {{"steps", 99}}}}}}}}));
  expect_refusals({
      {{"compare"}, 2, "rnngan compare: --config is required", ::testing::_},
      {{"compare", "--config", "c.json", "--resume", "x"},
       2,
       "rnngan compare: --config, --resume and --merge exclude each other",
       ::testing::_},
      {{"compare", "--config", "c.json", "--shard", "3/2"},
       2,
       "--shard 3/2: is not I/N with I from 1 to N",
       ::testing::_},
      {{"compare", "--config", "c.json"}, 3, "c.json: sedes: unknown key", "did you mean seeds?"},
      {{"compare", "--config", "steps.json"},
       3,
       "steps.json: variants.x: train.steps is 99 here and 10 in the base",
       ::testing::_},
  });
}

/// A short run and a long one, one at a time.
class LongComparison : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    write("sine.csv", sine_csv(60));
    write("long.json",
          small_comparison(
              {{"equal_steps", false},
               {"variants", {{"boom", nullptr}, {"long", {{"train", {{"steps", 600}}}}}}},
               {"seeds", 1}}));
  }
  Invocation whole() const {
    return {{"compare", "--config", "long.json", "--out", "out", "-j", "1"}, folder()};
  }
  /// Waits until the long run has written a checkpoint after its first.
  void wait_for_the_long_run(const Process& process) const {
    while (process.running() && newest() < 10) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(process.running());
  }
  int newest() const {
    int newest = -1;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path("out/runs/long-1/checkpoints"), ignored)) {
      const std::string stem = entry.path().stem().string();
      if (stem.find_first_not_of("0123456789") == std::string::npos) {
        newest = std::max(newest, std::stoi(stem));
      }
    }
    return newest;
  }
};

TEST_F(LongComparison, GoesOnAfterBeingKilledAndAfterSignals) {
  {
    Process killed(whole());
    wait_for_the_long_run(killed);
    killed.signal(SIGKILL);
    EXPECT_EQ(killed.wait().code, -SIGKILL);
  }
  const auto first = snapshot(path("out/runs/bce-1"));
  for (const int signal : {SIGHUP, SIGTERM}) {
    Process stopped(whole());
    const int before = newest();
    while (stopped.running() && newest() <= before + 10) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stopped.signal(signal);
    const Outcome outcome = stopped.wait();
    EXPECT_EQ(outcome.code, 128 + signal) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("rnngan compare --resume out"));
    EXPECT_THAT(outcome.out, HasSubstr("1 of 2 runs are done"));
  }
  EXPECT_FALSE(fs::exists(path("out/leaderboard.json")));
  run_well({"compare", "--resume", "out", "--quiet"});
  EXPECT_THAT(snapshot(path("out/runs/bce-1")), ::testing::ContainerEq(first));
  EXPECT_THAT(read("out/runs/long-1/run.log"), HasSubstr("resume   "));
  const json leaderboard = json::parse(read("out/leaderboard.json"));
  for (const json& row : leaderboard.at("rows")) {
    EXPECT_EQ(row.at("statuses"), json({"ok"}));
  }
}

TEST_F(Program, ARunWithoutSpaceFailsWithItsReason) {
  write("sine.csv", sine_csv(60));
  write("c.json", small_comparison({{"variants", {{"boom", nullptr}}}, {"seeds", 1}}));
  Invocation invocation{{"compare", "--config", "c.json", "--out", "out"}, folder()};
  invocation.largest_file = 16384;  // more than the plan, less than a checkpoint
  const Outcome outcome = run_program(invocation);
  EXPECT_EQ(outcome.code, 6) << outcome.err;
  EXPECT_THAT(outcome.err, StartsWith("error: bce-1: failed: "));
  EXPECT_THAT(outcome.err, HasSubstr("File too large"));
  const json row = json::parse(read("out/leaderboard.json")).at("rows")[0];
  EXPECT_EQ(row.at("statuses"), json({"failed"}));
  EXPECT_THAT(row.at("reasons")[0], HasSubstr("File too large"));
}

}  // namespace compare_test
}  // namespace rnngan::cli_testing
