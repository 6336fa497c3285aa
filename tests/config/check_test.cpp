// Combinations that cannot work: each names both parties.
#include "config/check.h"

#include "support.h"

namespace rnngan {
namespace check_test {

using testing::only_message;
using testing::only_problem;
using testing::problems;
using testing::resolve;

TEST(Check, ScalarScoreAgainstTheScorePolicyStep) {
  EXPECT_EQ(
      only_message("{}", {"objective.terms.mmd={}", "model.discriminator.score=step"}),
      "objective.terms.mmd: mmd needs one score per sequence, but model.discriminator.score is "
      "step (in model.discriminator.score=step)");
  EXPECT_TRUE(problems("{}", {"model.discriminator.score=step"}).empty());
  EXPECT_TRUE(
      problems("{}", {"objective.terms.mmd={}", "model.discriminator.score=seq_last"}).empty());
}

TEST(Check, LabelsNeedALabelColumn) {
  EXPECT_EQ(only_message(R"({"objective": {"terms": {"classes": {}}}})"),
            "test: objective.terms.classes: classes needs classes, but data.label names no column");
  EXPECT_TRUE(
      problems(R"({"objective": {"terms": {"classes": {}}}, "data": {"label": "k"}})").empty());
}

TEST(Check, LogitsNeedALossThatHasThem) {
  EXPECT_EQ(only_message(R"({"objective": {"terms": {"s": {"type": "smoothing"}}}})"),
            "test: objective.terms.s: smoothing needs scores that are logits (bce), but "
            "objective.adversarial is hinge");
  EXPECT_THAT(only_message(R"({"objective": {"adversarial": null, "terms": {"smoothing": {}}}})"),
              ::testing::EndsWith("but objective.adversarial is null"));
  EXPECT_TRUE(
      problems(R"({"objective": {"preset": "plain", "terms": {"smoothing": {}}}})").empty());
}

TEST(Check, AnObjectiveNeedsSomethingToMinimise) {
  EXPECT_EQ(only_message(R"({"objective": {"adversarial": null}})"),
            "test: objective: has neither an adversarial loss nor a term");
  EXPECT_EQ(only_message("{}", {"objective.adversarial=null", "objective.terms=null"}),
            "objective: has neither an adversarial loss nor a term (in objective.terms=null)");
}

TEST(Check, SmallBatchesAgainstTermsOfTheWholeBatch) {
  EXPECT_EQ(only_message("{}", {"objective.terms.mmd={}", "train.batch=3"}),
            "train.batch: 3 is too small for objective.terms.mmd, whose value depends on the whole "
            "batch (at least 4) (in train.batch=3)");
  EXPECT_THAT(only_message("{}", {"objective.adversarial.type=pairs", "train.batch=3"}),
              ::testing::HasSubstr("objective.adversarial"));
  EXPECT_TRUE(problems("{}", {"objective.terms.mmd={}", "train.batch=4"}).empty());
  EXPECT_TRUE(problems("{}", {"train.batch=1"}).empty());
}

TEST(Check, SplitsLeaveSomethingToTrainOn) {
  EXPECT_EQ(only_message(R"({"data": {"split": {"validation": 0.5, "test": 0.5}}})"),
            "test: data.split.validation: 0.5 and data.split.test 0.5 leave nothing to train on "
            "(together less than 1)");
  EXPECT_TRUE(problems(R"({"data": {"split": {"validation": 0.5, "test": 0.25}}})").empty());
}

TEST(Check, AColumnHasOneRole) {
  EXPECT_EQ(only_message(R"({"data": {"time": "t", "id": "t"}})"),
            "test: data.id: column \"t\" is already data.time");
  EXPECT_EQ(only_message(R"({"data": {"label": "k", "static": ["a", "k"]}})"),
            "test: data.static: column \"k\" is already data.label");
  EXPECT_EQ(only_message(R"({"data": {"columns": ["x", "t"], "time": "t"}})"),
            "test: data.columns: column \"t\" is already data.time");
  EXPECT_EQ(only_message(R"({"data": {"columns": ["x", "x"]}})"),
            "test: data.columns: names column \"x\" twice");
  EXPECT_EQ(only_message(R"({"data": {"columns": [""]}})"),
            "test: data.columns: \"\" is not the name of a column");
  EXPECT_TRUE(problems(R"({"data": {"time": "t", "id": "i", "label": "k", "static": ["s"],
                                    "columns": ["x", "y"]}})")
                  .empty());
}

TEST(Check, AGeneratorNeedsNoise) {
  EXPECT_EQ(
      only_message("{}", {"model.generator.noise_step=0", "model.generator.noise_global=0"}),
      "model.generator.noise_step: 0, and model.generator.noise_global is 0: a generator needs "
      "noise (in model.generator.noise_global=0)");
  EXPECT_TRUE(problems("{}", {"model.generator.noise_step=0"}).empty());
  EXPECT_TRUE(problems("{}", {"model.generator.noise_global=0"}).empty());
}

TEST(Check, WarmupEndsBeforeTraining) {
  EXPECT_EQ(only_message("{}", {"train.schedule.warmup=100", "train.steps=100"}),
            "train.schedule.warmup: 100 is not less than train.steps 100 (in train.steps=100)");
  EXPECT_TRUE(problems("{}", {"train.schedule.warmup=99", "train.steps=100"}).empty());
}

TEST(Check, Devices) {
  for (const std::string device : {"auto", "cpu", "cuda", "cuda:0", "cuda:12"}) {
    EXPECT_TRUE(problems("{}", {"train.device=" + device}).empty()) << device;
  }
  for (const std::string device : {"gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:01", "CPU", ""}) {
    EXPECT_EQ(problems("{}", {"train.device=" + device}).size(), 1U) << device;
  }
}

TEST(Check, Delimiters) {
  for (const std::string delimiter : {"auto", ";", "|", " ", "\t"}) {
    EXPECT_TRUE(problems("{}", {"data.delimiter=" + delimiter}).empty()) << delimiter;
  }
  for (const std::string delimiter : {"", ",,", "Auto", "\"\\\"\"", "\n", "\u2192"}) {
    EXPECT_EQ(problems("{}", {"data.delimiter=" + delimiter}).size(), 1U) << delimiter;
  }
}

TEST(Timegan, ImpliesItsProtocol) {
  const DataConfig data = resolve("{}", {"data.compat=timegan"}).config.data;
  EXPECT_EQ(data.split.policy, SplitPolicy::none);
  EXPECT_EQ(data.scaling, Scaling::minmax);
  EXPECT_EQ(data.window.length, 24);
  EXPECT_EQ(
      resolve("{}", {"data.compat=timegan", "data.window.length=12"}).config.data.window.length,
      12);
  EXPECT_EQ(resolve("{}", {"data.compat=timegan", "data.scaling=standard"}).config.data.scaling,
            Scaling::standard);
}

TEST(Timegan, RefusesWhatContradictsIt) {
  EXPECT_EQ(only_problem(R"({"data": {"compat": "timegan", "split": {"policy": "time"}}})"),
            (Problem{"test: data.split.policy", "time, but data.compat timegan implies none",
                     "leave out data.split.policy or data.compat"}));
  EXPECT_EQ(
      only_message(R"({"data": {"compat": "timegan", "window": {"length": 0}}})"),
      "test: data.window.length: 0, but data.compat timegan implies windows of at least 1 step");
  EXPECT_TRUE(problems(R"({"data": {"compat": "timegan", "scaling": "minmax",
                                    "split": {"policy": "none"}, "window": {"length": 5}}})")
                  .empty());
}

TEST(DataPath, IsRequiredOnlyWhereDataIs) {
  const RunConfig none = resolve("{}").config;
  EXPECT_EQ(testing::problems_of([&] { require_data_path(none); }).size(), 1U);
  EXPECT_NO_THROW(require_data_path(resolve("{}", {"data.path=x.csv"}).config));
}

}  // namespace check_test
}  // namespace rnngan
