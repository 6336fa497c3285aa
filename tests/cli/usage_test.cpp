// Command lines that name no work to do.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace usage_test {

using ::testing::StartsWith;

TEST_F(Program, RefusesAWrongVerb) {
  expect_refusals({
      {{},
       2,
       "rnngan: names no verb (train, sample, export, config, data, losses, evaluate, compare, "
       "tune, "
       "metrics, report, inspect, completion)",
       "see rnngan --help"},
      {{"trian"}, 2, "trian: unknown verb", "did you mean train?"},
      {{"data"}, 2, "rnngan data: names no verb (show, make)", "see rnngan data --help"},
      {{"config", "chekc"}, 2, "chekc: unknown verb", "did you mean check?"},
  });
}

TEST_F(Program, RefusesAnUnknownOption) {
  expect_refusals({
      {{"train", "--confg", "tiny.json"}, 2, "--confg: unknown option", "did you mean --config?"},
      {{"train", "--config", "tiny.json", "--quite=1"},
       2,
       "--quite=1: unknown option",
       "did you mean --quiet?"},
      {{"losses", "--zzz"}, 2, "--zzz: unknown option", "see rnngan losses --help"},
      {{"train", "tiny.json"}, 2, "tiny.json: unexpected argument", "see rnngan train --help"},
  });
}

TEST_F(Program, RefusesAMissingArgument) {
  expect_refusals({
      {{"train"},
       2,
       "rnngan train: --config is required",
       "rnngan train --config configs/eustockmarkets.json, or --resume RUN"},
      {{"sample"}, 2, "rnngan sample: --checkpoint is required", "see rnngan sample --help"},
      {{"train", "--config"},
       2,
       "--config: takes one value and may be given once",
       "see rnngan train --help"},
  });
}

TEST_F(Program, RefusesAWrongValueOfAnOption) {
  const std::string see = "see rnngan sample --help";
  expect_refusals({
      {{"sample", "run", "-n", "1.5"}, 2, "--count: 1.5 is not a whole number of at least 1", see},
      {{"sample", "run", "--length", "0"},
       2,
       "--length: 0 is not a whole number of at least 1",
       see},
      {{"sample", "run", "--seed", "-1"}, 2, "--seed: -1 is not a whole number of at least 0", see},
      {{"sample", "run", "--threads", "99999"},
       2,
       "--threads: 99999 is not a whole number of at least 1 and at most 1024",
       see},
      {{"sample", "run", "--weights", "best"}, 2, StartsWith("--weights: best not in"), see},
      {{"sample", "run", "--device", "gpu"},
       2,
       "--device: gpu is not a device (auto, cpu, cuda, cuda:N)",
       see},
  });
}

TEST_F(Program, RefusesOptionsThatExcludeEachOther) {
  expect_refusals({
      {{"train", "--config", "tiny.json", "-q", "-v"},
       2,
       "rnngan train: --quiet excludes --verbose",
       "see rnngan train --help"},
      {{"train", "--config", "tiny.json", "--out", "a", "--resume", "b"},
       2,
       "rnngan train: --out and --resume exclude each other",
       "a resumed run stays in its directory"},
  });
}

TEST_F(Program, RefusesASetThatIsNoAssignment) {
  const std::string hint = "write KEY=VALUE, as in train.batch=32";
  expect_refusals({
      {{"train", "--config", "tiny.json", "--set", "train.batch"},
       2,
       "--set train.batch: has no '='",
       hint},
      {{"train", "--config", "tiny.json", "--set", "=3"},
       2,
       "--set =3: has no path before the '='",
       hint},
  });
}

TEST_F(Program, RefusesUnknownNamesOfTheCatalogs) {
  expect_refusals({
      {{"losses", "r3gna"}, 2, "rnngan losses: r3gna: unknown name", "did you mean r3gan?"},
      {{"losses", "mystery"},
       2,
       "rnngan losses: mystery: unknown name",
       "rnngan losses lists all of them"},
      {{"data", "make", "sine_rgn"},
       2,
       StartsWith("rnngan data make: sine_rgn: unknown data set (sine_timegan, "),
       "did you mean sine_rgan?"},
  });
}

}  // namespace usage_test
}  // namespace rnngan::cli_testing
