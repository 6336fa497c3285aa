// What is noted of columns of classes, of pairs with them, and of what goes missing.
#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/giveaway.h"
#include "evaluation/metric_support.h"
#include "evaluation/mixed_sets.h"
#include "evaluation/scoring.h"
#include "evaluation/sequence_features.h"

namespace rnngan {
namespace category_features_test {

using ::testing::HasSubstr;

struct Found {
  double value;
  SequenceFeature about;
};

/// Features of the first synthetic sequence, by key. Others beside it make them vary.
std::map<std::string, Found> features_of(const SequenceSet& real, const SequenceSet& synthetic) {
  const FeatureTable table = sequence_features(real, real, synthetic);
  std::map<std::string, Found> features;
  for (size_t k = 0; k < table.features.size(); ++k) {
    features[table.features[k].key] = {table.synthetic[0][static_cast<int64_t>(k)].item<double>(),
                                       table.features[k]};
  }
  EXPECT_EQ(features.size(), table.features.size()) << "keys are not unique";
  return features;
}

const std::vector<KindOfColumn> kSky = {{"sky", {"clear", "cloudy", "storm"}}};

/// A reference in which each sky but a storm after a clear one is frequent.
SequenceSet real_skies() {
  return mixed_rows({{0, 0, 1, 1, 2, 2, 0, 0, 1, 2},
                     {0, 1, 0, 1, 2, 0, 1, 2, 0, 1},
                     {2, 2, 1, 0, 0, 1, 2, 1, 0, 0},
                     {1, 2, 0, 1, 2, 0, 1, 2, 0, 1},
                     {0, 0, 1, 1, 2, 2, 0, 0, 1, 2},
                     {0, 1, 0, 1, 2, 0, 1, 2, 0, 1},
                     {2, 2, 1, 0, 0, 1, 2, 1, 0, 0},
                     {1, 2, 0, 1, 2, 0, 1, 2, 0, 1},
                     {0, 0, 1, 1, 2, 2, 0, 0, 1, 2},
                     {0, 1, 0, 1, 2, 0, 1, 2, 0, 1}},
                    kSky);
}

TEST(CategoryFeatures, TellSharesRunsAndChanges) {
  const auto f =
      features_of(real_skies(), mixed_rows({{0, 0, 0, 2, 2, kMissing, kMissing, 1, 1, kMissing},
                                            {0, 1, 2, 0, 1, 2, 0, 1, 2, 0}},
                                           kSky));
  EXPECT_DOUBLE_EQ(f.at("sky/is_clear").value, 3.0 / 7);
  EXPECT_EQ(f.at("sky/is_clear").about.phrase, "share of steps \"clear\"");
  EXPECT_EQ(f.at("sky/is_clear").about.unit, FeatureUnit::share);
  EXPECT_DOUBLE_EQ(f.at("sky/run").value, 7.0 / 3);
  EXPECT_EQ(f.at("sky/longest_run").value, 3);
  // Of the five steps before a known one, one changes, to what no clear sky of the reference does.
  EXPECT_DOUBLE_EQ(f.at("sky/changes").value, 1.0 / 5);
  EXPECT_DOUBLE_EQ(f.at("sky/unseen").value, 1.0 / 5);
  EXPECT_TRUE(f.at("sky/unseen").about.rule);
  EXPECT_DOUBLE_EQ(f.at("sky/clear>clear").value, 2.0 / 3);
  EXPECT_EQ(f.at("sky/clear>cloudy").about.phrase, "share of \"clear\" followed by \"cloudy\"");
  EXPECT_DOUBLE_EQ(f.at("sky/missing").value, 0.3);
  EXPECT_EQ(f.at("sky/gaps").value, 2);
  EXPECT_EQ(f.at("sky/gap").value, 2);
  EXPECT_FALSE(f.contains("sky/mean")) << "codes are no numbers";
}

TEST(CategoryFeatures, TellNothingOfASequenceWithoutAPresentCell) {
  const double x = kMissing;
  const auto f = features_of(real_skies(), mixed_rows({{x, x, x, x, x, x, x, x, x, x}}, kSky));
  EXPECT_TRUE(std::isnan(f.at("sky/is_clear").value));
  EXPECT_TRUE(std::isnan(f.at("sky/changes").value));
  EXPECT_TRUE(std::isnan(f.at("sky/run").value));
  EXPECT_EQ(f.at("sky/missing").value, 1);
}

TEST(MixedFeatures, TellNumbersWithinClasses) {
  const std::vector<KindOfColumn> kinds = {{"sky", {"clear", "storm"}}, {"rain"}};
  const SequenceSet real = mixed_rows({{0, 0, 0, 0, 1, 4, 1, 6}, {0, 0, 1, 3, 1, 5, 0, 0}}, kinds),
                    synthetic = mixed_rows(
                        {{0, 2, 0, 0, 1, 8, 1, kMissing}, {0, 0, 0, 0, 0, 1, 0, 2}}, kinds);
  const auto f = features_of(real, synthetic);
  EXPECT_EQ(f.at("sky,rain/clear/mean").value, 1);
  EXPECT_EQ(f.at("sky,rain/storm/mean").value, 8);
  EXPECT_EQ(f.at("sky,rain/clear/zeros").value, 0.5);
  EXPECT_TRUE(f.at("sky,rain/clear/zeros").about.rule) << "always 0 in the reference";
  EXPECT_EQ(f.at("sky,rain/clear/zeros").about.phrase,
            "exact zeros of rain where sky is \"clear\"");
  EXPECT_FALSE(f.contains("sky,rain/correlation"));
}

TEST(MixedFeatures, TellClassesThatComeTogether) {
  const std::vector<KindOfColumn> kinds = {{"sky", {"clear", "storm"}}, {"wind", {"calm", "wild"}}};
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 20; ++i) rows.push_back({0, 0, 0, 0, 1, 1, 1, 1});
  rows.push_back({0, 0, 1, 1, 1, 1, 1, 1});
  const auto f =
      features_of(mixed_rows(rows, kinds), mixed_rows({{0, 0, 0, 1, 1, 1, kMissing, 1}}, kinds));
  EXPECT_DOUBLE_EQ(f.at("sky,wind/clear+calm").value, 1.0 / 3);
  EXPECT_EQ(f.at("sky,wind/clear+calm").about.phrase, "share of steps \"clear\" and \"calm\"");
  EXPECT_DOUBLE_EQ(f.at("sky,wind/unseen").value, 1.0 / 3) << "no clear sky is wild";
  EXPECT_EQ(f.at("sky,wind/unseen").about.subject, "sky and wind");
}

TEST(MissingFeatures, TellWhatGoesMissingTogether) {
  const std::vector<KindOfColumn> kinds = {{"a"}, {"b"}};
  const double x = kMissing;
  const auto f =
      features_of(mixed_rows({{1, 2, x, x, 3, 4, 5, 1}, {1, 2, 2, 2, 3, 4, 5, 1}}, kinds),
                  mixed_rows({{x, 2, x, x, 3, x, x, 7}}, kinds));
  EXPECT_DOUBLE_EQ(f.at("a,b/missing").value, 0.25);
  EXPECT_EQ(f.at("a/gaps").value, 2);
  EXPECT_EQ(f.at("a/gap").value, 2);
}

TEST(LabelFeatures, TellClassesWithinLabels) {
  SequenceSet real = real_skies(), synthetic = mixed_rows({{0, 0, 2, 2, 2, 2, 2, 2, 2, 2}}, kSky);
  real.labels = at::arange(10, at::kLong) % 3 % 2;
  real.classes = {"summer", "winter"};
  synthetic.labels = torch::tensor({1}, at::kLong);
  const auto f = features_of(real, synthetic);
  EXPECT_DOUBLE_EQ(f.at("label/winter/sky/is_storm").value, 0.8);
  EXPECT_TRUE(std::isnan(f.at("label/summer/sky/is_cloudy").value));
  EXPECT_FALSE(f.contains("label/sky/mean"));
}

TEST(AttributeFeatures, TellClasses) {
  SequenceSet real = real_skies(), synthetic = mixed_rows({{0, 0, 2, 2, 2, 2, 2, 2, 2, 2}}, kSky);
  for (SequenceSet* set : {&real, &synthetic}) {
    set->attribute_columns.resize(1);
    set->attribute_columns[0].name = "station";
    set->attribute_columns[0].classes = {"hill", "sea"};
    set->attributes = at::ones({set->count(), 1}, at::kDouble);
  }
  real.attributes[0][0] = 0;
  const auto f = features_of(real, synthetic);
  EXPECT_EQ(f.at("attribute/station/is_sea").value, 1);
  EXPECT_EQ(f.at("attribute/station/is_hill").value, 0);
  EXPECT_FALSE(f.contains("attribute/station"));
}

/// What c2st says gives samples away.
std::string sentences_of(const MixedOptions& options) {
  const SequenceSet real = mixed_weather(400, 1), synthetic = mixed_weather(400, 2, options);
  const MetricResult result = metric_row("c2st").compute({real, synthetic});
  std::string text;
  for (const Giveaway& one : result.giveaways.value().features) {
    if (one.leads) text += one.sentence + "\n";
  }
  return text;
}

TEST(C2st, SaysWhatIsWrongWithClassesAndMissingCells) {
  MixedOptions restless, broken, gaps;
  restless.stay = 0.3;
  EXPECT_THAT(sentences_of(restless), HasSubstr("sky: "));
  broken.tied = false;
  EXPECT_THAT(sentences_of(broken), HasSubstr("rain where sky is \"clear\": 100 % real"));
  gaps.missing = 0.4;
  EXPECT_THAT(sentences_of(gaps), HasSubstr("temperature: missing"));
  EXPECT_EQ(sentences_of({}), "");
}

}  // namespace category_features_test
}  // namespace rnngan
