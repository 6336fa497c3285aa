// Scores of classes, missing cells and values that come back, on sets that one can count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/atoms.h"
#include "evaluation/metric_support.h"
#include "evaluation/mixed_sets.h"

namespace rnngan {
namespace kind_scores_test {

using ::testing::ElementsAre;
using ::testing::Field;

const std::vector<KindOfColumn> kSky = {{"sky", {"clear", "cloudy", "storm"}}};
const std::vector<KindOfColumn> kLevel = {{"level"}};

TEST(CategoryTv, IsTheShareOfCellsInTheWrongClass) {
  // Shares 1/2, 1/2, 0 and of the present ones 1/4, 1/2, 1/4.
  const SequenceSet real = mixed_rows({{0, 0, 1, 1}, {0, 1, 0, 1}}, kSky),
                    synthetic =
                        mixed_rows({{0, 1, 1, 2}, {kMissing, kMissing, kMissing, kMissing}}, kSky);
  const MetricResult result = score("category_tv", real, synthetic);
  EXPECT_DOUBLE_EQ(result.value.value(), 0.25);
  EXPECT_DOUBLE_EQ(result.detail.at("per_column").at("sky").get<double>(), 0.25);
  EXPECT_EQ(score("category_tv", real, real).value, 0);
  EXPECT_EQ(score("category_tv", golden_a(), golden_b()).reason, "needs_category");
  const SequenceSet none = mixed_rows({{kMissing, kMissing, kMissing, kMissing}}, kSky);
  EXPECT_EQ(score("category_tv", real, none).value, 1);
}

TEST(Transition, ComparesWhatFollowsEachClass) {
  // From clear: clear 1, cloudy 1 of 2; from cloudy: clear 1 of 1. Synthetic: clear is followed by
  // clear always, and cloudy by storm.
  const SequenceSet real = mixed_rows({{0, 0, 1, 0}}, kSky),
                    synthetic = mixed_rows({{0, 0, kMissing, 1}, {1, 2, kMissing, 0}}, kSky);
  const MetricResult result = score("transition", real, synthetic);
  EXPECT_DOUBLE_EQ(result.value.value(), 2.0 / 3 * 0.5 + 1.0 / 3 * 1);
  EXPECT_EQ(result.detail.at("largest"), 0) << "no class is left often enough to tell";
  EXPECT_EQ(score("transition", real, real).value, 0);
  // A class that is never left in the synthetic set is wrong altogether.
  EXPECT_DOUBLE_EQ(score("transition", real, mixed_rows({{0, 0, 1, kMissing}}, kSky)).value.value(),
                   1.0 / 3);
  EXPECT_EQ(score("transition", mixed_rows({{0}, {1}}, kSky), mixed_rows({{0}}, kSky)).reason,
            "needs_t_ge_2");
}

TEST(Transition, TellsTheLargestDifferenceOfFrequentClasses) {
  std::vector<double> steady(60, 0), restless;
  for (int t = 0; t < 60; ++t) restless.push_back(t % 2);
  EXPECT_DOUBLE_EQ(score("transition", mixed_rows({steady}, kSky), mixed_rows({restless}, kSky))
                       .detail.at("largest")
                       .get<double>(),
                   1);
}

TEST(MissingGap, ComparesSharesAndStretches) {
  // 3 of 8 in stretches of 1.5; 4 of 8 in one of 4.
  const SequenceSet real = mixed_rows({{1, kMissing, 2, 3}, {1, kMissing, kMissing, 2}}, kLevel),
                    synthetic = mixed_rows({{kMissing, kMissing, kMissing, kMissing}, {1, 2, 3, 4}},
                                           kLevel);
  const MetricResult result = score("missing_gap", real, synthetic);
  EXPECT_DOUBLE_EQ(result.detail.at("share").get<double>(), 0.125);
  EXPECT_DOUBLE_EQ(result.detail.at("burst").get<double>(), 2.5 / 4);
  EXPECT_DOUBLE_EQ(result.value.value(), (0.125 + 0.625) / 2);
  EXPECT_EQ(score("missing_gap", real, real).value, 0);
  EXPECT_EQ(score("missing_gap", golden_a(), golden_b()).reason, "needs_missing");
  const SequenceSet complete = mixed_rows({{1, 2, 3, 4}}, kLevel);
  EXPECT_DOUBLE_EQ(score("missing_gap", real, complete).value.value(), (0.375 + 1) / 2);
}

TEST(CorrelationRatio, ComparesWhatClassesSayOfNumbers) {
  const std::vector<KindOfColumn> kinds = {{"sky", {"clear", "cloudy"}}, {"level"}};
  // Levels 1, 3 and 5, 7: between classes 4 of 5; nothing in the other set.
  const SequenceSet real = mixed_rows({{0, 1, 0, 3, 1, 5, 1, 7}}, kinds),
                    synthetic = mixed_rows({{0, 1, 0, 3, 1, 1, 1, 3}}, kinds);
  EXPECT_NEAR(score("association", real, synthetic).value.value(), std::sqrt(16.0 / 20), 1e-12);
  EXPECT_EQ(score("association", real, real).value, 0);
  EXPECT_EQ(score("association", mixed_rows({{0, 1}}, kSky), mixed_rows({{0, 1}}, kSky)).reason,
            "needs_d_ge_2");
}

TEST(CorrelationRatio, ComparesWhatClassesSayOfEachOther) {
  const std::vector<KindOfColumn> kinds = {{"sky", {"clear", "cloudy"}},
                                           {"wind", {"calm", "strong", "wild"}}};
  // One follows from the other; one says nothing of the other. A missing cell is no pair.
  const SequenceSet real = mixed_rows({{0, 0, 0, 0, 1, 2, 1, 2, 0, kMissing}}, kinds),
                    synthetic = mixed_rows({{0, 0, 0, 1, 1, 0, 1, 1, 1, kMissing}}, kinds);
  EXPECT_NEAR(score("association", real, synthetic).value.value(), 1, 1e-12);
  // chi^2 / n of (2, 0; 1, 1): 1/3.
  const SequenceSet half = mixed_rows({{0, 0, 0, 0, 1, 0, 1, 1, 1, kMissing}}, kinds);
  EXPECT_NEAR(score("association", real, half).value.value(), 1 - std::sqrt(1.0 / 3), 1e-12);
}

/// 100 cells: zeros, ones, and others that are all different.
SequenceSet with_zeros(int zeros, int ones) {
  std::vector<double> row(static_cast<size_t>(zeros), 0);
  row.insert(row.end(), static_cast<size_t>(ones), 1);
  for (int k = 0; row.size() < 100; ++k) row.push_back(1.5 + 0.37 * k);
  return mixed_rows({row, row, row, row, row}, kLevel);
}

TEST(Atoms, CompareSharesOfValuesThatComeBack) {
  // Each of the others is there in every row: 1 % of the cells, too.
  const SequenceSet real = with_zeros(50, 10), synthetic = with_zeros(20, 0);
  const MetricResult result = score("atoms", real, synthetic);
  EXPECT_NEAR(result.value.value(), (0.3 + 0.1 + 0) / 42, 1e-12);
  EXPECT_NEAR(result.detail.at("largest").get<double>(), 0.3, 1e-12);
  EXPECT_EQ(result.detail.at("worst").at("value"), 0);
  EXPECT_EQ(score("atoms", golden_a(), golden_b()).reason, "needs_atoms");
  EXPECT_EQ(score("atoms", mixed_rows({{0, 0, 1, 1}}, kSky), mixed_rows({{0}}, kSky)).reason,
            "needs_atoms");
}

TEST(FrequentValues, AreFoundInManyCellsByAPartOfThem) {
  // 0 on 3 % of 60,000 cells, all others once.
  std::vector<double> row;
  for (int k = 0; k < 60000; ++k) row.push_back(k % 33 == 5 ? 0 : 1 + k);
  const auto found = frequent_values(mixed_rows({row}, kLevel), 0);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 0);
  EXPECT_NEAR(found[0].share, 1.0 / 33, 1e-4);
}

TEST(AtomsOf, StandOutFromTheirNeighbours) {
  EXPECT_THAT(atoms_of(with_zeros(50, 10), 0),
              ElementsAre(Field(&FrequentValue::value, 0), Field(&FrequentValue::value, 1)));
  std::vector<double> counts;
  for (int k = 0; k < 100; ++k) counts.push_back(k % 7);
  EXPECT_TRUE(atoms_of(mixed_rows({counts}, kLevel), 0).empty());
  EXPECT_EQ(frequent_values(mixed_rows({counts}, kLevel), 0).size(), 7U);
}

}  // namespace kind_scores_test
}  // namespace rnngan
