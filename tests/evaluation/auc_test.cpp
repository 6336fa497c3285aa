#include "evaluation/auc.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "evaluation/descriptive.h"

namespace rnngan {
namespace auc_test {

/// Over all pairs, ties half.
double by_pairs(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (const double x : a) {
    for (const double y : b) sum += x > y ? 1 : x == y ? 0.5 : 0;
  }
  return sum / static_cast<double>(a.size() * b.size());
}

TEST(Auc, CountsPairs) {
  const std::vector<double> a = {3, 1, 4, 1, 5, 9}, b = {2, 7, 1, 8};
  EXPECT_DOUBLE_EQ(auc_estimate(a, b).value, by_pairs(a, b));
  EXPECT_DOUBLE_EQ(auc_estimate(b, a).value, 1 - by_pairs(a, b));
  EXPECT_EQ(auc_estimate(a, a).value, 0.5);
}

TEST(Auc, OfTensorsIsNothingWithoutNumbers) {
  const at::Tensor a = at::tensor({2.0F, 3.0F}), b = at::tensor({1.0F, 2.0F});
  EXPECT_DOUBLE_EQ(area_under_roc(a, b), 3.5 / 4);
  EXPECT_TRUE(std::isnan(area_under_roc(a, b / 0 * 0)));
}

// The structural components, written out: which share of the other set each value beats.
TEST(Auc, HasTheVarianceOfDeLong) {
  const std::vector<double> a = {1, 3, 4}, b = {2, 3};
  // 1 beats none, 3 beats 2 and ties with 3, 4 beats both: 0, 0.75, 1. 2 is beaten by two of three,
  // 3 by one and a half: 2/3, 1/2.
  const double of_a = (0.0 + 0.75 + 1) / 3;
  const double spread_a =
      (of_a * of_a + (0.75 - of_a) * (0.75 - of_a) + (1 - of_a) * (1 - of_a)) / 2;
  const double of_b = (2.0 / 3 + 0.5) / 2;
  const double spread_b = 2 * (0.5 - of_b) * (0.5 - of_b);
  const AucEstimate estimate = auc_estimate(a, b);
  EXPECT_DOUBLE_EQ(estimate.value, of_a);
  EXPECT_NEAR(estimate.variance, spread_a / 3 + spread_b / 2, 1e-15);
  EXPECT_EQ(auc_estimate(std::vector<double>{1}, std::vector<double>{0}).variance, 0);
}

TEST(Auc, KnowsTheNormalDistribution) {
  EXPECT_DOUBLE_EQ(normal_distribution(0), 0.5);
  EXPECT_NEAR(normal_distribution(1.96), 0.9750021, 1e-7);
  EXPECT_NEAR(normal_distribution(-1), 0.1586553, 1e-7);
}

TEST(Descriptive, SkipsWhatIsMissing) {
  const double none = std::nan("");
  const std::vector<double> values = {1, none, 3};
  EXPECT_EQ(mean_of_values(values), 2);
  EXPECT_EQ(deviation_of_values(values), 1);
  EXPECT_TRUE(std::isnan(mean_of_values(std::vector<double>{none})));
  const std::vector<double> a = {1, 2, none, 3, 5}, b = {2, 4, 9, 6, none};
  EXPECT_DOUBLE_EQ(correlation_of(a, b), 1);
  const std::vector<double> flat = {0.1, 0.1, 0.1, 0.1, 0.1};
  EXPECT_TRUE(std::isnan(correlation_of(a, flat)));
  EXPECT_EQ(quantile_of_sorted(std::vector<double>{0, 10}, 0.25), 2.5);
  EXPECT_EQ(mid_ranks(std::vector<double>{5, 1, 5}), (std::vector<double>{2.5, 1, 2.5}));
}

}  // namespace auc_test
}  // namespace rnngan
