// A whole page of a comparison.
#include "report/comparison_report.h"

#include "report/support.h"

namespace rnngan {
namespace comparison_report_test {

using nlohmann::json;
using ::testing::HasSubstr;

json score(double mean, bool tie = false) {
  return {
      {"mean", mean}, {"sd", 0.01}, {"values", {mean - 0.01, nullptr, mean + 0.01}}, {"tie", tie}};
}

json row_of(const std::string& name, double mean, int rank) {
  return {{"variant", name},
          {"objective", "rpgan + 10 r1"},
          {"changes", {{"objective", name}}},
          {"rank", rank},
          {"mean_rank", rank + 0.5},
          {"rank_sd", 0.25},
          {"scores", {{"mmd2_d1", score(mean, rank == 2)}, {"acf", score(2 * mean)}}},
          {"seconds_per_1000_steps", 12.5},
          {"discriminator_steps", 4000},
          {"generator_parameters", 11204},
          {"discriminator_parameters", 19841},
          {"finished", 2},
          {"seeds", 3},
          {"statuses", {"ok", "diverged", "ok"}},
          {"reasons", {nullptr, "d.<total> is not finite", nullptr}},
          {"runs", {"runs/" + name + "-1"}}};
}

json pair_of(const std::string& a, const std::string& b, double mean) {
  return {{"a", a},
          {"b", b},
          {"metric", "mmd2_d1"},
          {"mean", mean},
          {"sd", 0.02},
          {"low", mean - 0.04},
          {"high", mean + 0.04},
          {"seeds", 2},
          {"descriptive", true},
          {"verdict", mean < 0 ? "a" : "tie"}};
}

ComparisonReport comparison(int variants) {
  ComparisonReport report;
  report.real = named(waves(30, 8, 2), {"x", "y"});
  json& board = report.leaderboard;
  board = {{"title", "Losses & co"},
           {"base", "base.json"},
           {"data", "data.csv"},
           {"sequences", {{"train", 1500}, {"test", 120}}},
           {"steps", 4000},
           {"command", "rnngan compare --config c.json"},
           {"version", "0.1.0"},
           {"seeds", {1, 2, 3}},
           {"rank_by", {"mmd2_d1"}},
           {"metrics", {"mmd2_d1", "acf"}},
           {"directions", {{"mmd2_d1", "lower"}, {"acf", "lower"}}},
           {"floor", {{"mmd2_d1", score(0.05)}}},
           {"ceiling", {{"mmd2_d1", score(9)}}},
           {"rows", json::array()},
           {"paired", json::array()},
           {"cmp_rmmd",
            {{{"a", "v0"},
              {"b", "<v1>"},
              {"metric", "cmp_rmmd"},
              {"p", {0.875, nullptr}},
              {"a_closer", 3},
              {"b_closer", 4}}}}};
  for (int i = 0; i < variants; ++i) {
    const std::string name = "v" + std::to_string(i);
    board["rows"].push_back(row_of(name, 0.1 * (i + 1), i + 1));
    for (int k = 0; k < i; ++k) {
      board["paired"].push_back(pair_of("v" + std::to_string(k), name, -0.1 * (i - k)));
    }
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

TEST(AComparisonReport, TurnsPairsSoThatTheBestIsTheReference) {
  ComparisonReport report = comparison(2);
  report.leaderboard["paired"] = json::array({pair_of("v1", "v0", 0.125)});
  EXPECT_THAT(comparison_report(report), HasSubstr("<title>v1: 0.125 (0.085 to 0.165)</title>"));
  report.leaderboard["paired"] = json::array({pair_of("v0", "v1", -0.125)});
  EXPECT_THAT(comparison_report(report), HasSubstr("<title>v1: 0.125 (0.085 to 0.165)</title>"));
}

TEST(AComparisonReport, TakesAVariantWithoutAFinishedRun) {
  ComparisonReport report = comparison(3);
  json& last = report.leaderboard["rows"][2];
  last["rank"] = last["mean_rank"] = last["rank_sd"] = nullptr;
  last["seconds_per_1000_steps"] = nullptr;
  last["finished"] = 0;
  last["scores"] = {
      {"mmd2_d1", {{"mean", nullptr}, {"sd", nullptr}, {"values", {nullptr}}, {"tie", false}}}};
  report.synthetic.erase("v2");
  const std::string page = comparison_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("no finished run"));
}

TEST(AComparisonReport, TakesALeaderboardThatLacksNearlyAll) {
  ComparisonReport report;
  report.leaderboard = json::object();
  report.real = named(waves(3, 4, 1), {"x"});
  expect_sound_page(comparison_report(report));
  report.leaderboard = {{"rows", json::array({{{"variant", "<b>"}}})}, {"rank_by", {"mmd2"}}};
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
