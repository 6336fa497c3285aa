#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"

namespace rnngan {
namespace predictive_test {

using at::Tensor;
using nlohmann::json;

double detail(const MetricResult& result, const char* name) {
  return result.detail.at(name).get<double>();
}

TEST(TstrNext, AnotherDrawIsAsUsefulAsTheTrainingSequences) {
  const SequenceSet real = sines(150, 1), synthetic = sines(150, 2), train = sines(150, 3);
  MetricInput input{real, synthetic};
  input.train = &train;
  input.repeats = 1;
  input.iterations = 700;
  const MetricResult result = tstr_next_row().compute(input);
  EXPECT_NEAR(detail(result, "ratio"), 1, 0.15);
  EXPECT_NEAR(detail(result, "skill"), 1, 0.15);
  EXPECT_LT(result.value.value(), 0.5 * detail(result, "persistence"));
  EXPECT_EQ(result.params["trtr"], "training sequences");
  EXPECT_EQ(result.params["iterations"], 700);
  EXPECT_LE(detail(result, "iterations_taken"), 700);
  // The training sequences themselves score what they are compared with.
  MetricInput own{real, train};
  own.train = &train;
  own.repeats = 1;
  own.iterations = 700;
  const MetricResult same = tstr_next_row().compute(own);
  EXPECT_DOUBLE_EQ(same.value.value(), detail(same, "trtr"));
  EXPECT_DOUBLE_EQ(detail(same, "trtr"), detail(result, "trtr"));
}

TEST(TstrNext, NoiseTeachesNothing) {
  const MetricResult result =
      evaluated(tstr_next_row(), sines(150, 1), white_noise(150, 2), 1, false, 700);
  EXPECT_GT(detail(result, "ratio"), 1.8);
  EXPECT_LT(detail(result, "skill"), 0.2);
  EXPECT_EQ(result.params["trtr"], "half of the reference");
}

// There is nothing to learn: training ends at once, before the evaluator knows its noise by heart
// and forecasts worse than no change would do.
TEST(TstrNext, OfAWalkNothingIsForecast) {
  const auto walk = [](uint64_t seed) {
    SequenceSet set = white_noise(100, seed, 2, 12);
    set = with_values(set, set.padded().cumsum(1));
    return set;
  };
  const MetricResult result = evaluated(tstr_next_row(), walk(1), walk(2));
  EXPECT_LT(result.value.value(), 1.1 * detail(result, "persistence")) << result.detail;
  EXPECT_LT(detail(result, "iterations_taken"), 400);
  EXPECT_EQ(result.params["iterations"], 2000);
}

TEST(TstrNext, PersistenceIsTheMeanMove) {
  // Levels 0 and 2 (deviation 1): moves of 2, one of them into the padding.
  SequenceSet real = sines(4, 1, 1, 4);
  real = with_values(
      real, at::tensor({0.0, 2.0, 0.0, 2.0}).view({1, 4, 1}).repeat({4, 1, 1}).to(at::kDouble));
  MetricInput input{real, real};
  input.repeats = 1;
  input.value_only = true;
  const MetricResult result = tstr_next_row().compute(input);
  EXPECT_NEAR(detail(result, "persistence"), 2, 1e-5);
  EXPECT_FALSE(result.detail.contains("trtr"));
  EXPECT_LT(result.value.value(), 0.1);  // all sequences are alike
}

TEST(TstrNext, ConstantFeaturesAreLeftOut) {
  SequenceSet real = sines(60, 1, 2, 4);
  const SequenceSet synthetic = sines(60, 2, 2, 4);
  real.padded().select(2, 0).fill_(7);
  MetricInput input{real, synthetic};
  input.repeats = 1;
  input.value_only = true;
  const MetricResult result = tstr_next_row().compute(input);
  EXPECT_EQ(result.status, MetricStatus::partial);
  EXPECT_EQ(result.detail["skipped"], json({0}));
  // What is constant would be forecast wrongly, since it varies in what was learnt from.
  EXPECT_LT(result.value.value(), 1);
}

TEST(TstrNext, PaddingIsNotForecast) {
  SequenceSet real = sines(40, 1, 1, 6);
  real.lengths = at::arange(40, at::kLong).remainder(4) + 3;
  SequenceSet filled = real;
  const Tensor padding = real.mask().logical_not().unsqueeze(2);
  real = with_values(real,
                     real.padded().masked_fill(padding, std::numeric_limits<double>::quiet_NaN()));
  filled = with_values(filled, filled.padded().masked_fill(padding, 1e3));
  const MetricResult one = evaluated_briefly(tstr_next_row(), real, real),
                     other = evaluated_briefly(tstr_next_row(), filled, filled);
  ASSERT_TRUE(one.value.has_value()) << one.reason;
  EXPECT_EQ(one.detail.dump(), other.detail.dump());
}

/// The last feature repeats the first of the step before.
SequenceSet followed(int64_t count, uint64_t seed) {
  SequenceSet set = white_noise(count, seed, 2, 5);
  set.padded().narrow(1, 1, 4).select(2, 1).copy_(set.padded().narrow(1, 0, 4).select(2, 0));
  return set;
}

TEST(PsTimegan, ForecastsTheLastFeatureFromTheOthers) {
  const SequenceSet real = followed(80, 1);
  const auto forecast = [](const SequenceSet& tested, const SequenceSet& learnt) {
    return evaluated(ps_timegan_row(), tested, learnt, 1, true, 1200).value.value();
  };
  const double law = forecast(real, followed(80, 2)),
               noise = forecast(real, white_noise(80, 3, 2, 5));
  EXPECT_LT(law, 0.6 * noise);
  // The other way round the last feature does not tell the first.
  const auto swapped = [](const SequenceSet& set) {
    return SequenceSet{set.padded().flip(2), set.lengths};
  };
  EXPECT_GT(forecast(swapped(real), swapped(followed(80, 2))), 1.5 * law);
}

TEST(PsTimegan, Guards) {
  const SequenceSet fine = sines(10, 1);
  EXPECT_EQ(skip_reason(evaluated(ps_timegan_row(), sines(10, 1, 1), sines(10, 2, 1))),
            "needs_d_ge_2");
  SequenceSet flat = sines(10, 1);
  flat.padded().select(2, 1).fill_(1);
  EXPECT_EQ(skip_reason(evaluated(ps_timegan_row(), flat, fine)), "constant_target");
}

TEST(Forecasts, Guards) {
  const SequenceSet fine = sines(10, 1);
  for (const MetricRow& row : {tstr_next_row(), ps_timegan_row()}) {
    EXPECT_EQ(skip_reason(evaluated(row, cut(fine, 2), cut(fine, 2))), "needs_t_ge_3");
    EXPECT_EQ(skip_reason(evaluated(row, sines(1, 1), fine)), "needs_n_ge_2");
    SequenceSet flat = fine;
    flat = with_values(flat, at::ones_like(fine.padded()));
    EXPECT_THAT(skip_reason(evaluated(row, flat, fine)),
                ::testing::AnyOf("degenerate_reference", "constant_target"));
    StopFlag stop;
    stop.request(2);
    MetricInput input{fine, fine};
    input.stop = &stop;
    EXPECT_EQ(skip_reason(row.compute(input)), "stopped");
  }
}

TEST(Forecasts, OfFewSequencesAndOneFeatureRun) {
  EXPECT_TRUE(
      evaluated_briefly(tstr_next_row(), sines(3, 1, 1, 3), sines(3, 2, 1, 3)).value.has_value());
  EXPECT_TRUE(
      evaluated_briefly(ps_timegan_row(), sines(3, 1, 2, 3), sines(3, 2, 2, 3)).value.has_value());
}

TEST(Forecasts, SameSeedSameDigits) {
  const SequenceSet real = sines(20, 1, 2, 3), synthetic = sines(20, 2, 2, 3);
  for (const MetricRow& row : {tstr_next_row(), ps_timegan_row()}) {
    const MetricResult first = evaluated_briefly(row, real, synthetic, 2),
                       again = evaluated_briefly(row, real, synthetic, 2);
    EXPECT_EQ(first.detail.dump(), again.detail.dump()) << row.name;
    EXPECT_EQ(first.value, again.value);
  }
}

}  // namespace predictive_test
}  // namespace rnngan
