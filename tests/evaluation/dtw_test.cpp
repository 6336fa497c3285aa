// Dynamic time warping.
#include "evaluation/dtw.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace rnngan {
namespace dtw_test {

using at::Tensor;

double cost(const std::vector<double>& a, const std::vector<double>& b, int64_t window = -1,
            int64_t features = 1) {
  std::vector<double> scratch;
  return warping_cost({a.data(), static_cast<int64_t>(a.size()) / features},
                      {b.data(), static_cast<int64_t>(b.size()) / features}, features, window,
                      scratch);
}

TEST(Dtw, FollowsTheCheapestPath) {
  EXPECT_EQ(cost({1, 2, 3}, {1, 2, 3}), 0);
  EXPECT_EQ(cost({0, 0, 1, 2}, {0, 1, 2, 2}), 0);
  EXPECT_EQ(cost({0, 1, 2}, {0, 2}), 1);
  EXPECT_EQ(cost({0, 1}, {3, 5}), 9 + 16);
  EXPECT_EQ(cost({0, 0, 3, 4}, {0, 0, 0, 0}, -1, 2), 25);
}

TEST(Dtw, StaysInItsBand) {
  const std::vector<double> early = {1, 0, 0, 0, 0}, late = {0, 0, 0, 1, 0};
  EXPECT_EQ(cost(early, late, 0), 2);
  EXPECT_EQ(cost({0, 1, 0, 0, 0}, late), 0);
  EXPECT_EQ(cost({0, 1, 0, 0, 0}, late, 2), 0);
  EXPECT_EQ(cost({0, 1, 0, 0, 0}, late, 1), 2);
  // Widened to the difference of the lengths, else no path would reach the end.
  EXPECT_EQ(cost({0, 0, 0, 1}, {0, 1}, 0), 0);
}

TEST(Dtw, OfSetsIsARootMeanPerElementOfTheLonger) {
  const Tensor a = torch::tensor({0.0, 0.0, 3.0, 4.0, 9.0, 9.0}, at::kDouble).view({1, 3, 2});
  const Tensor b = at::zeros({2, 3, 2}, at::kDouble);
  const Tensor distances =
      dtw_distances({a, torch::tensor({2}, at::kLong)}, {b, torch::tensor({1, 3}, at::kLong)}, 0);
  EXPECT_DOUBLE_EQ(distances[0][0].item<double>(), std::sqrt(25.0 / 4));
  EXPECT_DOUBLE_EQ(distances[0][1].item<double>(), std::sqrt(25.0 / 6));
}

}  // namespace dtw_test
}  // namespace rnngan
