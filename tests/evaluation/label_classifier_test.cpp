#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"

namespace rnngan {
namespace classifier_test {

using at::Tensor;
using nlohmann::json;

/// Slow and fast sines, labelled 3 and 8 in turn.
SequenceSet two_kinds(int64_t count, uint64_t seed) {
  SequenceSet set = sines(count, seed, 1, 6);
  at::Generator generator = stream_generator(seed, "kinds", 0);
  const Tensor kind = at::arange(count, at::kLong).remainder(2);
  const Tensor speed = (kind.to(at::kDouble) * 0.8 + 0.5).view({count, 1, 1});
  const Tensor phase = at::rand({count, 1, 1}, generator, at::kDouble) * 6.3;
  set = with_values(set, (speed * at::arange(6, at::kDouble).view({1, 6, 1}) + phase).sin());
  set.labels = kind * 5 + 3;
  return set;
}

std::vector<MetricRow> rows() {
  return {tstr_clf_row(), trts_clf_row()};
}

TEST(Classifier, KnowsKindsThatDiffer) {
  const SequenceSet real = two_kinds(100, 1), synthetic = two_kinds(100, 2);
  for (const MetricRow& row : rows()) {
    const MetricResult result = evaluated(row, real, synthetic, 1, false, 700);
    EXPECT_GT(result.value.value(), 0.95) << row.name;
    for (const char* name : {"accuracy", "auroc", "auprc", "trtr"}) {
      EXPECT_GT(result.detail[name].get<double>(), 0.9) << row.name << " " << name;
    }
    EXPECT_NEAR(result.detail["gap"].get<double>(),
                result.detail["trtr"].get<double>() - *result.value, 1e-12);
    EXPECT_GT(result.detail["recall"]["3"].get<double>(), 0.9);
    EXPECT_GT(result.detail["recall"]["8"].get<double>(), 0.9);
    EXPECT_LE(result.detail["iterations_taken"].get<double>(), 700);
    EXPECT_EQ(result.params["iterations"], 700);
    EXPECT_NEAR(result.detail["majority"].get<double>(), 1.0 / 3, 1e-12);
  }
}

TEST(Classifier, WrongLabelsAreNoUse) {
  const SequenceSet real = two_kinds(100, 1);
  SequenceSet synthetic = two_kinds(100, 2);
  synthetic.labels = 11 - synthetic.labels;
  for (const MetricRow& row : rows()) {
    const MetricResult result = evaluated(row, real, synthetic, 1, true, 700);
    EXPECT_LT(result.value.value(), 0.1) << row.name;
    EXPECT_LT(result.detail["auroc"].get<double>(), 0.1);
    EXPECT_LT(result.detail["auprc"].get<double>(), 0.4);
  }
}

TEST(Classifier, TestsOnTheRightSide) {
  // Real sequences have right labels and synthetic ones of one kind are all like the other: what is
  // trained on real ones sees one kind only.
  const SequenceSet real = two_kinds(100, 1);
  SequenceSet synthetic = two_kinds(100, 2);
  synthetic = with_values(synthetic,
                          synthetic.padded().index_select(
                              0, at::arange(100, at::kLong).div(2, "floor").mul(2)));  // all slow
  const MetricResult trts = evaluated(trts_clf_row(), real, synthetic, 1, true, 700);
  EXPECT_GT(trts.detail["recall"]["3"].get<double>(), 0.9);
  EXPECT_LT(trts.detail["recall"]["8"].get<double>(), 0.1);
  const MetricResult tstr = evaluated(tstr_clf_row(), real, synthetic, 1, true, 700);
  EXPECT_NEAR(tstr.detail["auroc"].get<double>(), 0.5, 0.35);
}

TEST(Classifier, ComparesWithTheTrainingSequences) {
  const SequenceSet real = two_kinds(60, 1), synthetic = two_kinds(60, 2);
  SequenceSet train = two_kinds(60, 3);
  train.labels = 11 - train.labels;
  MetricInput input{real, synthetic};
  input.train = &train;
  input.repeats = 1;
  input.iterations = 700;
  EXPECT_LT(tstr_clf_row().compute(input).detail["trtr"].get<double>(), 0.1);
  train.labels = train.labels + 20;  // classes that nothing else has
  EXPECT_FALSE(tstr_clf_row().compute(input).detail.contains("trtr"));
  input.value_only = true;
  EXPECT_FALSE(tstr_clf_row().compute(input).detail.contains("gap"));
}

TEST(Classifier, Guards) {
  const SequenceSet fine = two_kinds(12, 1);
  SequenceSet bare = fine, single = fine, lone = fine, flat = fine;
  bare.labels = Tensor();
  single.labels = at::full({12}, 3, at::kLong);
  lone.labels = lone.labels.clone();
  lone.labels[0] = 9;
  flat = with_values(flat, at::ones_like(fine.padded()));
  for (const MetricRow& row : rows()) {
    EXPECT_TRUE(row.needs_labels);
    EXPECT_EQ(skip_reason(evaluated(row, bare, fine)), "needs_labels");
    EXPECT_EQ(skip_reason(evaluated(row, fine, bare)), "needs_labels");
    EXPECT_EQ(skip_reason(evaluated(row, single, single)), "needs_two_classes");
    EXPECT_EQ(skip_reason(evaluated(row, lone, fine)), "needs_two_of_each_class");
    EXPECT_EQ(skip_reason(evaluated(row, fine, single)), "needs_two_of_each_class");
    EXPECT_EQ(skip_reason(evaluated(row, cut(fine, 1), cut(fine, 1))), "needs_t_ge_2");
    EXPECT_EQ(skip_reason(evaluated(row, flat, fine)), "degenerate_reference");
  }
}

TEST(Classifier, SameSeedSameDigits) {
  const SequenceSet real = two_kinds(20, 1), synthetic = two_kinds(20, 2);
  for (const MetricRow& row : rows()) {
    EXPECT_EQ(evaluated_briefly(row, real, synthetic).detail.dump(),
              evaluated_briefly(row, real, synthetic).detail.dump());
  }
}

}  // namespace classifier_test
}  // namespace rnngan
