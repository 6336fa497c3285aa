#include "training/monitor.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "tests/training/support.h"
#include "training/networks.h"

namespace rnngan {
namespace monitor_test {

using ::testing::HasSubstr;
using testing_support::SmallRun;

/// A run of sines with enough sequences held out, scored every second step.
struct MonitoredRun {
  explicit MonitoredRun(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> sets = {"data.split.validation=0.5", "evaluate.every=2",
                                     "train.schedule.kind=constant", "train.log.every=3"};
    sets.insert(sets.end(), more.begin(), more.end());
    run = std::make_unique<SmallRun>("monitor-" + name, sets);
  }
  TrainerHooks hooks() {
    TrainerHooks hooks = run->hooks();
    hooks.on_scores = [this](const MonitorReport& report) { reports.push_back(report); };
    return hooks;
  }
  std::unique_ptr<Trainer> trainer() {
    return std::make_unique<Trainer>(run->config, run->data, run->run, torch::kCPU, hooks());
  }
  nlohmann::json scores() const {
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& report : reports) rows.push_back(to_json(report));
    return rows;
  }

  std::unique_ptr<SmallRun> run;
  std::vector<MonitorReport> reports;
};

void expect_equal(const Checkpoint& a, const Checkpoint& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_TRUE(torch::equal(tensor, b.tensors.at(name))) << name;
  }
}

TEST(Monitor, ScoresEachPeriodAndTheEnd) {
  MonitoredRun run("periods", {"train.steps=5", "evaluate.count=25"});
  auto trainer = run.trainer();
  EXPECT_EQ(trainer->monitor().count(), 24);  // training sequences are fewer than 25
  trainer->run();
  std::vector<int64_t> steps;
  for (const auto& report : run.reports) steps.push_back(report.step);
  EXPECT_THAT(steps, testing::ElementsAre(2, 4, 5));
  const nlohmann::json row = run.scores()[0];
  EXPECT_EQ(row["step"], 2);
  for (const char* id : {"mmd2", "mmd2_d1", "marginal_w1", "marginal_w1_d1", "acf", "acf_d1"}) {
    EXPECT_TRUE(std::isfinite(row[std::string("score.") + id].get<double>())) << id;
    EXPECT_TRUE(std::isfinite(row["score." + std::string(id) + ".floor"].get<double>())) << id;
    // An untrained generator is no match for training sequences.
    EXPECT_GT(row["score." + std::string(id)], row["score." + std::string(id) + ".floor"]) << id;
  }
  EXPECT_EQ(row["score.ed_nn.floor"], 1);
  EXPECT_EQ(row["score.invalid_rate"], 0);
  EXPECT_FALSE(row.contains("score.invalid_rate.floor"));
  EXPECT_TRUE(row.contains("score.selection"));
  for (const auto& report : run.reports) {
    EXPECT_EQ(report.scores[0].floor, run.reports[0].scores[0].floor);
  }
}

// What the monitor does, it does with numbers of its own.
TEST(Monitor, LeavesTrainingAlone) {
  MonitoredRun with("with"), without("without", {"evaluate.every=0"});
  auto scored = with.trainer(), plain = without.trainer();
  scored->run();
  plain->run();
  EXPECT_EQ(with.reports.size(), 4U);
  EXPECT_TRUE(without.reports.empty());
  EXPECT_EQ(with.run->rows, without.run->rows);
  expect_equal(scored->capture(), plain->capture());
}

TEST(Monitor, AScoreIsThatOfTheWeightsAlone) {
  MonitoredRun run("weights");
  Monitor monitor(run.run->config.config.evaluate, run.run->data, 1);
  const auto generator =
      make_generator(run.run->config.config.model.generator, run.run->data.schema, 7, torch::kCPU);
  const auto first = to_json(monitor.score(*generator, 1, torch::kCPU));
  auto second = to_json(monitor.score(*generator, 2, torch::kCPU));
  second["step"] = 1;
  EXPECT_EQ(first, second);
  const auto other =
      make_generator(run.run->config.config.model.generator, run.run->data.schema, 8, torch::kCPU);
  EXPECT_NE(to_json(monitor.score(*other, 1, torch::kCPU))["score.mmd2"], first["score.mmd2"]);
}

TEST(Monitor, TellsOfCeilingsAndOfWhatItCompared) {
  MonitoredRun run("compared");
  Monitor monitor(run.run->config.config.evaluate, run.run->data, 1);
  const auto generator =
      make_generator(run.run->config.config.model.generator, run.run->data.schema, 7, torch::kCPU);
  const MonitorReport report = monitor.score(*generator, 1, torch::kCPU);
  EXPECT_EQ(report.scores[0].metric, "mmd2");
  EXPECT_GT(report.scores[0].ceiling.value(), report.scores[0].floor.value());
  EXPECT_EQ(report.real->count(), monitor.count());
  EXPECT_EQ(report.synthetic->count(), monitor.count());
  EXPECT_FALSE(torch::equal(report.real->padded(), report.synthetic->padded()));
}

TEST(Monitor, KeepsTheBestStep) {
  MonitoredRun run("best", {"train.steps=12", "train.checkpoint.every=1", "train.checkpoint.keep=1",
                            "train.optim.generator.lr=0.2"});
  run.trainer()->run();
  const MonitorReport* best = &run.reports.front();
  for (const auto& report : run.reports) {
    ASSERT_TRUE(report.selection);
    EXPECT_EQ(report.best,
              &report == &run.reports.front() || *report.selection <= *best->selection);
    if (report.best) best = &report;
  }
  const auto file = find_checkpoint(run.run->run.path());
  EXPECT_EQ(file, run.run->run.best_checkpoint()) << "a run means its best checkpoint";
  EXPECT_EQ(newest_checkpoint(run.run->run.path()), run.run->run.checkpoint(12));
  const Checkpoint kept = read_checkpoint(file);
  EXPECT_EQ(kept.counter("step"), best->step);
  EXPECT_EQ(kept.best["best_step"], best->step);
  EXPECT_EQ(kept.best["best_selection"], *best->selection);
  const Checkpoint last = read_checkpoint(run.run->run.checkpoint(12));
  EXPECT_EQ(last.best, kept.best);
}

// The best so far is part of what a checkpoint carries.
TEST(Monitor, ResumeIsExact) {
  MonitoredRun whole("whole");
  auto straight = whole.trainer();
  straight->run();
  MonitoredRun half("half", {"train.steps=4"});
  const TrainResult stopped = half.trainer()->run();
  MonitoredRun rest("rest");
  auto resumed = rest.trainer();
  resumed->restore(read_checkpoint(stopped.checkpoint), "test");
  resumed->run();
  expect_equal(straight->capture(), resumed->capture());
  EXPECT_EQ(straight->capture().best, resumed->capture().best);
  nlohmann::json joined = half.scores();
  for (const auto& row : rest.scores()) joined.push_back(row);
  EXPECT_EQ(whole.scores(), joined);
  for (size_t i = 0; i < rest.reports.size(); ++i) {
    EXPECT_EQ(rest.reports[i].best, whole.reports[i + 2].best);
  }
}

// A best checkpoint can be gone on from like any other.
TEST(Monitor, TheBestCheckpointCanBeResumed) {
  MonitoredRun whole("whole-best", {"train.steps=6"});
  auto straight = whole.trainer();
  straight->run();
  MonitoredRun rest("rest-best", {"train.steps=6"});
  auto resumed = rest.trainer();
  const Checkpoint best = read_checkpoint(whole.run->run.best_checkpoint());
  resumed->restore(best, "test");
  if (best.counter("step") < 6) resumed->run();
  expect_equal(straight->capture(), resumed->capture());
}

TEST(Monitor, IsOffWhereThereIsTooLittleToCompareWith) {
  const auto why = [](const std::string& name, const std::vector<std::string>& sets) {
    MonitoredRun run(name, sets);
    auto trainer = run.trainer();
    trainer->run();
    EXPECT_TRUE(run.reports.empty()) << name;
    EXPECT_FALSE(std::filesystem::exists(run.run->run.best_checkpoint())) << name;
    EXPECT_TRUE(trainer->capture().best.empty()) << name;
    return trainer->monitor().why_off();
  };
  EXPECT_THAT(why("few", {"data.split.validation=0.2"}),
              HasSubstr("12 for validation, 42 for training (20 at least"));
  EXPECT_THAT(why("none", {"data.split.policy=none", "data.split.validation=0.1"}),
              HasSubstr("nothing is held out"));
  EXPECT_THAT(why("zero", {"evaluate.every=0"}), HasSubstr("evaluate.every is 0"));
  EXPECT_THAT(why("empty", {"evaluate.metrics=[]", "evaluate.select_by=[]"}),
              HasSubstr("evaluate.metrics is empty"));
}

TEST(Monitor, SelectsByWhatItIsTold) {
  MonitoredRun run("selected", {"train.steps=2", "evaluate.metrics=[\"acf\"]",
                                "evaluate.select_by=[\"marginal_w1\"]"});
  run.trainer()->run();
  const MonitorReport& report = run.reports.at(0);
  ASSERT_EQ(report.scores.size(), 2U);
  EXPECT_EQ(report.scores[0].metric, "marginal_w1");
  EXPECT_EQ(report.scores[1].metric, "acf");
  ASSERT_TRUE(report.selection);
  EXPECT_GT(*report.selection, 0);
  MonitoredRun never("never", {"train.steps=2", "evaluate.select_by=[]"});
  never.trainer()->run();
  EXPECT_FALSE(never.reports.at(0).selection);
  EXPECT_FALSE(std::filesystem::exists(never.run->run.best_checkpoint()));
  // A score without a norm selects nothing.
  MonitoredRun normless("normless", {"train.steps=2", "evaluate.select_by=[\"invalid_rate\"]"});
  normless.trainer()->run();
  EXPECT_FALSE(normless.reports.at(0).best);
}

// Validation sequences of another level: noise of their mean beats training sequences by levels,
// which says nothing about the generator; only differences select.
TEST(Monitor, ADriftLeavesLevelsOut) {
  MonitoredRun run("drift", {"evaluate.select_by=[\"mmd2\", \"mmd2_d1\", \"marginal_w1\", "
                             "\"marginal_w1_d1\"]"});
  Dataset data = run.run->data;
  data.validation = with_values(data.validation, data.validation.padded() + 50);
  const EvaluateConfig& config = run.run->config.config.evaluate;
  Monitor drifted(config, data, 1), plain(config, run.run->data, 1);
  const auto generator =
      make_generator(run.run->config.config.model.generator, data.schema, 7, torch::kCPU);
  const MonitorReport report = drifted.score(*generator, 1, torch::kCPU);
  EXPECT_THAT(drifted.selecting(), testing::ElementsAre("marginal_w1_d1", "mmd2_d1"));
  EXPECT_THAT(drifted.left_out(), testing::ElementsAre("marginal_w1", "mmd2"));
  for (const auto& score : report.scores) {
    EXPECT_EQ(score.selects, score.metric == "mmd2_d1" || score.metric == "marginal_w1_d1");
  }
  ASSERT_TRUE(report.selection);
  EXPECT_GT(*report.selection, 0);
  plain.score(*generator, 1, torch::kCPU);
  EXPECT_THAT(plain.selecting(), testing::Contains("marginal_w1"));
}

TEST(Monitor, NamesUnknownScores) {
  EvaluateConfig config;
  config.select_by = {"mmd3"};
  try {
    require_known_scores(config);
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_STREQ(error.what(), "evaluate.select_by: \"mmd3\" is neither a score nor a group");
    EXPECT_EQ(error.problems().front().hint, "did you mean mmd2?");
  }
}

// Checkpoints of programs without a monitor go on with none that is best.
TEST(Monitor, StateIsChecked) {
  MonitoredRun run("state");
  Monitor monitor(run.run->config.config.evaluate, run.run->data, 1);
  monitor.restore(nlohmann::json::object(), "file");
  EXPECT_FALSE(monitor.best_step());
  monitor.restore({{"best_step", 7}, {"best_selection", 0.25}}, "file");
  EXPECT_EQ(monitor.best_step(), 7);
  EXPECT_EQ(monitor.state()["best_selection"], 0.25);
  EXPECT_THROW(monitor.restore({{"best_step", "x"}}, "file"), Error);
}

}  // namespace monitor_test
}  // namespace rnngan
