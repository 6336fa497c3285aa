// Times and covariates from a file through training to samples.
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "app/evaluate.h"
#include "app/model.h"
#include "app/scored_sets.h"
#include "app/train.h"
#include "core/error.h"
#include "core/time_text.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace known_steps_test {

using ::testing::HasSubstr;
using testing_files::read_text;
using testing_files::TemporaryFolder;
using testing_files::write_text;

class KnownSteps : public ::testing::Test {
 protected:
  /// Trains on 300 rows, `gap(row)` seconds behind the one before.
  Model trained(const std::function<int64_t(int)>& gap, const std::string& data) {
    std::string text = "t,promo,kind,v\n";
    int64_t now = 1'000'000'000;
    for (int row = 0; row < 300; ++row) {
      now += gap(row);
      text += fmt::format("{},{},{},{:.2f}\n", format_time({now, 0}, "%d.%m.%Y %H:%M:%S"), row % 3,
                          row % 7 == 0 ? "x" : "y", std::sin(row * 0.3));
    }
    write_text(folder_.path() / "rows.csv", text);
    write_text(folder_.path() / "config.json",
               R"({"data": {"path": ")" + (folder_.path() / "rows.csv").string() +
                   R"(", "window": {"length": 6}, "split": {"test": 0.3}, )" + data +
                   R"(}, "objective": "hinge",
      "model": {"generator": {"hidden": 6}, "discriminator": {"hidden": 6, "head": 6}},
      "train": {"steps": 2, "batch": 8, "schedule": {"kind": "constant"}, "sample": {"every": 2, "count": 3}},
      "evaluate": {"every": 2, "metrics": ["mmd2"], "select_by": ["mmd2"]}})");
    const auto run = folder_.path() / "run";
    train({.config = folder_.path() / "config.json", .out = run, .report = false});
    return open_model(run, {.device = "cpu"});
  }

  TemporaryFolder folder_;
};

TEST_F(KnownSteps, SamplesBeginWhereTrainingSequencesDoOrAsAsked) {
  const Model model = trained([](int) { return 900; }, R"("time": "t", "columns": ["v"])");
  const auto& starts = model.schema().time.starts;
  const SequenceSet samples = model.sample({.count = 40});
  std::set<double> seen;
  for (int64_t n = 0; n < samples.count(); ++n) {
    const at::Tensor times = samples.padded_times()[n];
    EXPECT_TRUE(std::ranges::binary_search(starts, times[0].item<double>()));
    EXPECT_EQ(times[5].item<double>() - times[0].item<double>(), 5 * 900);
    seen.insert(times[0].item<double>());
  }
  EXPECT_GT(seen.size(), 10U);
  const SequenceSet asked = model.sample({.count = 2, .start = "2026-01-01T00:00"});
  EXPECT_EQ(asked.time.text(asked.padded_times()[1][1].item<double>()), "01.01.2026 00:15:00");
  EXPECT_THROW(model.sample({.count = 2, .start = "soon"}), Error);
  EXPECT_THROW(model.sample({.count = 2, .start = "2026-01-01T00:00:00.5"}), Error);
  // The values do not depend on when they are, and files hold what the front gives.
  EXPECT_TRUE(torch::equal(asked.padded(), samples.padded().narrow(0, 0, 2)));
  const auto file = folder_.path() / "samples.csv";
  const auto writer = make_sequence_writer(file, {empty_set(model.schema()), 2, 6});
  model.sample({.count = 2, .start = "01.01.2026 00:00:00"}, *writer);
  writer->finish();
  EXPECT_THAT(read_text(file), HasSubstr("sequence_id,step,t,v\n0,0,01.01.2026 00:00:00,"));
}

TEST_F(KnownSteps, IrregularGapsAreLearntAndNoColumnOfSamples) {
  const Model model = trained([](int row) { return row % 4 == 0 ? 3600 : 60 * (1 + row % 3); },
                              R"("time": "t", "columns": ["v"])");
  EXPECT_EQ(model.schema().features(), 2);
  const SequenceSet samples = model.sample({.count = 30});
  EXPECT_EQ(samples.features(), 1);
  const at::Tensor times = samples.padded_times();
  const at::Tensor gaps = times.narrow(1, 1, 5) - times.narrow(1, 0, 5);
  EXPECT_GE(gaps.min().item<double>(), 60);
  EXPECT_LE(gaps.max().item<double>(), 3600);
  ScoredSetsRequest request;
  request.checkpoint = folder_.path() / "run";
  const ScoredSets sets = load_scored_sets(request);
  EXPECT_EQ(sets.data.real.features(), 1) << "scores are of the columns of the file";
}

// One of a version that only sorted by times.
TEST_F(KnownSteps, ARunWithoutTimesGoesOnWithoutThem) {
  trained([](int row) { return row % 4 == 0 ? 3600 : 60; }, R"("columns": ["v"])");
  const auto run = folder_.path() / "run";
  const auto file = run / "checkpoints/2.safetensors";
  Checkpoint checkpoint = read_checkpoint(file);
  ASSERT_FALSE(checkpoint.schema.time.known());
  checkpoint.config["data"]["time"] = "t";
  write_checkpoint(file, checkpoint);
  const RunSummary more = train({.sets = {"train.steps=4"}, .resume = file, .report = false});
  EXPECT_EQ(read_checkpoint(more.checkpoint).schema, checkpoint.schema);
}

TEST_F(KnownSteps, CovariatesComeFromOtherSequences) {
  const Model model =
      trained([](int) { return 3600; },
              R"("time": "t", "covariates": ["promo", "kind"], "calendar": ["hour"])");
  EXPECT_EQ(model.schema().features(), 1);
  EXPECT_EQ(model.schema().covariate_width(), 2 + 1 + 2);
  EXPECT_THROW(model.sample({.count = 3}), Error) << "nothing is known of them";
  // A file of nothing but what is known; it is one window.
  std::string known = "t,promo,kind\n";
  for (int row = 0; row < 6; ++row) {
    known += fmt::format("0{}.01.2026 00:00:00,{},{}\n", 1 + row, row, row == 2 ? "x" : "y");
  }
  const auto file = folder_.path() / "known.csv";
  write_text(file, known);
  const SequenceSet samples = model.sample({.count = 3, .like = model.conditions_of(file)});
  ASSERT_EQ(samples.count(), 3);
  EXPECT_EQ(samples.padded_covariates()[2][5][0].item<double>(), 5);
  EXPECT_EQ(samples.time.text(samples.padded_times()[2][0].item<double>()), "01.01.2026 00:00:00");
  // Its times stay what they are, even where they do not lie on the grid of the data.
  EXPECT_EQ(samples.time.text(samples.padded_times()[0][5].item<double>()), "06.01.2026 00:00:00");
  // Another promotion, other values.
  write_text(file, "t,promo,kind\n" + known.substr(known.find("01.01")).replace(20, 1, "9"));
  const SequenceSet other = model.sample({.count = 3, .like = model.conditions_of(file)});
  EXPECT_FALSE(torch::equal(samples.padded(), other.padded()));
  // Without times it begins when training sequences do.
  write_text(file, "promo,kind\n1,x\n2,y\n");
  const SequenceSet any = model.sample({.count = 2, .like = model.conditions_of(file)});
  EXPECT_EQ(any.steps(), 2);
  EXPECT_TRUE(std::ranges::binary_search(model.schema().time.starts,
                                         any.padded_times()[0][0].item<double>()));
  write_text(file, "t,promo\n01.01.2026 00:00:00,1\n");
  EXPECT_THROW(model.conditions_of(file), Error);
  // Scores: samples take the covariates of the held-out sequences.
  ScoredSetsRequest request;
  request.checkpoint = folder_.path() / "run";
  const ScoredSets sets = load_scored_sets(request);
  EXPECT_TRUE(
      torch::equal(sets.data.synthetic.padded_covariates(), sets.data.real.padded_covariates()));
}

}  // namespace known_steps_test
}  // namespace rnngan
