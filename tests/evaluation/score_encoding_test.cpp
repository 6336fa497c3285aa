// Categories and missing cells as numbers that scores compute with.
#include "evaluation/score_encoding.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/evaluator.h"
#include "evaluation/metric_support.h"
#include "evaluation/mixed_sets.h"
#include "evaluation/scoring.h"

namespace rnngan {
namespace score_encoding_test {

using at::Tensor;
using ::testing::ElementsAre;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ScoreEncoding encoding_of(const SequenceSet& real) {
  return {real, ValidCells(real, nullptr)};
}

std::vector<double> feature(const SequenceSet& of, int64_t index) {
  const Tensor values = of.padded().select(2, index).reshape({-1}).contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

/// sky and a level: two sequences of three steps.
SequenceSet small() {
  return mixed_rows({{0, 1, 1, kMissing, 1, 5}, {1, 3, kMissing, 3, 0, kMissing}},
                    {{"sky", {"clear", "storm"}}, {"level"}});
}

TEST(ScoreEncoding, MakesNumbersOfClassesAndMissingCells) {
  const SequenceSet numbers = encoding_of(small())(small());
  ASSERT_EQ(numbers.features(), 5);
  const std::vector<std::string> names = {"sky = clear", "sky = storm", "sky missing", "level",
                                          "level missing"};
  for (int64_t d = 0; d < 5; ++d) {
    EXPECT_EQ(numbers.column_name(d), names[static_cast<size_t>(d)]);
    EXPECT_FALSE(numbers.is_category(d));
  }
  EXPECT_THAT(feature(numbers, 0), ElementsAre(1, 0, 0, 0, 0, 1));
  EXPECT_THAT(feature(numbers, 1), ElementsAre(0, 1, 1, 1, 0, 0));
  EXPECT_THAT(feature(numbers, 2), ElementsAre(0, 0, 0, 0, 1, 0));
  EXPECT_THAT(feature(numbers, 3), ElementsAre(1, 3, 5, 3, 3, 3)) << "3 is the mean";
  EXPECT_THAT(feature(numbers, 4), ElementsAre(0, 1, 0, 0, 0, 1));
  EXPECT_THAT(feature_weights(numbers), ElementsAre(1.0 / 3, 1.0 / 3, 1.0 / 3, 0.5, 0.5));
}

TEST(ScoreEncoding, LeavesCompleteNumbersAlone) {
  const SequenceSet a = golden_a();
  const ScoreEncoding encoding = encoding_of(a);
  EXPECT_TRUE(encoding.is_identity());
  EXPECT_EQ(encoding(a).rows.data_ptr(), a.rows.data_ptr());
  EXPECT_TRUE(encoding(a).encoded.empty());
}

TEST(ScoreEncoding, IsFittedOnRealSequences) {
  SequenceSet other = small();
  other.rows.select(1, 1).fill_(100);
  other.rows[0][1] = kMissing;
  EXPECT_EQ(feature(encoding_of(small())(other), 3)[0], 3);
  // A column that is complete in the reference and not in the training sequences may miss cells.
  const SequenceSet complete = mixed_rows({{0, 1, 1, 2}}, {{"sky", {"clear", "storm"}}, {"level"}});
  const SequenceSet train = small();
  const ScoreEncoding both(complete, ValidCells(complete, &train));
  EXPECT_EQ(both(complete).features(), 5);
  EXPECT_EQ(encoding_of(complete)(complete).features(), 3);
}

TEST(ScoreEncoding, LooksAtValidStepsOnly) {
  SequenceSet set = small();
  set.lengths = torch::tensor({1, 2}, at::kLong);  // levels 1, 3, 3
  const SequenceSet numbers = encoding_of(set)(set);
  ASSERT_EQ(numbers.features(), 4) << "the level misses no valid cell";
  EXPECT_THAT(feature_weights(numbers), ElementsAre(1.0 / 3, 1.0 / 3, 1.0 / 3, 1));
}

TEST(Differences, OfEncodedColumnsHaveNoJumpsAcrossMissingCells) {
  const SequenceSet change = differences(encoding_of(small())(small()));
  EXPECT_THAT(feature(change, 3), ElementsAre(0, 0, 0, 0));   // 1, -, 5 and 3, 3, -
  EXPECT_THAT(feature(change, 4), ElementsAre(1, -1, 0, 1));  // the gap itself
  EXPECT_THAT(feature(change, 1), ElementsAre(1, 0, 0, 0));   // clear, storm, storm
  EXPECT_THAT(feature(change, 2), ElementsAre(0, 0, 1, -1));
}

// Distances take a column of classes for one column, however many classes it has.
TEST(FeatureScaler, CountsAColumnOnceInDistances) {
  const SequenceSet set = mixed_weather(200, 1);
  const SequenceSet numbers = encoding_of(set)(set);
  const FeatureScaler scaler(numbers);
  const Tensor squares = scaler.for_distances(numbers).square().flatten(0, 1).mean(0);
  const auto part = [&](int64_t from, int64_t count) {
    return squares.narrow(0, from, count).sum().item<double>();
  };
  ASSERT_EQ(numbers.features(), 6);  // three classes, rain, temperature and whether it is missing
  EXPECT_NEAR(part(0, 3), 2, 1e-9);  // 6 features of 3 columns
  EXPECT_NEAR(part(3, 1), 2, 1e-9);
  EXPECT_NEAR(part(4, 2), 2, 1e-9);
  EXPECT_NEAR(scaler(numbers).square().flatten(0, 1).mean(0).narrow(0, 0, 3).sum().item<double>(),
              1, 1e-9);
}

TEST(WithDifferences, HasNoJumpsAcrossMissingCells) {
  const SequenceSet numbers = encoding_of(small())(small());
  const Tensor channels = WithDifferences(numbers)(numbers);
  const FeatureScaler changes(differences(numbers));
  const double none = ((0 - changes.mean[3]) / changes.sd[3]).item<double>() * std::sqrt(0.5);
  EXPECT_NEAR(channels[0][1][5 + 3].item<double>(), none, 1e-12);
  EXPECT_NEAR(channels[0][2][5 + 3].item<double>(), none, 1e-12);
}

TEST(ValidCells, AreThoseThatRealSequencesMayHave) {
  const SequenceSet real = small();
  const ValidCells cells(real, nullptr);
  EXPECT_TRUE(cells.may_miss(0));
  const SequenceSet complete = mixed_rows({{0, 1, 1, 2}}, {{"sky", {"clear", "storm"}}, {"level"}});
  const SequenceSet samples = mixed_rows({{0, 1, 1, 2},
                                          {0, kMissing, 1, 2},
                                          {0, 1, 2, 2},   // the third class of two
                                          {-1, 1, 0, 2},  // how an unknown one is read
                                          {0.5, 1, 0, 2},
                                          {0, 1, 1, kInfinity},
                                          {kMissing, 1, 1, 2}},
                                         {{"sky", {"clear", "storm"}}, {"level"}});
  const auto flags = [](const Tensor& of) {
    std::vector<int> values;
    for (int64_t i = 0; i < of.size(0); ++i) values.push_back(of[i].item<bool>() ? 1 : 0);
    return values;
  };
  EXPECT_THAT(flags(cells.not_finite(samples)), ElementsAre(0, 0, 0, 0, 0, 1, 0));
  EXPECT_THAT(flags(cells.unknown_class(samples)), ElementsAre(0, 0, 1, 1, 1, 0, 0));
  const ValidCells strict(complete, nullptr);
  EXPECT_THAT(flags(strict.not_finite(samples)), ElementsAre(0, 1, 0, 0, 0, 1, 1));
}

// A cell that is no data is one cell less, not a sequence less.
TEST(ValidCells, LeaveOutCellsAndOnlyHopelessSequences) {
  const std::vector<KindOfColumn> columns = {{"sky", {"clear", "storm"}}, {"level"}};
  const ValidCells cells(mixed_rows({{0, 1, 1, 2}}, columns), nullptr);
  const SequenceSet complete = mixed_rows({{0, 1, 1, 2}}, columns);
  EXPECT_TRUE(cells.usable(complete).rows.is_same(complete.rows));
  const SequenceSet usable = cells.usable(mixed_rows({{0, 1, 1, 2},
                                                      {0, kMissing, 1, 2},
                                                      {0, 1, 2, 2},
                                                      {0, 1, 1, kInfinity},
                                                      {0, kMissing, 1, kMissing}},
                                                     columns));
  ASSERT_EQ(usable.count(), 3);
  EXPECT_TRUE(std::isnan(usable.padded()[1][0][1].item<double>()));
  EXPECT_TRUE(std::isnan(usable.padded()[2][1][0].item<double>()));
  EXPECT_EQ(usable.padded().isnan().sum().item<int64_t>(), 2);
}

EvaluationRequest request_of(std::vector<std::string> metrics) {
  EvaluationRequest request;
  request.metrics = std::move(metrics);
  request.repeats = 1;
  return request;
}

TEST(Evaluate, CountsWhatIsNoDataAndScoresTheRest) {
  const SequenceSet real = mixed_weather(60, 1);
  SequenceSet synthetic = mixed_weather(60, 2);
  synthetic.padded()[3][2][0] = -1;
  synthetic.padded()[4][2][1] = kMissing;   // rain is never missing
  synthetic.padded()[5][2][2] = kMissing;   // temperature is
  synthetic.padded()[6][2][1] = kInfinity;  // nothing can be said of this one
  const auto scores = evaluate({real, synthetic, {}}, request_of({"invalid_rate", "mmd2"}));
  EXPECT_DOUBLE_EQ(scores[0].result.value.value(), 3.0 / 60);
  EXPECT_EQ(scores[0].result.detail, (nlohmann::json{{"not_finite", 2}, {"unknown_class", 1}}));
  EXPECT_EQ(scores[1].result.detail.at("invalid"), 1);
  EXPECT_EQ(scores[1].synthetic_count, 59);
}

// Half a sample without one cell each is hardly another distribution; every score has its say.
TEST(Evaluate, ScoresCompleteNumbersAgainstSamplesWithGaps) {
  const auto numbers_only = [](uint64_t seed) {
    SequenceSet set = unshared(mixed_weather(80, seed));
    set.columns = {set.columns[1]};
    set.rows = set.rows.narrow(1, 1, 1).clone();
    return set;
  };
  const SequenceSet real = numbers_only(1);
  SequenceSet synthetic = numbers_only(2);
  synthetic.padded().select(1, 1).slice(0, 0, 80, 2).fill_(kMissing);
  const auto scores = evaluate({real, synthetic, {}},
                               request_of({"invalid_rate", "marginal_w1", "mmd2", "c2st_fast"}));
  ASSERT_EQ(scores.size(), 4U);
  for (const Score& score : scores) ASSERT_TRUE(score.result.value) << score.metric.name();
  EXPECT_DOUBLE_EQ(*scores[0].result.value, 0.5);
  EXPECT_LT(*scores[1].result.value, 0.2);
  EXPECT_LT(*scores[2].result.value, 0.2);
  EXPECT_GT(*scores[3].result.value, 0.7) << "the judge sees that cells are missing";
}

// They are real all the same: a rare class may be in one of two files alone.
TEST(Evaluate, LeavesOutTrainingSequencesWithClassesThatTheReferenceLacks) {
  SequenceSet train = mixed_weather(60, 2);
  train.padded()[3][2][0] = -1;
  const auto scores =
      evaluate({mixed_weather(80, 1), mixed_weather(80, 3), train},
               request_of({"category_tv", "transition", "mmd2", "copy_rate", "c2st_fast"}));
  ASSERT_EQ(scores.size(), 5U);
  for (const Score& score : scores) {
    EXPECT_TRUE(score.result.value) << score.metric.name();
    if (score.metric.row->floor == FloorKind::train) {
      EXPECT_EQ(score.common_count, 59) << score.metric.name();
    }
  }
}

// Every score gives a finite value for columns of all kinds, or says why it gives none; most see
// noise.
TEST(Evaluate, ScoresColumnsOfAllKinds) {
  EvaluationRequest request = request_of({"all"});
  std::set<std::string> skipped;
  for (const Score& score :
       evaluate({mixed_weather(80, 1), mixed_weather(80, 2), mixed_weather(90, 3)}, request)) {
    const std::string name = score.metric.name();
    if (!score.result.value) skipped.insert(name);
    EXPECT_EQ(score.result.value.has_value(), score.result.reason.empty() || score.result.value)
        << name;
    if (score.result.value) {
      EXPECT_TRUE(std::isfinite(*score.result.value)) << name;
    }
  }
  EXPECT_THAT(skipped, ElementsAre("ps_timegan"));
}

TEST(Evaluate, TellsGoodFromBadInColumnsOfAllKinds) {
  const SequenceSet real = mixed_weather(300, 1), train = mixed_weather(300, 3);
  const std::vector<std::string> metrics = {
      "marginal_w1", "category_tv", "transition", "atoms",     "missing_gap", "association",
      "acf",         "xcorr",       "mmd2",       "ed_energy", "prdc",        "tstr_next"};
  const auto good = evaluate({real, mixed_weather(300, 2), train}, request_of(metrics));
  MixedOptions wrong;
  wrong.stay = 0.2;
  wrong.missing = 0.4;
  wrong.tied = false;
  const auto bad = evaluate({real, mixed_weather(300, 2, wrong), train}, request_of(metrics));
  ASSERT_EQ(good.size(), metrics.size());
  for (size_t k = 0; k < good.size(); ++k) {
    const double sign = good[k].metric.row->direction == Direction::higher ? -1 : 1;
    const std::string name = good[k].metric.name();
    EXPECT_LT(sign * *good[k].result.value, sign * *bad[k].result.value) << name;
    if (name == "category_tv") continue;  // the sky is as often each of three in noise
    EXPECT_TRUE(good[k].norm().has_value()) << name << ": " << good[k].remark();
  }
}

TEST(Evaluate, LeavesOutOfGroupsWhatColumnsLack) {
  const auto names = [](const SequenceSet& real, std::vector<std::string> metrics) {
    std::set<std::string> all;
    EvaluationRequest request = request_of(std::move(metrics));
    request.bounds = false;
    for (const Score& score : evaluate({real, real, {}}, request)) all.insert(score.metric.name());
    return all;
  };
  const auto plain = names(golden_a(), {"fast"}), mixed = names(mixed_weather(60, 1), {"fast"});
  for (const char* name : {"category_tv", "transition", "atoms", "missing_gap"}) {
    EXPECT_FALSE(plain.contains(name)) << name;
    EXPECT_TRUE(mixed.contains(name)) << name;
    EXPECT_TRUE(names(golden_a(), {name}).contains(name)) << "named itself it says why not";
  }
}

// A set of which a sequence has no present cell at all.
TEST(Evaluate, TakesSequencesWithoutAPresentCell) {
  const auto emptied = [](SequenceSet set) {
    set.padded().narrow(0, 0, 3).fill_(kMissing);
    return set;
  };
  for (const Score& score : evaluate({emptied(mixed_weather(80, 1)), emptied(mixed_weather(80, 2)),
                                      emptied(mixed_weather(80, 3))},
                                     request_of({"default"}))) {
    ASSERT_TRUE(score.result.value.has_value()) << score.metric.name() << score.result.reason;
    EXPECT_TRUE(std::isfinite(*score.result.value)) << score.metric.name();
  }
}

}  // namespace score_encoding_test
}  // namespace rnngan
