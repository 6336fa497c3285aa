// Sets of sequences: masks, scalers, rows and distances.
#include "evaluation/sequences.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "evaluation/golden_sets.h"
#include "evaluation/kernel.h"

namespace rnngan {
namespace sequences_test {

using at::Tensor;

/// Two sequences of one feature: 1 2 3 and 5 7 (padding: NaN).
SequenceSet ragged_pair() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {torch::tensor({1.0, 2.0, 3.0, 5.0, 7.0, nan}, at::kDouble).view({2, 3, 1}),
          torch::tensor({3, 2}, at::kLong)};
}

void expect_row(const Tensor& row, const std::vector<double>& values, double tolerance = 1e-9) {
  ASSERT_EQ(row.numel(), static_cast<int64_t>(values.size()));
  const Tensor flat = row.reshape({-1});
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(flat[static_cast<int64_t>(i)].item<double>(), values[i], tolerance) << i;
  }
}

TEST(GoldenSets, AreTheOnesOfTheFormulas) {
  const double t = 1e-11;
  expect_row(golden_a().padded()[0][0], {0.5, 0.757687074895, 0.894179891995}, t);
  expect_row(golden_a().padded()[63][15], {0.642947814425, 0.474443801558, 0.616333611918}, t);
  expect_row(golden_b().padded()[63][15], {0.561751606572, 0.481580072951, 0.634521590867}, t);
  expect_row(golden_h().padded()[0][0], {0.211213460223, 0.484375826333, 0.513578751177}, t);
  expect_row(golden_h().padded()[47][15], {0.874814105324, 0.728134336998, 0.529485732523}, t);
}

TEST(FeatureScaler, HasTheGoldenMeansAndDeviations) {
  const FeatureScaler level(golden_a()), d1(differences(golden_a()));
  expect_row(level.mean, {0.493570032494, 0.488491465593, 0.457982655302}, 1e-11);
  expect_row(level.sd, {0.208764289855, 0.202338360572, 0.191436189077}, 1e-11);
  expect_row(d1.sd, {0.06167074, 0.06012601, 0.06013739}, 6e-9);
  EXPECT_FALSE(level.all_constant());
}

TEST(FeatureScaler, ScalesAConstantFeatureByOne) {
  const FeatureScaler scaler(golden_a0());
  EXPECT_EQ(scaler.constant, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(scaler.mean[2].item<double>(), 0.25);
  EXPECT_EQ(scaler.sd[2].item<double>(), 1);
}

TEST(FeatureScaler, LeavesPaddingOut) {
  const FeatureScaler scaler(ragged_pair());
  expect_row(scaler.mean, {18.0 / 5});
  const double sd = std::sqrt((1 + 4 + 9 + 25 + 49) / 5.0 - 3.6 * 3.6);
  expect_row(scaler(ragged_pair())[1], {1.4 / sd, 3.4 / sd, 0});
}

TEST(Differences, AreOneStepShorterAndDropSingleSteps) {
  SequenceSet of = ragged_pair();
  expect_row(differences(of).padded()[0], {1, 1});
  EXPECT_EQ(differences(of).lengths[1].item<int64_t>(), 1);
  of.lengths = torch::tensor({1, 2}, at::kLong);
  of.labels = torch::tensor({4, 5}, at::kLong);
  const SequenceSet left = differences(of);
  EXPECT_EQ(left.count(), 1);
  EXPECT_EQ(left.padded()[0][0].item<double>(), 2);
  EXPECT_EQ(left.labels[0].item<int64_t>(), 5);
  EXPECT_THROW(
      differences(SequenceSet{at::zeros({2, 1, 1}, at::kDouble), at::ones({2}, at::kLong)}), Error);
}

TEST(Flatten, TellsPositionsWhereLengthsDiffer) {
  const SequenceSet of = ragged_pair();
  const FeatureScaler scaler(of);
  const FlatPair rows = flatten(scaler, of, of);
  const Tensor z = scaler(of);
  expect_row(rows.real[1],
             {z[1][0].item<double>(), 1.0 / 3, z[1][1].item<double>(), 2.0 / 3, 0, 0});
  EXPECT_EQ(flatten(scaler, golden_a(), golden_b48()).synthetic.size(1), 48);
  const SequenceSet shorter{of.padded().narrow(1, 0, 2), at::full({2}, 2, at::kLong)};
  EXPECT_EQ(flatten(scaler, shorter, of).real.size(1), 6);
}

TEST(Subsample, DrawsWithoutReplacementAndBySeed) {
  const SequenceSet from = sequences_of(
      0, 50, [](double i, double, double) { return i; }, 1, 1);
  const Tensor one = subsample(from, 20, 1, "a").padded().reshape({-1});
  EXPECT_EQ(std::get<0>(at::_unique(one)).numel(), 20);
  EXPECT_TRUE(one.equal(subsample(from, 20, 1, "a").padded().reshape({-1})));
  EXPECT_FALSE(one.equal(subsample(from, 20, 2, "a").padded().reshape({-1})));
  EXPECT_FALSE(one.equal(subsample(from, 20, 1, "b").padded().reshape({-1})));
  EXPECT_TRUE(subsample(from, 50, 1, "a").padded().equal(from.padded()));
}

TEST(RmsDistances, KeepTheDigitsOfNearCopies) {
  const Tensor a = at::full({1, 4}, 1000, at::kDouble);
  const Tensor b = a + 1e-9;
  EXPECT_NEAR(rms_distances(a, b).item<double>(), 1e-9, 1e-12);
  expect_row(rms_distances(torch::tensor({{0.0, 0.0}}, at::kDouble),
                           torch::tensor({{3.0, 4.0}, {0.0, 2.0}}, at::kDouble)),
             {5 / std::sqrt(2.0), std::sqrt(2.0)});
}

TEST(Kernel, HasTheGoldenBandwidths) {
  const SequenceSet level = golden_a(), d1 = differences(level);
  const auto median = [](const SequenceSet& of) {
    return median_rms_distance(flatten(FeatureScaler(of), of, of).real);
  };
  EXPECT_NEAR(median(level), 1.3493973366, 1e-9);
  EXPECT_NEAR(median(d1), 1.3147252765, 1e-9);
}

TEST(Kernel, IsTheMixtureOfFiveBandwidths) {
  const Tensor a = at::zeros({1, 4}, at::kDouble), b = at::full({1, 4}, 1.5, at::kDouble);
  double expected = 0;
  for (const double c : {0.25, 0.5, 1.0, 2.0, 4.0}) {
    expected += std::exp(-1.5 * 1.5 / (2 * c * c * 0.8 * 0.8)) / 5;
  }
  EXPECT_NEAR(SequenceKernel(0.8)(a, b).item<double>(), expected, 1e-14);
  // A median of 0 stands for a Euclidean bandwidth of 1.
  double of_one = 0;
  for (const double c : {0.25, 0.5, 1.0, 2.0, 4.0}) of_one += std::exp(-9 / (2 * c * c)) / 5;
  EXPECT_NEAR(SequenceKernel(0)(a, b).item<double>(), of_one, 1e-14);
}

}  // namespace sequences_test
}  // namespace rnngan
