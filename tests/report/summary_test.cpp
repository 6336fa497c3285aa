// What figures are computed from.
#include "report/summary.h"

#include "evaluation/mixed_sets.h"
#include "evaluation/score_encoding.h"
#include "report/support.h"

namespace rnngan {
namespace summary_test {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Values, AreTheValidOnes) {
  SequenceSet sequences = waves(2, 3, 2);
  sequences = with_values(sequences, torch::arange(12, torch::kFloat64).reshape({2, 3, 2}));
  sequences = with_lengths(sequences, {3, 1});
  EXPECT_THAT(valid_values(sequences, 1), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(sequence_values(sequences, 1, 0), ElementsAre(6));
}

TEST(Cells, AreCountedByWhatTheyHold) {
  const SequenceSet set = mixed_rows({{0, 2, 1, kMissing, 1, 3, 2, kMissing, kMissing, 1}},
                                     {{"sky", {"clear", "cloudy", "storm"}}, {"level"}});
  EXPECT_THAT(valid_values(set, 1), ElementsAre(2, 3, 1));
  EXPECT_DOUBLE_EQ(missing_share(set, 1), 0.4);
  EXPECT_THAT(class_shares(set, 0, 3), ElementsAre(0.25, 0.5, 0.25));
  const SequenceSet encoded = ScoreEncoding(set, ValidCells(set, nullptr))(set);
  const SequenceSet numbers = number_columns(encoded, set);
  ASSERT_EQ(numbers.features(), 1);
  EXPECT_EQ(numbers.column_name(0), "level");
  EXPECT_THAT(valid_values(numbers, 0), ElementsAre(2, 2, 3, 2, 1));
}

TEST(DrawableSequences, AreFiniteWhereTheyAreValid) {
  SequenceSet sequences = with_lengths(waves(4, 3, 1), {3, 2, 3, 3});
  sequences.padded()[1][2][0] = NAN;  // padding
  sequences.padded()[2][0][0] = NAN;
  sequences.padded()[3][1][0] = INFINITY;
  const ValidCells complete(waves(4, 3, 1), nullptr), gaps(sequences, nullptr);
  EXPECT_EQ(drawable(sequences, complete, 10).count(), 3) << "one has infinity, one a cell less";
  EXPECT_EQ(drawable(sequences, gaps, 10).count(), 3) << "real sequences miss cells, too";
  EXPECT_EQ(drawable(waves(10, 3, 1), complete, 4).count(), 4);
}

TEST(CoarserSequences, KeepEveryKthStep) {
  const SequenceSet sequences = with_lengths(waves(2, 9, 2), {9, 4});
  const SequenceSet fourth = coarser(sequences, 4);
  const auto of = [&](const SequenceSet& from, int64_t index) {
    return sequence_values(from, index, 1);
  };
  EXPECT_EQ(fourth.steps(), 3);
  EXPECT_THAT(of(fourth, 0),
              ElementsAre(of(sequences, 0)[0], of(sequences, 0)[4], of(sequences, 0)[8]));
  EXPECT_THAT(of(fourth, 1), ElementsAre(of(sequences, 1)[0]));
  EXPECT_EQ(coarser(sequences, 1).steps(), 9);
}

TEST(ShownSequences, AreEvenlySpread) {
  EXPECT_THAT(spread_indices(3, 8), ElementsAre(0, 1, 2));
  EXPECT_THAT(spread_indices(100, 4), ElementsAre(12, 37, 62, 87));
  EXPECT_THAT(spread_indices(0, 4), IsEmpty());
}

TEST(AHistogram, HoldsAllRealValuesAndCountsEachOnce) {
  std::vector<double> real;
  for (int i = 0; i < 1000; ++i) real.push_back(std::sin(i * 0.7) * 3 + 0.001 * i);
  const auto edges = histogram_edges(real, {100.0, -100.0, 0.5});
  double sum = 0;
  for (const double share : shares(real, edges)) sum += share;
  EXPECT_NEAR(sum, 1, 1e-12);
  // Far values of the other set do not blow up the axis.
  EXPECT_LT(edges.back() - edges.front(), 4 * 7.1);
  EXPECT_THAT(shares({0, 1, 2, 2, 9}, {0, 1, 2}), ElementsAre(0.2, DoubleNear(0.6, 1e-12)));
}

TEST(AHistogram, GivesWholeNumbersABinEach) {
  EXPECT_THAT(histogram_edges({0, 1, 3, 1}, {2}), ElementsAre(-0.5, 0.5, 1.5, 2.5, 3.5));
}

TEST(AHistogram, OfOneValueHasARange) {
  const auto edges = histogram_edges({2.5, 2.5}, {});
  EXPECT_LT(edges.front(), 2.5);
  EXPECT_GT(edges.back(), 2.5);
}

TEST(ASummary, HasMomentsAndQuantiles) {
  const ValueSummary summary = summarize({4, 0, 1, 3, 2});
  EXPECT_DOUBLE_EQ(summary.mean, 2);
  EXPECT_DOUBLE_EQ(summary.sd, std::sqrt(2.0));
  EXPECT_THAT(summary.quantiles,
              ElementsAre(0, DoubleNear(0.2, 1e-12), 2, DoubleNear(3.8, 1e-12), 4));
}

TEST(ComparedAutocorrelations, SpanTheHalvesOfTheRealOnes) {
  const SequenceSet real = waves(60, 12, 2);
  const auto both = compare_autocorrelations(real, waves(30, 12, 2), 3);
  ASSERT_EQ(both.lags.size(), 6U);
  ASSERT_EQ(both.real.size(), 2U);
  ASSERT_EQ(both.low.size(), 2U);
  for (size_t k = 0; k < both.lags.size(); ++k) EXPECT_LE(both.low[0][k], both.high[0][k]);
  EXPECT_THAT(compare_autocorrelations(waves(5, 12, 1), real, 3).low, IsEmpty());
  EXPECT_THAT(compare_autocorrelations(waves(5, 2, 1), real, 3).lags, IsEmpty());
}

}  // namespace summary_test
}  // namespace rnngan
