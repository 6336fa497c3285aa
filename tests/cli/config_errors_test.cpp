// Configs that must be refused, with all their problems at once, before anything is written.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace config_errors_test {

using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST_F(Program, RefusesAConfigThatCannotBeRead) {
  fs::create_directory(path("folder"));
  write("broken.json", "{\n  \"data\": {\"path\": \"sine.csv\",\n}");
  write("twice.json", "{\n  \"data\": {},\n  \"data\": {}\n}");
  write("empty.json", "");
  write("list.json", "[1]");
  expect_refusals({
      {{"train", "--config", "nope.json"},
       3,
       "nope.json: no such file",
       "looked for nope.json, configs/nope.json"},
      {{"train", "--config", "./folder/../nope.json"},
       3,
       "./folder/../nope.json: no such file",
       ""},
      {{"train", "--config", "folder"}, 3, "folder: is a directory", ""},
      {{"train", "--config", "broken.json"},
       3,
       StartsWith("broken.json:3:1: syntax error"),
       "remove the comma before }"},
      {{"train", "--config", "twice.json"},
       3,
       "twice.json:3:3: duplicate key \"data\" (first on line 2)",
       "keep one of the two"},
      {{"config", "check", "--config", "empty.json"},
       3,
       "empty.json:1:1: the document is empty",
       "write at least {}"},
      {{"config", "show", "--config", "list.json"},
       3,
       "list.json: [1] is not an object",
       "a config is { ... } with keys inside"},
  });
}

/// Runs what must be refused for its config and returns all that it says, line by line.
class Configs : public Program {
 protected:
  std::vector<std::string> complaints(const Words& arguments) const {
    const auto before = snapshot(folder());
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 3);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(snapshot(folder()), ::testing::ContainerEq(before));
    return lines_of(outcome.err);
  }
};

TEST_F(Configs, ReportsAllProblemsOfAFileAtOnce) {
  write("bad.json", tiny_config({{"data", {{"scaling", "cubic"}, {"windw", 1}}},
                                 {"model", {{"generator", {{"hidden", 1.9}, {"layers", "2"}}}}},
                                 {"train", {{"batch", -1}, {"ema", {{"decay", 1}}}}}}));
  EXPECT_THAT(
      complaints({"train", "--config", "bad.json"}),
      ElementsAre(
          "error: bad.json: data.scaling: \"cubic\" is not one of auto, standard, asinh, log, "
          "minmax, quantile, none",
          "error: bad.json: data.windw: unknown key", "hint:  did you mean data.window?",
          "error: bad.json: model.generator.hidden: 1.9 is not a whole number or \"auto\" (from 1 "
          "to "
          "65536)",
          "error: bad.json: model.generator.layers: \"2\" is not a whole number (from 1 to 64)",
          "hint:  write it without quotes: 2",
          "error: bad.json: train.batch: -1 is out of range (at least 1)",
          "error: bad.json: train.ema.decay: 1 is out of range (at least 0 and less than 1)"));
}

TEST_F(Configs, SaysWhichSetIsWrong) {
  EXPECT_THAT(complaints({"train", "--config", "tiny.json", "--set", "data.windw.length=48",
                          "--set", "train.steps=0", "--set", "train.batch=\"64\""}),
              ElementsAre("error: data.windw: unknown key (in data.windw.length=48)",
                          "hint:  did you mean data.window?",
                          "error: train.batch: \"64\" is not a whole number (at least 1) (in "
                          "train.batch=\"64\")",
                          "hint:  write it without quotes: 64",
                          "error: train.steps: 0 is out of range (at least 1) (in train.steps=0)"));
  EXPECT_THAT(complaints({"train", "--config", "tiny.json", "--set", "train.device=gpu"}),
              ElementsAre("error: train.device: \"gpu\" is not a device (auto, cpu, cuda, cuda:N) "
                          "(in train.device=gpu)"));
}

TEST_F(Configs, KnowsTheNamesOfObjectives) {
  EXPECT_THAT(complaints({"train", "--config", "tiny.json", "--set", "objective=wgan_pg"}),
              ElementsAre(StartsWith("error: objective: unknown preset \"wgan_pg\" (bce, "),
                          "hint:  did you mean wgan_gp?"));
  EXPECT_THAT(
      complaints({"train", "--config", "tiny.json", "--set", "objective.adversarial.type=hing",
                  "--set", "objective.terms.r9.weight=1", "--set", "objective.terms.r1.wieght=1"}),
      ElementsAre(
          StartsWith("error: objective.adversarial.type: unknown adversarial loss \"hing\" ("),
          "hint:  did you mean hinge?",
          StartsWith("error: objective.terms.r1.wieght: unknown option of r1 ("),
          "hint:  did you mean objective.terms.r1.weight?",
          StartsWith("error: objective.terms.r9: unknown term \"r9\" ("),
          "hint:  did you mean r1?"));
}

TEST_F(Program, RefusesImpossibleCombinations) {
  write("score.json",
        tiny_config({{"objective", "r3gan"}, {"model", {{"discriminator", {{"score", "step"}}}}}}));
  expect_refusals({
      {{"train", "--config", "score.json"},
       3,
       "score.json: objective.adversarial: rpgan needs one score per sequence, but "
       "model.discriminator.score is step",
       "set model.discriminator.score to pooled, seq_mean or seq_last"},
      {{"train", "--config", "tiny.json", "--set", "data.split.test=0.95"},
       3,
       "data.split.validation: 0.1 and data.split.test 0.95 leave nothing to train on (together "
       "less than 1) (in data.split.test=0.95)",
       ""},
      {{"train", "--config", "tiny.json", "--set", "data.path="},
       3,
       "data.path: names no data file",
       "set data.path to a CSV or NPY file"},
  });
}

TEST_F(Program, RefusesADeviceThatIsNotThere) {
  write("cuda.json", tiny_config({{"train", {{"device", "cuda"}}}}));
  if (run({"config", "check", "--config", "cuda.json"}).code == 0) GTEST_SKIP() << "there is a GPU";
  const std::string hint = "use device cpu";
  expect_refusals({
      {{"train", "--config", "cuda.json"}, 8, StartsWith("cuda: "), StartsWith(hint)},
      {{"train", "--config", "tiny.json", "--device", "cuda:1"},
       8,
       StartsWith("cuda"),
       StartsWith(hint)},
  });
}

}  // namespace config_errors_test
}  // namespace rnngan::cli_testing
