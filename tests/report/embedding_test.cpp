// Maps into the plane.
#include "report/embedding.h"

#include "report/support.h"

namespace rnngan {
namespace embedding_test {

using at::Tensor;

Tensor matrix(const std::vector<std::vector<double>>& rows) {
  std::vector<Tensor> all;
  for (const auto& row : rows) all.push_back(torch::tensor(row, torch::kFloat64));
  return torch::stack(all);
}

TEST(ThePrincipalPlane, HasTheAxesAndSharesOfAKnownSet) {
  // Variances 8 along (1, 1, 0) / sqrt 2, 2 along (1, -1, 0) / sqrt 2, none along the third.
  const Tensor rows = matrix({{3, 3, 5}, {-1, -1, 5}, {2, 0, 5}, {0, 2, 5}});
  const PrincipalPlane plane = principal_plane(rows);
  EXPECT_TRUE(at::allclose(plane.mean, torch::tensor({1.0, 1.0, 5.0}, torch::kFloat64)));
  EXPECT_NEAR(plane.share[0], 0.8, 1e-12);
  EXPECT_NEAR(plane.share[1], 0.2, 1e-12);
  const double half = std::sqrt(0.5);
  EXPECT_TRUE(at::allclose(plane.axes[0], torch::tensor({half, half, 0.0}, torch::kFloat64)));
  EXPECT_TRUE(at::allclose(plane.axes[1].abs(), torch::tensor({half, half, 0.0}, torch::kFloat64)));
  const Tensor projected = plane.project(matrix({{2, 2, 9}}));
  EXPECT_NEAR(projected[0][0].item<double>(), std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(projected[0][1].item<double>(), 0, 1e-12);
}

TEST(ThePrincipalPlane, OfEqualOrFewRowsIsZeroWhereThereIsNothing) {
  const PrincipalPlane flat = principal_plane(matrix({{1, 2}, {1, 2}, {1, 2}}));
  EXPECT_EQ(flat.share[0], 0);
  EXPECT_EQ(flat.axes.abs().sum().item<double>(), 0);
  const PrincipalPlane line = principal_plane(matrix({{1}, {2}, {4}}));
  EXPECT_NEAR(line.share[0], 1, 1e-12);
  EXPECT_EQ(line.share[1], 0);
}

/// Two groups of `each` points, `gap` apart in five dimensions.
Tensor two_groups(int64_t each, double gap) {
  Tensor rows = torch::zeros({2 * each, 5}, torch::kFloat64);
  for (int64_t i = 0; i < 2 * each; ++i) {
    for (int64_t k = 0; k < 5; ++k) {
      rows[i][k] = std::sin(static_cast<double>(37 * i + 11 * k)) + (i < each ? 0 : gap);
    }
  }
  return rows;
}

TEST(Tsne, KeepsFarGroupsApart) {
  const int64_t each = 20;
  const Tensor rows = two_groups(each, 30);
  const Tensor map = tsne(rows, principal_plane(rows).project(rows), {.perplexity = 8});
  ASSERT_TRUE(map.isfinite().all().item<bool>());
  const Tensor distances = at::cdist(map, map);
  const double within =
      std::max(distances.narrow(0, 0, each).narrow(1, 0, each).max().item<double>(),
               distances.narrow(0, each, each).narrow(1, each, each).max().item<double>());
  const double across = distances.narrow(0, 0, each).narrow(1, each, each).min().item<double>();
  EXPECT_GT(across, within);
}

TEST(Tsne, KeepsNeighbours) {
  // Points on a line: the nearest one in the plane is one of the next two on the line,
  // but where the curve crosses itself.
  Tensor rows = torch::arange(40, torch::kFloat64).unsqueeze(1);
  const Tensor map = tsne(rows, principal_plane(rows).project(rows), {.perplexity = 5});
  Tensor distances = at::cdist(map, map);
  distances.fill_diagonal_(1e9);
  const Tensor nearest = distances.argmin(1);
  const Tensor near = (nearest - torch::arange(40)).abs() <= 2;
  EXPECT_GE(near.sum().item<int64_t>(), 36);
}

TEST(Tsne, GivesTheSameMapTwice) {
  const Tensor rows = two_groups(10, 1);
  const Tensor start = principal_plane(rows).project(rows);
  EXPECT_TRUE(at::equal(tsne(rows, start), tsne(rows, start)));
}

TEST(Tsne, SurvivesEqualRowsAndFewRows) {
  const Tensor equal = torch::ones({12, 3}, torch::kFloat64);
  EXPECT_TRUE(tsne(equal, torch::zeros({12, 2}, torch::kFloat64)).isfinite().all().item<bool>());
  Tensor half = two_groups(6, 0);
  half.narrow(0, 0, 6).zero_();
  EXPECT_TRUE(tsne(half, principal_plane(half).project(half)).isfinite().all().item<bool>());
  EXPECT_EQ(tsne(equal.narrow(0, 0, 3), torch::zeros({3, 2}, torch::kFloat64)).size(0), 3);
}

TEST(NeighbourAgreement, IsOneForGroupsApartAndChanceForMixedOnes) {
  const Tensor apart = two_groups(20, 30);
  std::vector<int> marks(20, 0);
  marks.resize(40, 1);
  EXPECT_THAT(neighbour_agreement(apart, marks, 10), ::testing::ElementsAre(1, 1));
  std::vector<int> alternating;
  for (int i = 0; i < 40; ++i) alternating.push_back(i % 2);
  EXPECT_NEAR(neighbour_agreement(two_groups(20, 30), alternating, 19)[0], 9.0 / 19, 1e-9);
}

}  // namespace embedding_test
}  // namespace rnngan
