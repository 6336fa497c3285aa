#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"

namespace rnngan {
namespace discriminative_test {

using at::Tensor;

double detail(const MetricResult& result, const char* name) {
  return result.detail.at(name).get<double>();
}

TEST(Ds, TellsNoiseFromSines) {
  const MetricResult result = evaluated(ds_row(), sines(200, 1), white_noise(200, 2));
  EXPECT_GT(result.value.value(), 0.45);
  EXPECT_GT(detail(result, "auc"), 0.97);
  EXPECT_GT(detail(result, "accuracy_real"), 0.9);
  EXPECT_GT(detail(result, "accuracy_synthetic"), 0.9);
  EXPECT_EQ(result.copy_suspected, false);
  // All is seen long before the last iteration that it may take.
  EXPECT_EQ(result.params["iterations"], 1000);
  EXPECT_LT(detail(result, "iterations_taken"), 600);
}

TEST(Ds, SeesNothingInAnotherDrawOfTheSameLaw) {
  const MetricResult result = evaluated(ds_row(), sines(400, 1), sines(400, 2), 2);
  EXPECT_LT(result.value.value(), 0.08) << result.detail;
  EXPECT_NEAR(detail(result, "signed"), 0, 0.08);
  EXPECT_EQ(result.copy_suspected, false);
}

TEST(Ds, ACopyIsBelowChance) {
  const SequenceSet real = sines(400, 1);
  const MetricResult result = evaluated(ds_row(), real, real, 2);
  EXPECT_LT(detail(result, "signed"), -0.03) << result.detail;
  EXPECT_LT(detail(result, "auc"), 0.45);
  EXPECT_EQ(result.copy_suspected, true);
  EXPECT_GE(result.value.value(), 0);
}

// Windows of one series that reverts to its mean, against independent ones of the same
// distribution.
TEST(Ds, DoesNotKnowWindowsBackByTheirNeighbours) {
  const int64_t steps = 12, count = 600;
  const auto series = [](int64_t rows, uint64_t seed, double memory = 0.95) {
    at::Generator generator = stream_generator(seed, "series", 0);
    const Tensor noise = at::randn({rows, 2}, generator, at::kDouble);
    Tensor x = at::zeros({rows, 2}, at::kDouble);
    for (int64_t t = 1; t < rows; ++t) x[t] = x[t - 1] * memory + noise[t];
    return x;
  };
  const Tensor one = series(count + steps - 1, 1), many = series(count * steps, 2);
  SequenceSet real{one.unfold(0, steps, 1).transpose(1, 2).contiguous(),
                   at::full({count}, steps, at::kLong)};
  const SequenceSet fair{many.view({count, steps, 2}), real.lengths};
  EXPECT_GT(evaluated(ds_row(), real, fair, 2).value.value(), 0.15);
  real.first_row = at::arange(count, at::kLong);
  const MetricResult result = evaluated(ds_row(), real, fair, 2);
  EXPECT_NEAR(detail(result, "signed"), 0, 0.07) << result.detail;
  EXPECT_FALSE(result.copy_suspected.has_value());
  const SequenceSet other{series(count * steps, 2, 0.7).view({count, steps, 2}), real.lengths};
  EXPECT_GT(evaluated(ds_row(), real, other, 2).value.value(), 0.1);
  EXPECT_EQ(result.params["held_back"], "apart");
  EXPECT_EQ(evaluated_briefly(ds_timegan_row(), real, fair).params["held_back"],
            "random_overlapping");
}

// An evaluator that goes on until it knows all it was trained on by heart sees less.
TEST(Ds, SeesASmallDifference) {
  const auto series = [](uint64_t seed, double memory) {
    SequenceSet set = white_noise(500, seed, 3, 24);
    for (int64_t t = 1; t < 24; ++t)
      set.padded().select(1, t).add_(set.padded().select(1, t - 1), memory);
    return set;
  };
  const MetricResult result = evaluated(ds_row(), series(1, 0.8), series(2, 0.65), 2);
  EXPECT_GT(result.value.value(), 0.1) << result.detail;
  EXPECT_LT(detail(result, "iterations_taken"), 900);
}

TEST(Ds, SeesTheOrderOfStepsByDifferences) {
  // The same value at each step but for a small move that only differences show.
  const auto levels = [](uint64_t seed, double slope) {
    SequenceSet set = white_noise(200, seed, 1, 6);
    set = with_values(set, (set.padded().narrow(1, 0, 1) * 100 +
                            at::arange(6, at::kDouble).view({1, 6, 1}) * slope)
                               .contiguous());
    return set;
  };
  EXPECT_GT(evaluated(ds_row(), levels(1, 1), levels(2, -1)).value.value(), 0.45);
}

TEST(Ds, SequencesOfDifferentLengths) {
  SequenceSet real = sines(100, 1), synthetic = sines(100, 2);
  for (SequenceSet* set : {&real, &synthetic}) {
    set->lengths = at::arange(100, at::kLong).remainder(5) + 4;
    const Tensor padding = set->mask().logical_not().unsqueeze(2);
    *set = with_values(
        *set, set->padded().masked_fill(padding, std::numeric_limits<double>::quiet_NaN()));
  }
  const MetricResult result = evaluated_briefly(ds_row(), real, synthetic);
  ASSERT_TRUE(result.value.has_value()) << result.reason;
  // Padding says nothing: another filling scores the same.
  SequenceSet other = synthetic;
  other = with_values(other, synthetic.padded().nan_to_num(1e6));
  EXPECT_EQ(evaluated_briefly(ds_row(), real, other).detail.dump(), result.detail.dump());
}

TEST(DsTimegan, NoiseAndAnotherDraw) {
  EXPECT_GT(evaluated(ds_timegan_row(), sines(200, 1, 4), white_noise(200, 2, 4)).value.value(),
            0.3);
  const MetricResult same = evaluated(ds_timegan_row(), sines(400, 1, 4), sines(400, 2, 4));
  EXPECT_LT(same.value.value(), 0.12);
  EXPECT_EQ(same.params["hidden"], 2);
  EXPECT_EQ(same.params["cell"], "torch");
  EXPECT_FALSE(same.detail.contains("iterations_taken"));  // always all
}

TEST(Discriminative, OneFeatureAndAConstantOneRun) {
  SequenceSet real = sines(60, 1, 1, 4), synthetic = sines(60, 2, 1, 4);
  EXPECT_EQ(evaluated_briefly(ds_timegan_row(), real, synthetic).params["hidden"], 1);
  real = sines(60, 1, 2, 4), synthetic = sines(60, 2, 2, 4);
  real.padded().select(2, 1).fill_(3);
  for (const MetricRow& row : {ds_row(), ds_timegan_row()}) {
    const MetricResult result = evaluated(row, real, synthetic);
    EXPECT_EQ(result.status, MetricStatus::ok) << row.name;
    EXPECT_GT(result.value.value_or(-1), 0.3) << row.name;  // what is constant gives it away
  }
}

TEST(Discriminative, Guards) {
  for (const MetricRow& row : {ds_row(), ds_timegan_row()}) {
    const SequenceSet fine = sines(60, 1);
    EXPECT_EQ(skip_reason(evaluated_briefly(row, sines(49, 1), fine)), "needs_n_ge_50");
    EXPECT_EQ(skip_reason(evaluated_briefly(row, fine, sines(49, 1))), "needs_n_ge_50");
    EXPECT_EQ(skip_reason(evaluated_briefly(row, cut(fine, 1), cut(fine, 1))), "needs_t_ge_2");
    EXPECT_EQ(skip_reason(evaluated_briefly(row, cut(fine, 2), cut(fine, 2))), "") << row.name;
    SequenceSet flat = fine;
    flat = with_values(flat, at::ones_like(fine.padded()));
    EXPECT_EQ(skip_reason(evaluated_briefly(row, flat, fine)), "degenerate_reference");
    StopFlag stop;
    stop.request(2);
    MetricInput input{fine, fine};
    input.stop = &stop;
    EXPECT_EQ(skip_reason(row.compute(input)), "stopped");
  }
}

TEST(Discriminative, SameSeedSameDigits) {
  const SequenceSet real = sines(60, 1, 2, 4), synthetic = sines(60, 2, 2, 4);
  for (const MetricRow& row : {ds_row(), ds_timegan_row()}) {
    const MetricResult two = evaluated_briefly(row, real, synthetic, 2),
                       one = evaluated_briefly(row, real, synthetic, 1);
    EXPECT_EQ(two.repeats, 2);
    // However many repeats there are, and of whichever the first is.
    EXPECT_EQ(two.detail["values"][0], one.detail["values"][0]) << row.name;
    MetricInput input{real, synthetic};
    input.repeats = 1;
    input.seed = 2;
    input.iterations = two.params["iterations"];
    const MetricResult next = row.compute(input);
    EXPECT_EQ(two.detail["values"][1], next.detail["values"][0]) << row.name;
    EXPECT_NE(next.detail["auc"], one.detail["auc"]) << row.name;
  }
}

}  // namespace discriminative_test
}  // namespace rnngan
