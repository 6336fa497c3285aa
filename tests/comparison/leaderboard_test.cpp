// The leaderboard of results made by hand, as JSON and as text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comparison/support.h"

namespace rnngan::comparison_testing {
namespace leaderboard_test {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

RunGrid grid_of(const Plan& plan, const std::vector<std::vector<RunResult>>& results) {
  RunGrid grid;
  for (size_t v = 0; v < results.size(); ++v) {
    grid.emplace_back();
    for (size_t s = 0; s < results[v].size(); ++s) {
      grid[v].push_back({results[v][s], "runs/" + run_name(plan, {v, s})});
    }
  }
  return grid;
}

const MetricId kMmd2 = find_metric("mmd2").value(), kCoverage = find_metric("coverage").value();
const Plan kPlan = small_plan({"good", "bad", "boom"}, {1, 2});

RunGrid whole() {
  return grid_of(kPlan, {{scored(0.1, 0.8, 0.01), scored(0.2, 0.7, 0.03)},
                         {scored(0.3, 0.79, 0.01), scored(0.6, 0.69, 0.03)},
                         {without_scores(RunStatus::diverged, "at step 3"),
                          without_scores(RunStatus::failed, "no space, \"none\"")}});
}

TEST(Leaderboard, HasWhatReadersOfItCountOn) {
  const auto board = to_json(make_leaderboard(kPlan, whole()));
  EXPECT_EQ(board.at("title"), "small");
  EXPECT_EQ(board.at("sequences").at("train"), 1200);
  EXPECT_EQ(board.at("directions").at("coverage"), "higher");
  EXPECT_EQ(board.at("complete"), true);
  EXPECT_EQ(board.at("floor").at("mmd2").at("values"), nlohmann::json({0.01, 0.03}));
  EXPECT_NEAR(board.at("floor").at("mmd2").at("sd").get<double>(), 0.0141421, 1e-6);
  EXPECT_EQ(board.at("ceiling").at("mmd2").at("mean"), 1.0);
  const auto& rows = board.at("rows");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at("variant"), "good");
  EXPECT_EQ(rows[0].at("rank"), 1);
  EXPECT_EQ(rows[0].at("mean_rank"), 1.0);
  EXPECT_EQ(rows[0].at("changes"), nlohmann::json({{"objective", "good"}}));
  EXPECT_EQ(rows[0].at("scores").at("mmd2").at("values"), nlohmann::json({0.1, 0.2}));
  EXPECT_EQ(rows[0].at("seconds_per_1000_steps"), 25.0);
  EXPECT_EQ(rows[0].at("discriminator_steps"), 40);
  EXPECT_EQ(rows[0].at("generator_parameters"), 100);
  EXPECT_EQ(rows[0].at("finished"), 2);
  EXPECT_EQ(rows[0].at("runs"), nlohmann::json({"runs/good-1", "runs/good-2"}));
  EXPECT_EQ(rows[2].at("rank"), nullptr);
  EXPECT_EQ(rows[2].at("statuses"), nlohmann::json({"diverged", "failed"}));
  EXPECT_EQ(rows[2].at("reasons")[0], "at step 3");
  EXPECT_EQ(rows[2].at("scores").at("mmd2").at("values"), nlohmann::json({nullptr, nullptr}));
}

TEST(Leaderboard, GivesNoCreditBeyondTheFloor) {
  const Plan plan = small_plan({"a", "b", "c"}, {1});
  const auto board = make_leaderboard(
      plan, grid_of(plan, {{scored(0.005, 0.91)}, {scored(0.001, 0.99)}, {scored(0.02, 0.8)}}));
  EXPECT_EQ(board.rows[0].mean_rank, 1.5);
  EXPECT_EQ(board.rows[1].mean_rank, 1.5);
  EXPECT_EQ(board.rows[1].rank, 1);
  EXPECT_EQ(board.rows[2].variant, "c");
  EXPECT_EQ(board.paired[0].metric, find_metric("mmd2"));
  EXPECT_EQ(board.paired[0].difference.mean, 0);
  EXPECT_EQ(board.paired[0].difference.verdict, Verdict::tie);
}

// mmd2: -0.2 and -0.4, beyond the floor's spread of 0.014; coverage: 0.01 twice, and a floor that
// has no spread.
TEST(Leaderboard, ComparesTheBestRowWithEveryOther) {
  const auto board = make_leaderboard(kPlan, whole());
  const auto paired = to_json(board).at("paired");
  ASSERT_EQ(paired.size(), 2U);
  EXPECT_EQ(paired[0].at("a"), "good");
  EXPECT_EQ(paired[0].at("b"), "bad");
  EXPECT_NEAR(paired[0].at("mean").get<double>(), -0.3, 1e-12);
  EXPECT_EQ(paired[0].at("verdict"), "a");
  EXPECT_EQ(paired[0].at("descriptive"), true);
  EXPECT_EQ(paired[1].at("metric"), "coverage");
  EXPECT_EQ(paired[1].at("verdict"), "a");
  EXPECT_FALSE(board.rows[1].score(kMmd2).tie);
}

TEST(Leaderboard, MarksTiesWithinTheFloorsSpread) {
  auto runs = whole();
  runs[1] = grid_of(kPlan, {{scored(0.11, 0.5, 0.01), scored(0.21, 0.5, 0.03)}})[0];
  const auto board = make_leaderboard(kPlan, runs);
  EXPECT_TRUE(board.rows[1].score(kMmd2).tie);
  EXPECT_FALSE(board.rows[1].score(kCoverage).tie);
  EXPECT_FALSE(board.rows[0].score(kMmd2).tie);
  EXPECT_EQ(to_json(board).at("rows")[1].at("scores").at("mmd2").at("tie"), true);
  EXPECT_THAT(leaderboard_markdown(board), HasSubstr("| 0.16 ± 0.071 ≈ |"));
}

TEST(Leaderboard, TellsOfRelativeTests) {
  auto board = make_leaderboard(kPlan, whole());
  EXPECT_THAT(leaderboard_markdown(board), Not(HasSubstr("cmp_rmmd")));
  EXPECT_FALSE(to_json(board).contains("cmp_rmmd"));
  board.relative_tests = {{"good", "bad", "cmp_rmmd_d1", {0.9876, std::nullopt}, 1, 0}};
  EXPECT_EQ(to_json(board).at("cmp_rmmd")[0].at("p"), nlohmann::json({0.9876, nullptr}));
  EXPECT_THAT(leaderboard_markdown(board), HasSubstr("test sequences than good"));
  EXPECT_THAT(leaderboard_markdown(board), HasSubstr("| bad | cmp_rmmd_d1 | 0.988, - |\n"));
}

TEST(Leaderboard, SaysWhatIsMissing) {
  auto runs = whole();
  runs[1][1].result = RunResult();
  const auto board = make_leaderboard(kPlan, runs);
  EXPECT_FALSE(board.complete);
  EXPECT_EQ(board.notes[0], "Not complete: 1 of 6 runs are missing.");
  EXPECT_EQ(to_json(board).at("rows")[1].at("statuses")[1], "missing");
}

TEST(Leaderboard, SaysWhyNobodyHasAScore) {
  auto runs = whole();
  for (auto& row : runs) {
    for (auto& run : row) {
      for (auto& one : run.result.scores) {
        if (one.metric == kCoverage) one.result = MetricResult::skipped("needs_n_ge_20");
      }
    }
  }
  EXPECT_THAT(make_leaderboard(kPlan, runs).notes,
              Contains("No run has coverage (needs at least 20 sequences): it is left out."));
}

// The ceiling is 1 for both: worse than the floor of mmd2, better than that of coverage.
TEST(Leaderboard, WarnsOfAScoreThatPrefersNoise) {
  const auto notes = make_leaderboard(kPlan, whole()).notes;
  EXPECT_THAT(notes, Contains(HasSubstr("coverage: white noise scores better than the training")));
  EXPECT_THAT(notes, Not(Contains(HasSubstr("mmd2: white noise"))));
}

TEST(Leaderboard, NotesSizesThatDiffer) {
  Plan plan = kPlan;
  EXPECT_THAT(make_leaderboard(plan, whole()).notes,
              Contains("Parameters: generator 100, discriminator 2,000."));
  plan.variants[1].generator_parameters = 150;
  EXPECT_THAT(
      make_leaderboard(plan, whole()).notes,
      Contains(HasSubstr("sizes differ between variants; parameters: generator 100 to 150")));
}

TEST(Leaderboard, HasATableInMarkdown) {
  const std::string text = leaderboard_markdown(make_leaderboard(kPlan, whole()));
  EXPECT_THAT(
      text,
      HasSubstr(
          "# small\n\n"
          "sines.csv: 1,200 training and 100 test sequences; base base.json; rnngan 0.0.0.\n\n"
          "| rank | variant | mean rank | mmd2 | coverage | s/1000 steps | finished |\n"
          "| ---: | --- | ---: | ---: | ---: | ---: | ---: |\n"
          "| 1 | good | 1.00 | 0.15 ± 0.071 | 0.75 ± 0.071 | 25.0 | 2/2 |\n"
          "| 2 | bad | 2.00 | 0.45 ± 0.21 | 0.74 ± 0.071 | 25.0 | 2/2 |\n"
          "| - | boom | 3.00 | - | - | - | 0/2 |\n"
          "|  | *floor* |  | 0.02 ± 0.014 | 0.9 ± 0 |  |  |\n"
          "|  | *ceiling* |  | 1 ± 0 | 1 ± 0 |  |  |\n\n"
          "- 2 seeds: descriptive."));
  EXPECT_THAT(text, HasSubstr("- `good`: good + r1; `{\"objective\":\"good\"}`\n"));
  EXPECT_THAT(text, HasSubstr("Made by `rnngan compare --config small.json`."));
}

TEST(Leaderboard, HasAnAlignedTableForTerminals) {
  EXPECT_THAT(
      leaderboard_table(make_leaderboard(kPlan, whole())),
      HasSubstr("rank  variant  mean rank  mmd2          coverage      s/1000 steps  "
                "finished\n"
                "1     good     1.00       0.15 ± 0.071  0.75 ± 0.071  25.0          2/2\n"));
}

TEST(Leaderboard, HasALinePerScoreInCsv) {
  const std::string text = leaderboard_csv(kPlan, whole());
  EXPECT_THAT(
      text, ::testing::StartsWith("variant,seed,metric,value,std,floor,ceiling,norm,status,reason\n"
                                  "good,1,mmd2,0.1,,0.01,1,0.09090909090909093,ok,\n"
                                  "good,1,coverage,0.8,,0.9,1,,ok,\n"
                                  "good,2,mmd2,0.2,,0.03,1,0.1752577319587629,ok,\n"));
  EXPECT_THAT(text, HasSubstr("boom,1,mmd2,,,,,,diverged,at step 3\n"));
  EXPECT_THAT(text, HasSubstr("boom,2,coverage,,,,,,failed,\"no space, \"\"none\"\"\"\n"));
}

TEST(Leaderboard, EscapesTextsOfOthersInMarkdown) {
  Plan plan = small_plan({"good"}, {1});
  plan.title = "<script>|\n# x";
  plan.command = "a `b`";
  const std::string text =
      leaderboard_markdown(make_leaderboard(plan, {{{scored(0.1, 0.8), "runs/good-1"}}}));
  EXPECT_THAT(text, ::testing::StartsWith(R"(# \<script\>\|\\n\# x)"));
  EXPECT_THAT(text, HasSubstr("Made by `` a `b` ``."));
}

TEST(RunResult, IsReadBackAsItWasWritten) {
  const RunResult result = scored(0.1, 0.8);
  const auto document = to_json(result);
  EXPECT_EQ(document.at("status"), "ok");
  EXPECT_EQ(document.at("reason"), nullptr);
  const nlohmann::json read(document);
  EXPECT_EQ(to_json(result_from_document({read, "x", ErrorKind::output})), document);
  EXPECT_EQ(result.value(kCoverage), 0.8);
  EXPECT_EQ(result.value(find_metric("ds").value()), std::nullopt);
}

TEST(RunResult, IsRefusedWhereItWasAltered) {
  const auto refusal = [](const char* pointer, const nlohmann::json& value) -> std::string {
    nlohmann::json document = to_json(scored(0.1, 0.8));
    document[nlohmann::json::json_pointer(pointer)] = value;
    try {
      result_from_document({document, "x", ErrorKind::output});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal("/status", "well"),
            "x: status: \"well\" is no status of a run (ok, diverged, failed, missing)");
  EXPECT_EQ(refusal("/steps", "x"), "x: steps: \"x\" is not a whole number of at least 0");
  EXPECT_EQ(refusal("/scores", 3), "x: scores: 3 is not a list");
  EXPECT_EQ(refusal("/scores", nlohmann::json::array()),
            "x: scores: [] is empty, but the run is said to have been scored");
  EXPECT_EQ(refusal("/scores/1", nullptr), "x: scores[1]: null is not an object");
  EXPECT_EQ(refusal("/scores/1/metric", "mmd2"), "x: scores[1].metric: \"mmd2\" is there twice");
  EXPECT_EQ(refusal("/scores/0/value", "x"), "x: scores[0].value: \"x\" is not a number");
  EXPECT_EQ(refusal("/scores/0/seed", 9223372036854775808U),
            "x: scores[0].seed: 9223372036854775808 is above 1000000000000");
  EXPECT_EQ(refusal("/scores/0/detail", 1), "x: scores[0].detail: 1 is not an object");
  EXPECT_EQ(refusal("/scores/0/n_real", -1),
            "x: scores[0].n_real: -1 is not a whole number of at least 0");
}

}  // namespace leaderboard_test
}  // namespace rnngan::comparison_testing
