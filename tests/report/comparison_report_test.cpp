// A whole page of a comparison.
#include "report/comparison_report.h"

#include "report/support.h"

namespace rnngan {
namespace comparison_report_test {

using nlohmann::json;
using ::testing::HasSubstr;

const MetricId kMmd2 = find_metric("mmd2_d1").value(), kAcf = find_metric("acf").value();

SeedScores scores_of(double mean, bool tie = false) {
  const SeedValues values = {mean - 0.01, std::nullopt, mean + 0.01};
  return {values, {mean, 0.01, 2}, tie};
}

PlacedRun run_of(RunStatus status, const std::string& reason, const std::string& directory) {
  PlacedRun run{{}, directory};
  run.result.status = status;
  run.result.reason = reason;
  return run;
}

LeaderboardRow row_of(const std::string& name, double mean, int rank) {
  LeaderboardRow row;
  row.variant = name;
  row.objective = "rpgan + 10 r1";
  row.changes = {{"objective", name}};
  row.rank = rank;
  row.mean_rank = rank + 0.5;
  row.rank_sd = 0.25;
  row.scores = {{kMmd2, scores_of(mean, rank == 2)}, {kAcf, scores_of(2 * mean)}};
  row.seconds_per_1000_steps = 12.5;
  row.discriminator_steps = 4000;
  row.generator_parameters = 11204;
  row.discriminator_parameters = 19841;
  row.runs = {run_of(RunStatus::ok, "", "runs/" + name + "-1"),
              run_of(RunStatus::diverged, "d.<total> is not finite", "runs/" + name + "-2"),
              run_of(RunStatus::ok, "", "runs/" + name + "-3")};
  return row;
}

RowDifference pair_of(const std::string& a, const std::string& b, double mean) {
  return {a,
          b,
          kMmd2,
          {mean, 0.02, mean - 0.04, mean + 0.04, 2, true, mean < 0 ? Verdict::a : Verdict::tie}};
}

ComparisonReport comparison(int variants) {
  ComparisonReport report;
  report.real = named(waves(30, 8, 2), {"x", "y"});
  Leaderboard& board = report.leaderboard;
  board.title = "Losses & co";
  board.base = "base.json";
  board.data = "data.csv";
  board.train_sequences = 1500;
  board.test_sequences = 120;
  board.steps = 4000;
  board.command = "rnngan compare --config c.json";
  board.version = "0.1.0";
  board.seeds = {1, 2, 3};
  board.rank_by = {kMmd2};
  board.metrics = {kMmd2, kAcf};
  board.floor = {{kMmd2, scores_of(0.05)}};
  board.ceiling = {{kMmd2, scores_of(9)}};
  board.relative_tests = {{"v0", "<v1>", "cmp_rmmd", {0.875, std::nullopt}, 3, 4}};
  for (int i = 0; i < variants; ++i) {
    const std::string name = "v" + std::to_string(i);
    board.rows.push_back(row_of(name, 0.1 * (i + 1), i + 1));
    if (i > 0) board.paired.push_back(pair_of("v0", name, -0.1 * i));
    report.synthetic[name] = waves(20, 8, 2, 0.1 * i);
  }
  return report;
}

TEST(AComparisonReport, IsASoundPageWithAllItsParts) {
  const std::string page = comparison_report(comparison(3));
  expect_sound_page(page);
  MarkupReader reader(page);
  reader.read();
  for (const char* part : {"s-leaderboard", "s-all-scores", "s-differences-at-equal-seeds",
                           "s-stability-and-cost", "s-sequences", "s-distributions", "s-maps"}) {
    EXPECT_THAT(reader.values_of("id"), ::testing::Contains(part));
  }
  EXPECT_THAT(page, HasSubstr("<h1>Losses &amp; co</h1>"));
  EXPECT_THAT(page, HasSubstr("0.2 ±0.01 ≈"));
  EXPECT_THAT(page, HasSubstr("ceiling 9 →"));
  EXPECT_THAT(page, HasSubstr("d.&lt;total&gt; is not finite"));
  EXPECT_THAT(page, HasSubstr("2 of 3"));
  EXPECT_THAT(page, HasSubstr("rnngan compare --config c.json"));
  EXPECT_THAT(page, HasSubstr("v0 − v1"));
  EXPECT_THAT(page, HasSubstr("v0 is better"));
  EXPECT_THAT(page, HasSubstr("v0, &lt;v1&gt;"));
  EXPECT_THAT(page, HasSubstr("0.88, –"));
}

TEST(AComparisonReport, DrawsPairsWithTheBestForReference) {
  ComparisonReport report = comparison(2);
  report.leaderboard.paired = {pair_of("v0", "v1", -0.125)};
  EXPECT_THAT(comparison_report(report), HasSubstr("<title>v1: 0.125 (0.085 to 0.165)</title>"));
}

TEST(AComparisonReport, TakesAVariantWithoutAFinishedRun) {
  ComparisonReport report = comparison(3);
  LeaderboardRow& last = report.leaderboard.rows[2];
  last.rank.reset();
  last.mean_rank.reset();
  last.rank_sd.reset();
  last.seconds_per_1000_steps.reset();
  last.scores = {{kMmd2, {{std::nullopt}, {}}}};
  for (PlacedRun& run : last.runs) run.result.status = RunStatus::diverged;
  report.synthetic.erase("v2");
  const std::string page = comparison_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("no finished run"));
}

TEST(AComparisonReport, TakesALeaderboardThatLacksNearlyAll) {
  ComparisonReport report;
  report.real = named(waves(3, 4, 1), {"x"});
  expect_sound_page(comparison_report(report));
  report.leaderboard.rows.emplace_back();
  report.leaderboard.rows[0].variant = "<b>";
  report.leaderboard.rank_by = {kMmd2};
  report.synthetic["<b>"] = waves(3, 4, 1);
  expect_sound_page(comparison_report(report));
}

TEST(AComparisonReport, OfManyVariantsStaysSmall) {
  const std::string page = comparison_report(comparison(24));
  expect_sound_page(page);
  EXPECT_LT(page.size(), 1'500'000U);
}

}  // namespace comparison_report_test
}  // namespace rnngan
