// Ranks, standings and paired differences against numbers computed by hand.
#include "comparison/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace ranking_test {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

using Values = std::vector<std::optional<double>>;
constexpr auto kNone = std::nullopt;

const ScoreScale kLower{Direction::lower, 0};
const ScoreScale kHigher{Direction::higher, 1};
const ScoreScale kLevel{Direction::level, 0.5};

TEST(ScoreScale, IsThatOfTheCatalog) {
  EXPECT_EQ(scale_of(find_metric("mmd2_d1").value()).direction, Direction::lower);
  EXPECT_EQ(scale_of(find_metric("coverage").value()).direction, Direction::higher);
  EXPECT_EQ(scale_of(find_metric("mia_auc").value()).direction, Direction::level);
  EXPECT_EQ(scale_of(find_metric("mia_auc").value()).ideal, 0.5);
}

TEST(ScoreScale, TurnsValuesIntoLosses) {
  EXPECT_EQ(kLower.loss(0.3), 0.3);
  EXPECT_EQ(kHigher.loss(0.3), -0.3);
  EXPECT_NEAR(kLevel.loss(0.3), 0.2, 1e-15);
  EXPECT_NEAR(kLevel.loss(0.8), 0.3, 1e-15);
}

TEST(Summarise, TakesTheSampleDeviationOfWhatThereIs) {
  const Summary summary = summarise(Values{1, kNone, 3, 8});
  EXPECT_EQ(summary.count, 3U);
  EXPECT_EQ(summary.mean, 4);
  EXPECT_DOUBLE_EQ(*summary.sd, std::sqrt((9. + 1 + 16) / 2));
  EXPECT_EQ(summarise(Values{2}).sd, kNone);
  EXPECT_EQ(summarise(Values{kNone}).mean, kNone);
}

TEST(AverageRanks, ShareTheMeanOfTheirPlaces) {
  EXPECT_THAT(average_ranks(Values{3, 1, 2}), ElementsAre(3, 1, 2));
  EXPECT_THAT(average_ranks(Values{1, 5, 1, 5, 5}), ElementsAre(1.5, 4, 1.5, 4, 4));
}

TEST(AverageRanks, PutWhatIsMissingLast) {
  EXPECT_THAT(average_ranks(Values{kNone, 2, kNone, 1}), ElementsAre(4, 2, 4, 1));
}

const Attempt kScored = Attempt::scored;
const Attempt kFailed = Attempt::without_scores;

// With seed 1: 1.5, 3, 1.5 by the first score and 2, 1, 3 by the second; means 1.75, 2, 2.25.
// With seed 2: 2, 1, 3 and 1.5, 1.5, 3; means 1.75, 1.25, 3.
TEST(Standings, AreMeansOverScoresThenOverSeeds) {
  const std::vector<ScoreTable> tables = {{kLower, {{0.1, 0.3}, {0.2, 0.2}, {0.1, 0.01}}},
                                          {kHigher, {{5, 4}, {6, 4}, {kNone, 9}}}};
  const auto all = standings(tables, {{kScored, kScored}, {kScored, kScored}, {kScored, kFailed}});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].variant, 1U);
  EXPECT_EQ(all[0].rank, 1);
  EXPECT_DOUBLE_EQ(*all[0].mean_rank, 1.625);
  EXPECT_NEAR(*all[0].rank_sd, 0.53033, 1e-5);
  EXPECT_EQ(all[1].variant, 0U);
  EXPECT_EQ(all[1].rank, 2);
  EXPECT_DOUBLE_EQ(*all[1].mean_rank, 1.75);
  EXPECT_DOUBLE_EQ(*all[1].rank_sd, 0);
  EXPECT_EQ(all[2].variant, 2U);
  EXPECT_EQ(all[2].rank, 3);
  EXPECT_DOUBLE_EQ(*all[2].mean_rank, 2.625);
}

TEST(Standings, RankALevelByItsDistance) {
  const auto all = standings({{kLevel, {{0.3}, {0.6}}}}, {{kScored}, {kScored}});
  EXPECT_EQ(all[0].variant, 1U);
}

TEST(Standings, ShareARankWhereMeanRanksAreEqual) {
  const auto all = standings({{kLower, {{2}, {1}, {1}}}}, {{kScored}, {kScored}, {kScored}});
  EXPECT_EQ(all[0].rank, 1);
  EXPECT_EQ(all[1].rank, 1);
  EXPECT_EQ(all[2].rank, 3);
  EXPECT_EQ(all[2].variant, 0U);
}

TEST(Standings, LeaveOutAScoreThatNobodyHas) {
  const auto all =
      standings({{kLower, {{kNone}, {kNone}}}, {kLower, {{1}, {2}}}}, {{kScored}, {kScored}});
  EXPECT_DOUBLE_EQ(*all[0].mean_rank, 1);
  EXPECT_DOUBLE_EQ(*all[1].mean_rank, 2);
}

TEST(Standings, PutVariantsWithoutAnyScoredRunLastAndUnranked) {
  const auto all = standings({{kLower, {{kNone}, {1}}}}, {{kFailed}, {kScored}});
  EXPECT_EQ(all[0].variant, 1U);
  EXPECT_EQ(all[1].rank, std::nullopt);
  EXPECT_DOUBLE_EQ(*all[1].mean_rank, 2);
}

TEST(Standings, RunsThatWereNotMadeTakeNoPart) {
  const auto all =
      standings({{kLower, {{3, kNone}, {1, 1}, {kNone, 2}}}},
                {{kScored, Attempt::none}, {kScored, kScored}, {Attempt::none, kScored}});
  EXPECT_EQ(all[0].variant, 1U);
  EXPECT_DOUBLE_EQ(*all[1].mean_rank, 2);  // of two, not of three
  EXPECT_DOUBLE_EQ(*all[2].mean_rank, 2);
}

// Differences -1, -0.5, 0, -1.5, -1: mean -0.8, sd sqrt(1.3 / 4), half width 2.7764 sd / sqrt(5).
TEST(PairedDifference, HasTheIntervalOfStudent) {
  const Values a = {1, 2, 3, 4, 5}, b = {2, 2.5, 3, 5.5, 6};
  const auto paired = paired_difference(a, b, kLower, 0.1);
  ASSERT_TRUE(paired);
  EXPECT_NEAR(paired->mean, -0.8, 1e-12);
  EXPECT_NEAR(*paired->sd, 0.570088, 1e-6);
  EXPECT_NEAR(*paired->low, -1.507851, 1e-5);
  EXPECT_NEAR(*paired->high, -0.092149, 1e-5);
  EXPECT_EQ(paired->seeds, 5U);
  EXPECT_FALSE(paired->descriptive);
  EXPECT_EQ(paired->verdict, Verdict::a);
  EXPECT_EQ(paired_difference(a, b, kHigher, 0.1)->verdict, Verdict::b);
}

TEST(PairedDifference, IsATieWithinTheSpreadOfTheFloor) {
  const Values a = {1, 2, 3, 4, 5}, b = {2, 2.5, 3, 5.5, 6};
  EXPECT_EQ(paired_difference(a, b, kLower, 0.81)->verdict, Verdict::tie);
  EXPECT_EQ(paired_difference(a, b, kLower, 0.79)->verdict, Verdict::a);
}

TEST(PairedDifference, IsATieWhereFiveSeedsLeaveItOpen) {
  EXPECT_EQ(paired_difference(Values{0, 2, 0, 2, 1}, Values{1, 1, 1, 1, 0}, kLower, 0)->verdict,
            Verdict::tie);
}

// Differences -1 and -3: with one degree of freedom the half width is 12.7062.
TEST(PairedDifference, IsDescriptiveUnderFiveSeeds) {
  const auto paired = paired_difference(Values{1, 1, kNone}, Values{2, 4, 7}, kLower, 0);
  EXPECT_EQ(paired->seeds, 2U);
  EXPECT_TRUE(paired->descriptive);
  EXPECT_NEAR(*paired->low, -14.7062, 1e-9);
  EXPECT_NEAR(*paired->high, 10.7062, 1e-9);
  EXPECT_EQ(paired->verdict, Verdict::a);  // the interval has no say yet
}

TEST(PairedDifference, OfOneSeedHasNoInterval) {
  const auto paired = paired_difference(Values{1}, Values{2}, kLower, 0);
  EXPECT_EQ(paired->low, kNone);
  EXPECT_EQ(paired->sd, kNone);
  EXPECT_FALSE(paired_difference(Values{1, kNone}, Values{kNone, 1}, kLower, 0));
}

TEST(PairedDifference, ComparesDistancesFromTheIdeal) {
  const auto paired = paired_difference(Values{0.4}, Values{0.8}, kLevel, 0);
  EXPECT_NEAR(paired->mean, -0.2, 1e-12);
  EXPECT_EQ(paired->verdict, Verdict::a);
}

TEST(StudentQuantile, IsThatOfTheTables) {
  EXPECT_NEAR(student_quantile(1), 12.7062, 1e-4);
  EXPECT_NEAR(student_quantile(4), 2.7764, 1e-4);
  EXPECT_NEAR(student_quantile(30), 2.0423, 1e-4);
  EXPECT_NEAR(student_quantile(31), 2.0395, 1e-4);
  EXPECT_NEAR(student_quantile(60), 2.0003, 1e-4);
  EXPECT_NEAR(student_quantile(1000000), 1.95996, 1e-4);
}

}  // namespace ranking_test
}  // namespace rnngan
