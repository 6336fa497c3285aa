// A search from its file to its best config, as a user makes it.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace tune_test {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Tuned : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    write("sine.csv", sine_csv(120));
    auto config = nlohmann::json::parse(tiny_config({{"evaluate", {{"every", 0}}}}));
    config["tune"] = {{"train.optim.generator.lr", {{"log", {1e-4, 1e-2}}}},
                      {"train.n_critic", {1, 2}}};
    config.update({{"trials", 4}, {"keep", 2}, {"metrics", {"mmd2"}}, {"rank_by", {"mmd2"}}});
    write("search.json", config.dump());
  }
};

TEST_F(Tuned, EndsWithItsBestConfigAndIsKept) {
  const Outcome outcome = run_well({"tune", "--config", "search.json", "--out", "t", "-j", "2"});
  const auto lines = lines_of(outcome.out);
  EXPECT_THAT(lines, Contains("rung     1 of 2: 4 candidates, 10 steps"));
  EXPECT_THAT(lines, Contains("rung     2 of 2: 2 candidates, 20 steps"));
  EXPECT_THAT(lines, Contains(HasSubstr(" validation sequences")));
  EXPECT_THAT(lines, Contains(StartsWith("key      train.")));
  EXPECT_THAT(lines, Contains("next     rnngan train --config t/best.json"));
  const auto board = nlohmann::json::parse(read("t/rung-2/leaderboard.json"));
  EXPECT_EQ(board["split"], "validation");
  EXPECT_EQ(board["rows"].size(), 2U);
  const std::string best = board["rows"][0]["variant"];
  EXPECT_EQ(read("t/best.json"), read("t/rung-2/configs/" + best + ".json"));
  // Those that were best with fewer steps went on.
  const auto first = nlohmann::json::parse(read("t/rung-1/leaderboard.json"));
  const std::string a = first["rows"][0]["variant"], b = first["rows"][1]["variant"];
  EXPECT_THAT(best, AnyOf(a, b));
  EXPECT_THAT(read("t/tune.md"),
              HasSubstr("| candidate | train.n_critic | train.optim.generator.lr "
                        "| mean rank at 10 steps | mean rank at 20 steps |"));
  EXPECT_THAT(read("t/rung-2/report.html"), HasSubstr("train.optim.generator.lr"));

  const std::string run = "t/rung-1/runs/" + a + "-1/metrics.jsonl", before = read(run);
  const Outcome again = run_well({"tune", "--resume", "t"});
  EXPECT_THAT(again.out, HasSubstr("(kept)"));
  EXPECT_EQ(read(run), before);
  EXPECT_THAT(lines_of(again.out), Contains("next     rnngan train --config t/best.json"));
  expect_refusals({{{"tune", "--config", "search.json", "--out", "t", "--set", "train.batch=5"},
                    6,
                    "t: holds another search",
                    "choose another directory"}});
}

TEST_F(Tuned, RefusesBeforeItWrites) {
  auto config = nlohmann::json::parse(read("search.json"));
  config["tune"]["train.no_such_key"] = {1, 2};
  write("wrong.json", config.dump());
  config["tune"] = {{"train.batch", {{"log", {0, 2}}}}};
  write("range.json", config.dump());
  expect_refusals({
      {{"tune", "--config", "wrong.json", "--out", "x"},
       3,
       HasSubstr("train.no_such_key"),
       ::testing::_},
      {{"tune", "--config", "range.json", "--out", "x"},
       3,
       HasSubstr("range.json: tune.train.batch: "),
       ::testing::_},
      {{"tune", "--config", "tiny.json", "--out", "x"},
       3,
       "tiny.json: tune: is required",
       StartsWith("write \"tune\": ")},
      {{"tune"},
       2,
       "rnngan tune: --config is required",
       "rnngan tune --config FILE, or --resume DIRECTORY"},
      {{"tune", "--config", "search.json", "--resume", "t"},
       2,
       "rnngan tune: --config and --resume exclude each other",
       "rnngan tune --config FILE, or --resume DIRECTORY"},
      {{"tune", "--resume", "nowhere"},
       6,
       "nowhere: holds no search",
       "give the directory of a search"},
  });
}

}  // namespace tune_test
}  // namespace rnngan::cli_testing
