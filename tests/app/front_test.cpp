// The library's front as another program uses it: no command line, nothing printed.
#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "app/evaluate.h"
#include "app/model.h"
#include "app/train.h"
#include "core/error.h"
#include "data/data_file.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace front_test {

using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing_files::read_text;
using testing_files::TemporaryFolder;
using testing_files::write_text;

/// Two columns of 400 rows, of two and of three digits behind the point.
std::string two_waves() {
  std::ostringstream text;
  text << "a,b\n" << std::fixed;
  for (int row = 0; row < 400; ++row) {
    text.precision(2);
    text << 5 + std::sin(row * 0.3) << ',';
    text.precision(3);
    text << std::cos(row * 0.2) << '\n';
  }
  return text.str();
}

/// A config of a small model, and its data, in a folder of its own.
class Front : public ::testing::Test {
 protected:
  Front() {
    write_text(folder_.path() / "waves.csv", two_waves());
    write_text(config_, R"({"data": {"path": ")" + (folder_.path() / "waves.csv").string() + R"(",
                         "window": {"length": 6}, "split": {"test": 0.3}},
      "objective": "hinge",
      "model": {"generator": {"hidden": 6}, "discriminator": {"hidden": 6, "head": 6}},
      "train": {"steps": 4, "batch": 8, "log": {"every": 2}, "checkpoint": {"every": 2, "keep": 9},
                "sample": {"every": 0}}, "evaluate": {"every": 0}})");
  }

  RunSummary trained(std::vector<std::string> sets = {}) const {
    return train({.config = config_, .sets = std::move(sets), .out = run_, .report = false});
  }

  TemporaryFolder folder_;
  const std::filesystem::path config_ = folder_.path() / "config.json",
                              run_ = folder_.path() / "run";
};

TEST_F(Front, TrainsAndTellsOfIt) {
  std::vector<std::string> told;
  std::vector<int64_t> steps;
  size_t rows = 0;
  TrainSinks sinks;
  sinks.on_config = [&](const RunConfig& config) {
    told.push_back("config");
    EXPECT_EQ(config.train.steps, 4);
    EXPECT_FALSE(std::filesystem::exists(run_));
  };
  sinks.on_directory = [&](const auto& run) {
    told.push_back("directory");
    EXPECT_EQ(run, run_);
  };
  sinks.on_start = [&](const RunStart& start) {
    told.push_back("start");
    EXPECT_THAT(start.generator_parameters, Gt(0));
    EXPECT_THAT(start.discriminator_parameters, Gt(0));
    EXPECT_EQ(start.data.schema.features(), 2);
    EXPECT_EQ(start.step, 0);
  };
  sinks.on_step = [&](int64_t step) { steps.push_back(step); };
  sinks.on_row = [&](const nlohmann::json&) { ++rows; };
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const RunSummary run = train({.config = config_, .out = run_}, sinks);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(told, ElementsAre("config", "directory", "start"));
  EXPECT_THAT(steps, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(rows, 2U);
  EXPECT_EQ(run.step, 4);
  EXPECT_EQ(run.signal, 0);
  EXPECT_EQ(run.checkpoint, run_ / "checkpoints/4.safetensors");
  EXPECT_EQ(run.report, run_ / "report.html");
  EXPECT_TRUE(std::filesystem::exists(run.report));
  EXPECT_EQ(run.no_report, "");
}

TEST_F(Front, StopsWhereItIsAskedToAndGoesOn) {
  StopFlag stop;
  TrainSinks sinks;
  sinks.stop = &stop;
  sinks.on_step = [&](int64_t step) {
    if (step == 1) stop.request(15);
  };
  const RunSummary stopped = train({.config = config_, .out = run_, .report = false}, sinks);
  EXPECT_EQ(stopped.signal, 15);
  EXPECT_EQ(stopped.step, 1);
  const RunSummary whole = train({.resume = run_, .report = false});
  EXPECT_EQ(whole.step, 4);

  const auto in_one_go = folder_.path() / "in_one_go";
  const RunSummary other = train({.config = config_, .out = in_one_go, .report = false});
  const auto& resumed = read_checkpoint(whole.checkpoint).tensors;
  for (const auto& [name, tensor] : read_checkpoint(other.checkpoint).tensors) {
    EXPECT_TRUE(torch::equal(tensor, resumed.at(name))) << name;
  }
}

// Another version of the program may have found out other things from the same data.
TEST_F(Front, GoesOnWithTheSchemaOfTheCheckpoint) {
  const auto file = trained({"train.schedule.kind=\"constant\""}).checkpoint;
  Checkpoint checkpoint = read_checkpoint(file);
  checkpoint.schema.columns[0].max += 1;
  write_checkpoint(file, checkpoint);
  const RunSummary more = train({.sets = {"train.steps=6"}, .resume = file, .report = false});
  EXPECT_EQ(read_checkpoint(more.checkpoint).schema, checkpoint.schema);
}

TEST_F(Front, RefusesBeforeItWrites) {
  EXPECT_THROW(train({}), Error);
  EXPECT_THROW(train({.config = config_, .sets = {"train.stepps=3"}, .out = run_}), Error);
  EXPECT_THROW(train({.config = config_, .sets = {"data.path=\"absent.csv\""}, .out = run_}),
               Error);
  EXPECT_FALSE(std::filesystem::exists(run_));
  EXPECT_THROW(open_model(run_), Error);
}

TEST_F(Front, SamplesAreWhatAFileOfThemHolds) {
  const Model model = open_model(trained().run);
  EXPECT_EQ(model.file(), run_ / "checkpoints/4.safetensors");
  EXPECT_THAT(model.schema().columns, SizeIs(2));
  const SampleRequest request{.count = 7, .seed = 3};
  const auto file = folder_.path() / "samples.csv";
  const auto writer = make_sequence_writer(
      file, {empty_set(model.schema()), request.count, max_steps(model.schema(), request)});
  int64_t done = 0;
  model.sample(request, *writer, [&](int64_t count) { done = count; });
  writer->finish();
  EXPECT_EQ(done, 7);
  EXPECT_THAT(read_text(file), HasSubstr("sequence_id,step,a,b\n0,0,"));

  DataConfig read;
  read.path = file.string();
  const SequenceSet written = read_sequences(read, 6);
  const SequenceSet samples = model.sample(request);
  EXPECT_EQ(samples.count(), 7);
  EXPECT_TRUE(torch::equal(samples.padded(), written.padded()));

  const SequenceSet conditions = model.conditions_of(file);
  EXPECT_TRUE(torch::equal(conditions.lengths, samples.lengths));
  const SequenceSet alike = model.sample({.count = 9, .like = conditions});
  EXPECT_TRUE(torch::equal(alike.lengths.narrow(0, 0, 7), samples.lengths));
  EXPECT_THROW(model.conditions_of(folder_.path() / "absent.csv"), Error);
}

TEST_F(Front, ScoresACheckpointAndFilesAlike) {
  trained();
  const ScoredSets sets = load_scored_sets({.checkpoint = run_, .seed = 2});
  EXPECT_EQ(sets.data.synthetic.count(), sets.data.real.count());
  EvaluationRequest request;
  request.metrics = {"acf", "marginal_w1"};
  const auto scores = evaluate(sets, request);
  ASSERT_THAT(scores, SizeIs(2));
  for (const auto& score : scores) EXPECT_TRUE(score.result.value) << score.metric.name();

  const auto page = folder_.path() / "page.html";
  write_report(page, sets, scores, "rnngan evaluate");
  EXPECT_THAT(read_text(page), HasSubstr("<html"));
  EXPECT_THROW(load_scored_sets({.synthetic = page}), Error);
}

}  // namespace front_test
}  // namespace rnngan
