// Each feature of sequences whose features one can count.
#include "evaluation/sequence_features.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/evaluated_sets.h"
#include "tests/named.h"

namespace rnngan {
namespace sequence_features_test {

const double kNone = std::nan("");

/// One sequence per row of `rows` [N,T*D].
SequenceSet sequences(const std::vector<std::vector<double>>& rows, int64_t features = 1) {
  std::vector<double> flat;
  std::vector<int64_t> lengths;
  size_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  for (auto row : rows) {
    lengths.push_back(static_cast<int64_t>(row.size()) / features);
    row.resize(longest, 777);  // padding
    flat.insert(flat.end(), row.begin(), row.end());
  }
  const auto count = static_cast<int64_t>(rows.size());
  return {torch::tensor(flat, at::kDouble).view({count, -1, features}),
          torch::tensor(lengths, at::kLong)};
}

/// The same and further sequences, so that every feature varies.
SequenceSet with_others(const SequenceSet& set) {
  const SequenceSet others = white_noise(4, 1, set.features(), set.steps());
  SequenceSet all{at::cat({set.padded(), others.padded()}), at::cat({set.lengths, others.lengths})};
  if (set.labels.defined()) all.labels = at::cat({set.labels, at::arange(4, at::kLong) % 2});
  return all;
}

/// Features of the first synthetic sequence, by key.
std::map<std::string, double> features_of(const SequenceSet& real, const SequenceSet& synthetic) {
  const FeatureTable table =
      sequence_features(named(real, {"a", "b", "c"}, real.classes), real, with_others(synthetic));
  std::map<std::string, double> features;
  for (size_t k = 0; k < table.features.size(); ++k) {
    features[table.features[k].key] = table.synthetic[0][static_cast<int64_t>(k)].item<double>();
  }
  EXPECT_EQ(features.size(), table.features.size()) << "keys are not unique";
  return features;
}

std::string phrase_of(const SequenceSet& real, const SequenceSet& synthetic,
                      const std::string& key) {
  for (const SequenceFeature& feature :
       sequence_features(named(real, {"a", "b", "c"}), real, synthetic).features) {
    if (feature.key == key) return feature.subject + ": " + feature.phrase;
  }
  return "";
}

TEST(SequenceFeatures, TellLevels) {
  const auto f = features_of(sequences({{0, 1, 2, 3, 4, 5}}), sequences({{4, 0, 0, 2, 8, 10}}));
  EXPECT_EQ(f.at("a/mean"), 4);
  EXPECT_NEAR(f.at("a/spread"), std::sqrt((0 + 16 + 16 + 4 + 16 + 36) / 6.0), 1e-12);
  EXPECT_EQ(f.at("a/median"), 3);
  EXPECT_EQ(f.at("a/q10"), 0);
  EXPECT_EQ(f.at("a/q90"), 9);
  EXPECT_EQ(f.at("a/largest"), 10);
  EXPECT_EQ(f.at("a/first"), 4);
  EXPECT_EQ(f.at("a/last"), 10);
  EXPECT_EQ(f.at("a/drift"), 6);
  EXPECT_DOUBLE_EQ(f.at("a/zeros"), 2.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/distinct"), 5.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/high_tail"), 2.0 / 6);  // above 4.75
  EXPECT_DOUBLE_EQ(f.at("a/low_tail"), 2.0 / 6);   // below 0.25
  EXPECT_DOUBLE_EQ(f.at("a/too_high"), 2.0 / 6);   // above 5
}

TEST(SequenceFeatures, TellStepsAndRuns) {
  // Steps 1, 1, 0, 0, -4, 2, above the median of 2.5 in the middle.
  const auto f = features_of(sequences({{0, 1, 2, 3, 4, 5}}), sequences({{1, 2, 3, 3, 3, -1, 1}}));
  EXPECT_DOUBLE_EQ(f.at("a/step_size"), 8.0 / 6);
  EXPECT_NEAR(f.at("a/step_spread"), std::sqrt(22.0 / 6), 1e-12);
  EXPECT_EQ(f.at("a/rise"), 2);
  EXPECT_EQ(f.at("a/fall"), -4);
  EXPECT_DOUBLE_EQ(f.at("a/unchanged"), 2.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/straight"), 2.0 / 5);  // 1, 1 and 0, 0
  EXPECT_DOUBLE_EQ(f.at("a/rising"), 3.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/falling"), 1.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/turns"), 1.0 / 5);  // -4, 2
  EXPECT_DOUBLE_EQ(f.at("a/crossings"), 2.0 / 6);
  EXPECT_EQ(f.at("a/same_run"), 3);
  EXPECT_EQ(f.at("a/high_run"), 3);
}

TEST(SequenceFeatures, TellAutocorrelation) {
  const auto f =
      features_of(sequences({{0, 1, 2, 3, 4, 5, 6, 7}}), sequences({{1, -1, 1, -1, 1, -1, 1, -1}}));
  EXPECT_NEAR(f.at("a/acf1"), -1, 1e-12);
  EXPECT_NEAR(f.at("a/acf2"), 1, 1e-12);
  EXPECT_NEAR(f.at("a/acf5"), -1, 1e-12);
  EXPECT_NEAR(f.at("a/step_acf"), -1, 1e-12);
  EXPECT_NEAR(f.at("a/step_acf2"), 1, 1e-12);
}

TEST(SequenceFeatures, TellExactValues) {
  const SequenceSet real = sequences({{1.5, 2.5, 0.5, 7.5, 7.5, 7.5}}),
                    synthetic = sequences({{7.5, 2.51, 7.5, 1.25, 3, 4}});
  const auto f = features_of(real, synthetic);
  EXPECT_DOUBLE_EQ(f.at("a/is_7.5"), 2.0 / 6);
  EXPECT_DOUBLE_EQ(f.at("a/finer"), 2.0 / 6);  // 2.51 and 1.25 are no multiples of 0.5
  EXPECT_EQ(phrase_of(real, synthetic, "a/finer"), "a: values that are no multiples of 0.5");
  EXPECT_EQ(phrase_of(real, synthetic, "a/is_7.5"), "a: exactly 7.5");
}

TEST(SequenceFeatures, CountAndSkipMissingCells) {
  const auto f = features_of(sequences({{0, 1, 2, 3, 4, 5}, {1, kNone, 2, 3, 4, 5}}),
                             sequences({{2, kNone, kNone, 4, 4, kNone}}));
  EXPECT_DOUBLE_EQ(f.at("a/missing"), 0.5);
  EXPECT_EQ(f.at("a/gap"), 2);
  EXPECT_DOUBLE_EQ(f.at("a/mean"), 10.0 / 3);
  EXPECT_EQ(f.at("a/unchanged"), 1);  // the only step between two present cells
  EXPECT_TRUE(std::isnan(f.at("a/straight")));
}

TEST(SequenceFeatures, LookAtValidStepsOnly) {
  const auto f =
      features_of(sequences({{0, 1, 2, 3, 4, 5}}), sequences({{3, 5}, {1, 2, 3, 4, 5, 6}}));
  EXPECT_EQ(f.at("length"), 2);
  EXPECT_EQ(f.at("a/largest"), 5);
  EXPECT_EQ(f.at("a/last"), 5);
  EXPECT_TRUE(std::isnan(f.at("a/acf1")));
}

TEST(SequenceFeatures, TellRulesBetweenColumns) {
  // b is the sign of a, and c is a + 1 at least.
  const SequenceSet real = sequences({{0, 0, 1, 2, 1, 4, 0, 0, 2, 5, 1, 6, 3, 1, 4, 0, 0, 5},
                                      {1, 1, 3, 0, 0, 2, 0, 0, 3, 9, 1, 10, 2, 1, 4, 0, 0, 3}},
                                     3),
                    synthetic =
                        sequences({{0, 1, 2, 2, 0, 1, 0, 0, 3, 4, 1, 4, 0, 1, 2, 1, 1, 2}}, 3);
  const auto f = features_of(real, synthetic);
  EXPECT_EQ(f.at("a,b/zero_where_b_is"), 0.5);  // b is 0 twice, a once of these
  EXPECT_DOUBLE_EQ(f.at("a,b/zero_where_a_is"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(f.at("a,c/above"), 1.0 / 6);  // 2 above 1
  EXPECT_DOUBLE_EQ(f.at("a,b/equal"), 2.0 / 6);  // 0 = 0 and 1 = 1
  EXPECT_EQ(phrase_of(real, synthetic, "a,b/zero_where_b_is"),
            "a and b: where b is 0, a is 0, too");
  EXPECT_EQ(phrase_of(real, synthetic, "a,c/above"), "a and c: a above c");
  EXPECT_EQ(f.count("b,c/zero_where_b_is"), 0U) << "c is never 0";
  EXPECT_EQ(f.count("a,c/below"), 0U) << "no rule of the real sequences";
}

TEST(SequenceFeatures, TellCorrelations) {
  const SequenceSet real = sequences({{1, 2, 2, 4, 3, 6, 4, 8}}, 2),
                    synthetic = sequences({{1, 8, 2, 6, 3, 4, 4, 2}, {1, 2, 5, 2, 7, 3, 4, 9}}, 2);
  const auto f = features_of(real, synthetic);
  EXPECT_NEAR(f.at("a,b/correlation"), -1, 1e-12);
  EXPECT_TRUE(std::isnan(f.at("a,b/step_correlation"))) << "steps are constant";
}

TEST(SequenceFeatures, CrossLabelsWithLevels) {
  SequenceSet real = sequences({{1, 2, 3}, {7, 8, 9}}),
              synthetic = sequences({{4, 5, 6}, {1, 1, 2}});
  real.labels = torch::tensor({0, 1}, at::kLong);
  synthetic.labels = torch::tensor({1, 0}, at::kLong);
  real.classes = {"calm", "wild"};
  const auto f = features_of(real, synthetic);
  EXPECT_EQ(f.at("label/wild"), 1);
  EXPECT_EQ(f.at("label/calm"), 0);
  EXPECT_EQ(f.at("label/wild/a/mean"), 5);
  EXPECT_TRUE(std::isnan(f.at("label/calm/a/mean")));
  EXPECT_EQ(f.at("label/a/mean"), 5 - 8) << "8 is usual among the wild";
  synthetic.labels = at::Tensor();
  EXPECT_EQ(features_of(real, synthetic).count("label/wild"), 0U);
}

TEST(SequenceFeatures, TellAttributes) {
  SequenceSet real = sequences({{1, 2, 3}, {7, 8, 9}}), synthetic = real;
  real.attribute_columns.resize(1);
  real.attribute_columns[0].name = "height";
  real.attributes = torch::tensor({1.5, 1.8}, at::kDouble).view({2, 1});
  synthetic.attributes = torch::tensor({2.5, 1.8}, at::kDouble).view({2, 1});
  const FeatureTable table = sequence_features(real, real, synthetic);
  const auto found = std::ranges::find(table.features, "attribute/height", &SequenceFeature::key);
  ASSERT_NE(found, table.features.end());
  EXPECT_EQ(found->subject, "height");
  EXPECT_EQ(table.synthetic[0][found - table.features.begin()].item<double>(), 2.5);
  synthetic.attributes = at::Tensor();
  EXPECT_TRUE(std::ranges::none_of(
      sequence_features(real, real, synthetic).features,
      [](const SequenceFeature& of) { return of.key.starts_with("attribute/"); }));
}

TEST(SequenceFeatures, LeaveOutWhatNeverVaries) {
  const FeatureTable table =
      sequence_features(sequences({{2, 2, 2}}), sequences({{2, 2, 2}}), sequences({{2, 2, 2}}));
  EXPECT_TRUE(table.features.empty());
}

TEST(SequenceFeatures, HaveOneRowPerSequence) {
  const FeatureTable table = sequence_features(sines(30, 1), sines(20, 2), white_noise(25, 1));
  const auto width = static_cast<int64_t>(table.features.size());
  EXPECT_EQ(table.real.sizes(), (std::vector<int64_t>{20, width}));
  EXPECT_EQ(table.synthetic.sizes(), (std::vector<int64_t>{25, width}));
  EXPECT_EQ(table.features.front().subject, "column 1");
}

}  // namespace sequence_features_test
}  // namespace rnngan
