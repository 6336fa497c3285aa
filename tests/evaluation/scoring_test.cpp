// The engine: names, numbers, floors, ceilings, records.
#include "evaluation/scoring.h"

#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "evaluation/metric_support.h"
#include "evaluation/sines.h"
#include "tensor/random.h"

namespace rnngan {
namespace scoring_test {

using at::Tensor;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

EvaluationRequest request_of(std::vector<std::string> metrics) {
  EvaluationRequest request;
  request.metrics = std::move(metrics);
  return request;
}

Score one_record(const EvaluationData& data, const EvaluationRequest& request) {
  const std::vector<Score> records = evaluate(data, request);
  EXPECT_EQ(records.size(), 1);
  return records.at(0);
}

TEST(Catalog, HasDistinctNamesAndTexts) {
  std::set<std::string> names;
  for (const MetricRow& row : metric_catalog()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.question.empty()) << row.name;
    EXPECT_FALSE(row.formula.empty()) << row.name;
    EXPECT_TRUE(row.compute) << row.name;
    EXPECT_GT(row.max_count, 0) << row.name;
  }
}

TEST(Catalog, HasGroupsOfKnownScores) {
  const std::vector<std::string> all = metric_groups().back().metrics;
  EXPECT_EQ(metric_groups().back().name, "all");
  for (const MetricGroup& group : metric_groups()) {
    EXPECT_FALSE(group.metrics.empty());
    for (const std::string& id : group.metrics) EXPECT_THAT(all, testing::Contains(id));
  }
}

TEST(ResolveMetrics, KeepsTheOrderOfTheCatalog) {
  EXPECT_THAT(names_of(resolve_metrics({"acf_d1", "mmd2", "acf_d1"})),
              ElementsAre("acf_d1", "mmd2"));
  EXPECT_THAT(names_of(resolve_metrics({"fast", "mmd2"})),
              ElementsAre("invalid_rate", "marginal_w1", "marginal_w1_d1", "category_tv",
                          "transition", "atoms", "missing_gap", "acf", "acf_d1", "mmd2", "mmd2_d1",
                          "ed_nn", "c2st_fast"));
  EXPECT_EQ(resolve_metrics({}), resolve_metrics({"default"}));
}

TEST(ResolveMetrics, RefusesUnknownNamesWithTheNearest) {
  for (const auto& [wrong, right] :
       {std::pair{"mmd", "mmd2"}, {"defalt", "default"}, {"acf_d2", "acf_d1"}}) {
    try {
      resolve_metrics({"acf", wrong});
      FAIL() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.what(), HasSubstr(std::string("\"") + wrong + "\""));
      EXPECT_THAT(error.problems()[0].hint, HasSubstr(right));
    }
  }
  EXPECT_THROW(resolve_metrics({"ds_d1"}), Error);
}

TEST(Evaluate, GivesScoresOfTheDataAsTheyAre) {
  EvaluationRequest request = request_of({"mmd2", "mmd2_d1", "acf_d1"});
  request.bounds = false;
  const auto records = evaluate({golden_a(), golden_b()}, request);
  ASSERT_EQ(records.size(), 3);
  EXPECT_NEAR(records[0].result.value.value(), 0.3228834495, 1e-8);
  EXPECT_NEAR(records[1].result.value.value(), 0.0067183342, 1e-8);
  EXPECT_NEAR(records[2].result.value.value(), 0.0128841112, 1e-8);
  EXPECT_FALSE(records[0].floor || records[0].ceiling || records[0].norm());
}

TEST(Evaluate, GivesTheValueOfAllThatIsGiven) {
  const EvaluationData data = {random_sines(100, 1), random_sines(70, 2), {}};
  EvaluationRequest request = request_of({"marginal_w1", "mmd2"});
  const auto with = evaluate(data, request);
  request.bounds = false;
  const auto without = evaluate(data, request);
  ASSERT_EQ(without.size(), 2);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(with[i].floor && with[i].ceiling);
    EXPECT_FALSE(without[i].floor || without[i].ceiling);
    EXPECT_EQ(without[i].result.value, with[i].result.value);
    EXPECT_EQ(with[i].real_count, 100);
    EXPECT_EQ(with[i].synthetic_count, 70);
    EXPECT_EQ(without[i].real_count, 100);
  }
  // Another tool's figure of the same two sets.
  EXPECT_EQ(with[0].result.value, score("marginal_w1", data.real, data.synthetic).value);
}

// The other half of the real sequences is the floor, so that norms are of half as many.
TEST(Evaluate, MakesFloorCeilingAndNormAtOneNumber) {
  const EvaluationData data = {random_sines(100, 1), with_noise(random_sines(100, 2), 0.05, 1), {}};
  const Score record = one_record(data, request_of({"marginal_w1"}));
  EXPECT_EQ(record.real_count, 100);
  EXPECT_EQ(record.common_count, 50);
  ASSERT_TRUE(record.common_value && record.norm());
  EXPECT_NE(record.common_value, record.result.value);
  EXPECT_DOUBLE_EQ(record.norm().value(),
                   (*record.common_value - *record.floor) / (*record.ceiling - *record.floor));
  EXPECT_THAT(record.remark(), HasSubstr("at n = 50, as floor and ceiling"));
  EXPECT_EQ(to_json(record).at("common"), (json{{"n", 50}, {"value", *record.common_value}}));

  const EvaluationData with_train = {data.real, data.synthetic, random_sines(150, 3)};
  const Score all = one_record(with_train, request_of({"marginal_w1"}));
  EXPECT_EQ(all.common_count, 100);
  EXPECT_EQ(all.common_value, all.result.value);
  EXPECT_EQ(all.result.value, record.result.value);
  EXPECT_EQ(all.remark(), "");
}

TEST(Evaluate, GivesFloorAndCeilingEqualNumbers) {
  const auto common = [](const EvaluationData& data, const EvaluationRequest& request) {
    return one_record(data, request).common_count;
  };
  const SequenceSet real = random_sines(100, 1), synthetic = random_sines(70, 2);
  EvaluationRequest request = request_of({"marginal_w1"});
  EXPECT_EQ(common({real, synthetic, {}}, request), 50);  // halves of the reference
  EXPECT_EQ(common({real, synthetic, random_sines(90, 3)}, request), 70);
  EXPECT_EQ(common({real, synthetic, random_sines(30, 3)}, request), 30);
  request.max_count = 25;
  EXPECT_EQ(common({real, synthetic, {}}, request), 25);
  const Score record = one_record({real, synthetic, {}}, request);
  EXPECT_EQ(record.real_count, 25);
  EXPECT_EQ(record.synthetic_count, 25);
}

// Distances after warping of time are the slow ones.
TEST(Evaluate, NeverGivesASlowScoreMoreThanItsOwnNumber) {
  const EvaluationData data{random_sines(520, 1), random_sines(520, 2), {}};
  EvaluationRequest request = request_of({"dtw_energy"});
  request.bounds = false;
  request.max_count = 2000;
  EXPECT_EQ(one_record(data, request).real_count, 500);
  request.max_count = 30;
  EXPECT_EQ(one_record(data, request).real_count, 30);
  request.metrics = {"ed_energy"};
  request.max_count = 510;
  EXPECT_EQ(one_record(data, request).real_count, 510);
}

TEST(Evaluate, TakesTheFloorFromTheTrainingSet) {
  const EvaluationData data{golden_a(), golden_b(), golden_b()};
  for (const char* metric : {"mmd2", "xcorr_d1", "ed_energy", "prdc"}) {
    const Score record = one_record(data, request_of({metric}));
    EXPECT_EQ(record.floor.value(), record.result.value.value()) << metric;
    EXPECT_NE(record.floor.value(), record.ceiling.value()) << metric;
    if (metric == std::string("xcorr_d1")) continue;  // noise is nearer than b
    EXPECT_EQ(record.norm().value_or(-1), 0) << metric;
  }
}

// Training sequences that are further from the held-out ones than noise is: a drift.
TEST(Evaluate, HasNoNormWhereNoiseIsBetterThanTrainingSequences) {
  SequenceSet drifted = golden_b();
  drifted = with_values(drifted, drifted.padded() + 100);
  const EvaluationData data{golden_a(), golden_b(), drifted};
  for (const char* metric : {"marginal_w1", "coverage"}) {
    const Score record = one_record(data, request_of({metric}));
    EXPECT_TRUE(record.floor && record.ceiling) << metric;
    EXPECT_FALSE(record.norm()) << metric;
  }
  EXPECT_TRUE(one_record(data, request_of({"acf_d1"})).norm());
}

TEST(Evaluate, TakesTheFloorFromDisjointHalves) {
  // Were the halves not disjoint, distances between them would be 0.
  const SequenceSet real = random_sines(60, 1);
  const Score record = one_record({real, random_sines(60, 2), {}}, request_of({"ed_nn"}));
  EXPECT_GT(record.result.detail.at("floor_fidelity").get<double>(), 0.1);
  EXPECT_EQ(record.floor.value(), 1);
}

// Sequences of a rising series in their order: the earlier and the later half would be far apart.
TEST(Evaluate, DrawsTheHalvesAtRandomEvenWhereAllAreTaken) {
  SequenceSet rising = random_sines(100, 1);
  rising = with_values(
      rising, rising.padded() + at::arange(100, rising.padded().options()).view({100, 1, 1}));
  const Score record = one_record({rising, random_sines(100, 2), {}}, request_of({"marginal_w1"}));
  EXPECT_EQ(record.common_count, 50);
  EXPECT_LT(record.floor.value(), 0.6);  // 1.7 between the halves in time
}

TEST(Evaluate, GivesNearestNeighboursAsRatiosToTheirFloor) {
  const EvaluationData data{golden_a(), golden_b(), golden_a()};
  EvaluationRequest request = request_of({"ed_nn"});
  EXPECT_EQ(one_record(data, request).result.reason, "floor_is_zero");

  const EvaluationData other{golden_a(), golden_b48(), golden_h()};
  request.bounds = false;
  const Score record = one_record(other, request);
  const json& detail = record.result.detail;
  const double fidelity =
      detail.at("fidelity").get<double>() / detail.at("floor_fidelity").get<double>();
  const double coverage =
      detail.at("coverage_dist").get<double>() / detail.at("floor_coverage_dist").get<double>();
  EXPECT_DOUBLE_EQ(record.result.value.value(), std::max(fidelity, coverage));
  EXPECT_NE(fidelity, coverage);
  EXPECT_FALSE(record.floor.has_value());
}

TEST(Evaluate, HasWhiteNoiseForCeiling) {
  SequenceSet real = random_sines(400, 1);
  real.padded().select(2, 1).mul_(50).add_(1000);
  real.padded().select(2, 2).fill_(3);
  const FeatureScaler scaler(real);
  at::Generator generator = stream_generator(4, "white", 0);
  SequenceSet noise{
      at::empty_like(real.padded()).normal_(0, 1, generator) * scaler.sd + scaler.mean,
      real.lengths};
  noise.padded().select(2, 2).fill_(3);
  const auto records =
      evaluate({real, noise, random_sines(400, 2)},
               request_of({"marginal_w1", "marginal_w1_d1", "acf", "acf_d1", "mmd2", "mmd2_d1"}));
  for (const Score& record : records) {
    EXPECT_NEAR(record.result.value.value() / record.ceiling.value(), 1, 0.1)
        << record.metric.name();
  }
}

TEST(Evaluate, CountsInvalidSequences) {
  SequenceSet b = golden_b();
  b.padded()[0][0][0] = std::numeric_limits<double>::quiet_NaN();
  b.padded()[1][5][1] = -std::numeric_limits<double>::infinity();
  b.lengths[2] = 4;
  b.padded()[2][5][2] = std::numeric_limits<double>::quiet_NaN();  // padding
  const Score record = one_record({golden_a(), b, {}}, request_of({"invalid_rate"}));
  EXPECT_DOUBLE_EQ(record.result.value.value(), 2.0 / 64);
  EXPECT_EQ(record.result.detail, (json{{"not_finite", 2}}));
}

TEST(Evaluate, LeavesOutOfGroupsWhatCannotBeThere) {
  EvaluationRequest request = request_of({"default"});
  request.repeats = 1;
  StopFlag stop;
  std::vector<std::string> begun;
  EvaluationProgress progress;
  int64_t announced = 0;
  progress.begins = [&](const std::string& id, int64_t number, int64_t count) {
    begun.push_back(id);
    EXPECT_EQ(number, static_cast<int64_t>(begun.size()));
    announced = count;
    if (id == "ed_nn") stop.request(2);
  };
  evaluate({golden_a(), golden_b(), {}}, request, progress, &stop);
  // Of the 27 scores of the group, copy_rate, tstr_clf and trts_clf have no training sequences or
  // no labels, and five no column of classes, missing cells or values that come back.
  EXPECT_EQ(announced, 19);
  EXPECT_EQ(begun.front(), "invalid_rate");
  EXPECT_EQ(begun.back(), "ed_nn");
}

TEST(Evaluate, RefusesInvalidRealData) {
  SequenceSet real = golden_a();
  real.padded()[4][2][1] = std::numeric_limits<double>::infinity();
  for (const bool in_train : {false, true}) {
    const EvaluationData data{in_train ? golden_a() : real, golden_b(),
                              in_train ? real : golden_a()};
    try {
      evaluate(data, request_of({"mmd2"}));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_EQ(std::string(error.what()), std::string(in_train ? "train" : "real") +
                                               ": sequence 5, step 3, feature 2: infinity");
    }
  }
  // Padding may hold anything.
  real.lengths[4] = 2;
  EXPECT_EQ(evaluate({real, golden_b()}, request_of({"mmd2"})).size(), 1);
}

TEST(Evaluate, RefusesDifferentFeatures) {
  try {
    evaluate({golden_a(), feature_of(golden_b(), 0), {}}, request_of({"mmd2"}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_STREQ(error.what(), "synthetic: 1 feature(s); the real sequences have 3");
  }
}

TEST(Evaluate, SaysWhatPrivacyNeeds) {
  const Score record = one_record({golden_a(), golden_b()}, request_of({"mia_auc"}));
  EXPECT_EQ(record.result.reason, "needs_train");
  EXPECT_EQ(one_record({golden_a(), golden_b()}, request_of({"tstr_clf"})).result.reason,
            "needs_labels");
  // A group is left out where its needs are not met, but not if nothing is left then.
  const std::vector<Score> alone = evaluate({golden_a(), golden_b(), {}}, request_of({"privacy"}));
  ASSERT_FALSE(alone.empty());
  EXPECT_EQ(alone.front().result.reason, "needs_train");
  EXPECT_EQ(evaluate({golden_a(), golden_b(), {}}, request_of({"privacy", "acf"})).size(), 1);
}

TEST(Evaluate, TellsEachRecordAndEndsWhenAsked) {
  StopFlag stop;
  std::vector<std::string> told;
  const auto records = evaluate({golden_a(), golden_b()}, request_of({"skew", "kurt", "acf"}),
                                {.done =
                                     [&](const Score& record) {
                                       told.push_back(record.metric.name());
                                       if (told.size() == 2) stop.request(2);
                                     }},
                                &stop);
  EXPECT_THAT(told, ElementsAre("skew", "kurt"));
  EXPECT_EQ(records.size(), 2);
}

TEST(Evaluate, IsTheSameEachTime) {
  const EvaluationData data{random_sines(120, 1), random_sines(90, 2), {}};
  EvaluationRequest request = request_of({"mmd2", "mmd2_d1", "ed_nn", "ed_energy", "prdc_d1",
                                          "frechet_raw", "marginal_w1", "xcorr", "dtw_tsgbench"});
  const auto text = [&] {
    std::string lines;
    for (const Score& record : evaluate(data, request)) lines += to_json(record).dump() + "\n";
    return lines;
  };
  const std::string first = text();
  EXPECT_EQ(first, text());
  request.seed = 2;
  EXPECT_NE(first, text());
}

/// Lower is better, 0 is ideal, whatever the number of sequences.
MetricId plain_metric() {
  static const MetricRow row = [] {
    MetricRow made;
    made.name = "plain";
    return made;
  }();
  return {&row, false};
}

TEST(Record, HasTheKeysOfTheReport) {
  Score record;
  record.metric = plain_metric();
  record.result.value = 0.3;
  record.result.params = {{"kernel", "rbf"}, {"bad", std::numeric_limits<double>::infinity()}};
  record.result.detail = {{"list", {1.0, std::numeric_limits<double>::quiet_NaN()}}};
  record.floor = 0.1;
  record.ceiling = 0.5;
  record.real_count = 7;
  record.synthetic_count = 8;
  record.common_count = 6;
  record.common_value = 0.3;
  EXPECT_DOUBLE_EQ(record.norm().value(), 0.5);
  EXPECT_EQ(to_json(record).at("params"), (json{{"kernel", "rbf"}, {"bad", nullptr}}));
  EXPECT_EQ(to_json(record).at("detail"), json::parse(R"({"list": [1.0, null]})"));
  record.result.params = record.result.detail = json::object();
  json expected = {{"metric", "plain"},
                   {"value", 0.3},
                   {"std", nullptr},
                   {"floor", 0.1},
                   {"ceiling", 0.5},
                   {"norm", to_json(record).at("norm")},
                   {"n_real", 7},
                   {"n_syn", 8},
                   {"ideal", 0.0},
                   {"telling", true},
                   {"depends_on_size", false},
                   {"common", {{"n", 6}, {"value", 0.3}}},
                   {"remark", nullptr},
                   {"seed", 1},
                   {"repeats", 1},
                   {"status", "ok"},
                   {"reason", nullptr},
                   {"params", json::object()},
                   {"detail", json::object()},
                   {"direction", "lower"}};
  EXPECT_EQ(to_json(record), expected);
  record.result = MetricResult::skipped("needs_n_ge_2");
  record.metric = find_metric("mia_auc").value();
  EXPECT_EQ(to_json(record).at("value"), nullptr);
  EXPECT_EQ(to_json(record).at("status"), "skipped");
  EXPECT_EQ(to_json(record).at("direction"), "level");
  EXPECT_FALSE(record.norm());
}

Score bounded(double value, double floor, double ceiling) {
  Score record;
  record.metric = plain_metric();
  record.result.value = record.common_value = value;
  record.floor = floor;
  record.ceiling = ceiling;
  return record;
}

TEST(Record, HasNoNormWhereItCannotTell) {
  EXPECT_DOUBLE_EQ(bounded(1, 0, 4).norm().value(), 0.25);
  for (const double floor : {0.25, 0.2, 0.3}) {
    const Score record = bounded(220, floor, 0.25);
    EXPECT_FALSE(record.norm()) << floor;
    EXPECT_EQ(record.remark(), "cannot tell here: floor and ceiling nearly coincide") << floor;
  }
  EXPECT_THAT(bounded(1, 9, 0.25).remark(), HasSubstr("real sequences score no better than noise"));
  // Retraining moves the floor of an evaluator as far as noise is away.
  Score evaluated = bounded(0.2, 0.1, 0.4);
  evaluated.floor_sd = 0.05;
  EXPECT_TRUE(evaluated.norm());
  evaluated.floor_sd = 0.2;
  EXPECT_FALSE(evaluated.norm());
  Score few = bounded(1, 0, 4);
  few.result.telling = false;
  few.result.reason = "few_independent_sequences";
  EXPECT_FALSE(few.norm());
  EXPECT_EQ(few.remark(), "cannot tell here: few independent sequences");
}

TEST(Record, ShowsBothHalvesOfAScore) {
  const Score precision =
      one_record({golden_a(), golden_b(), golden_h()}, request_of({"precision"}));
  EXPECT_THAT(precision.remark(), HasSubstr("recall 0."));
  EXPECT_THAT(precision.remark(), HasSubstr("coverage "));
  const Score nearest = one_record({golden_a(), golden_b(), golden_h()}, request_of({"ed_nn"}));
  EXPECT_THAT(nearest.remark(), HasSubstr("fidelity ratio "));
  EXPECT_THAT(nearest.remark(), HasSubstr("coverage ratio "));
}

TEST(Score, IsReadBackAsItWasWritten) {
  EvaluationRequest request = request_of({"mmd2_d1", "precision", "tstr_clf"});
  SequenceSet real = golden_a();
  real.first_row = at::arange(real.count(), at::kLong);
  request.repeats = 1;
  std::vector<Score> scores = evaluate({real, golden_b(), golden_h()}, request);
  ASSERT_EQ(scores.size(), 3U);
  scores[0].result.descriptive = true;
  scores[0].result.copy_suspected = false;
  for (const Score& score : scores) {
    const json record = json::parse(to_json(score).dump());
    const Score read = score_from_document({record, "x", ErrorKind::output});
    EXPECT_EQ(to_json(read), to_json(score));
    EXPECT_EQ(read.metric, score.metric);
    EXPECT_EQ(read.norm(), score.norm());
  }
  const json other = {{"metric", "mmd3"}};
  EXPECT_THROW(score_from_document({other, "x", ErrorKind::output}), Error);
}

TEST(FindMetric, KnowsScoresAndTheirDifferences) {
  EXPECT_EQ(find_metric("mmd2")->differenced, false);
  EXPECT_EQ(find_metric("mmd2_d1")->row, find_metric("mmd2")->row);
  EXPECT_EQ(find_metric("mmd2_d1")->name(), "mmd2_d1");
  EXPECT_THAT(find_metric("acf_d1")->question(), HasSubstr("? (first differences)"));
  for (const char* name : {"ds_d1", "mmd3", "mmd2_d1_d1", "_d1", "", "fast"}) {
    EXPECT_FALSE(find_metric(name)) << name;
  }
}

TEST(Record, ShowsTheReferenceOfPrivacy) {
  const auto records = evaluate({golden_a(), golden_b(), golden_h()},
                                request_of({"mia_auc", "dcr", "nndr", "copy_rate"}));
  for (const Score& record : records) {
    const std::string metric = record.metric.name();
    ASSERT_TRUE(record.floor) << metric;
    const double expected = metric == "nndr" ? 1 : metric == "copy_rate" ? 0 : 0.5;
    // Held-out sequences are half an attacker's radius from training ones now and then.
    EXPECT_NEAR(*record.floor, expected, metric == "copy_rate" ? 0.05 : 0) << metric;
  }
}

}  // namespace scoring_test
}  // namespace rnngan
