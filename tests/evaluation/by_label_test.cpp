#include "evaluation/by_label.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/metric_support.h"
#include "evaluation/mixed_sets.h"
#include "evaluation/scoring.h"

namespace rnngan {
namespace by_label_test {

/// The first 40 of label 0, the rest of label 1.
SequenceSet labelled(SequenceSet set) {
  set.labels = (at::arange(set.count(), at::kLong) >= 40).to(at::kLong);
  return set;
}

SequenceSet only(const SequenceSet& set, int64_t label) {
  return select(set, set.labels.eq(label).nonzero().squeeze(1));
}

double value_within(const char* metric, const SequenceSet& real, const SequenceSet& synthetic) {
  MetricInput input{real, synthetic};
  input.subsampling = false;
  return metric_row(metric).compute(input).value.value();
}

TEST(WithinLabels, AveragesLabelsByTheirRealNumbers) {
  const SequenceSet real = named(labelled(golden_a()), {}, {"calm", "wild"}),
                    synthetic = labelled(golden_b());
  const MetricInput input{real, synthetic};
  const MetricResult result = within_labels(metric_row("marginal_ks"), input);
  const double calm = value_within("marginal_ks", only(real, 0), only(synthetic, 0)),
               wild = value_within("marginal_ks", only(real, 1), only(synthetic, 1));
  EXPECT_DOUBLE_EQ(result.detail.at("labels").at("calm").get<double>(), calm);
  EXPECT_DOUBLE_EQ(result.detail.at("labels").at("wild").get<double>(), wild);
  EXPECT_NEAR(result.value.value(), (40 * calm + 24 * wild) / 64, 1e-12);
  EXPECT_NE(calm, wild);
  EXPECT_EQ(result.params.at("within"), "labels");
}

TEST(WithinLabels, ScoresColumnsOfAllKinds) {
  EvaluationData data{labelled(mixed_weather(160, 1)), labelled(mixed_weather(160, 2)),
                      labelled(mixed_weather(160, 3))};
  EvaluationRequest request;
  request.metrics = {"marginal_w1", "category_tv", "transition", "atoms",
                     "missing_gap", "association", "mmd2",       "c2st_fast"};
  request.by_label = true;
  for (const Score& score : evaluate(data, request)) {
    if (score.metric.name() == "c2st_fast") continue;  // 40 of one label are too few
    EXPECT_TRUE(score.result.value) << score.metric.name() << ": " << score.result.reason;
    EXPECT_EQ(score.result.detail.at("labels").size(), 2U) << score.metric.name();
  }
}

TEST(WithinLabels, SaysWhichCouldNotBeScored) {
  const SequenceSet real = labelled(golden_a());
  SequenceSet synthetic = labelled(golden_b());
  synthetic.labels.zero_();
  MetricInput input{real, synthetic};
  const MetricResult result = within_labels(metric_row("mmd2"), input);
  EXPECT_EQ(result.status, MetricStatus::partial);
  EXPECT_EQ(result.reason, "none_synthetic");
  EXPECT_EQ(result.detail.at("labels").size(), 1U);
}

// Classes that were exchanged leave the set as a whole as it was.
TEST(WithinLabels, SeesLabelsThatWereExchanged) {
  const SequenceSet real = labelled(golden_a());
  SequenceSet exchanged = real;
  exchanged = with_values(
      exchanged, at::cat({real.padded().narrow(0, 0, 40) + 3, real.padded().narrow(0, 40, 24)}));
  SequenceSet other = exchanged;
  other.labels = 1 - exchanged.labels;
  EvaluationRequest request;
  request.metrics = {"marginal_w1"};
  request.bounds = false;
  const EvaluationData data{exchanged, other};
  EXPECT_EQ(evaluate(data, request).at(0).result.value, 0);
  request.by_label = true;
  EXPECT_GT(evaluate(data, request).at(0).result.value.value(), 0.5);
  const EvaluationData unlabelled{golden_a(), golden_b()};
  EXPECT_EQ(evaluate(unlabelled, request).at(0).result.reason, "needs_labels");
}

}  // namespace by_label_test
}  // namespace rnngan
