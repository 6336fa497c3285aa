#include "objective/golden_loss.h"
#include "objective/row_findings.h"

namespace rnngan {
namespace margin_test {

using at::Tensor;

constexpr double kTriangular = 0.3202381;  // sum (p-q)^2 / (p+q)

TEST(Golden, lsgan) {
  expect_loss("lsgan", {.spot = {1.371667, 1.130000},
                        .equilibrium = {0.5, {0.25, 0.125}},
                        .undecided = 0.5,
                        .optimum = Optimum{.scores = data_p() / (data_p() + fake_q()),
                                           .losses = {0.209970, 0.190977},
                                           .divergence = "triangular discrimination",
                                           .estimate = kTriangular}});
}

TEST(Golden, lsgan_pearson) {
  expect_loss("lsgan_pearson",
              {.spot = {1.738333, 0.496667},
               .equilibrium = {0, {1, 0}},
               .undecided = 0.0,
               .optimum = Optimum{.scores = (data_p() - fake_q()) / (data_p() + fake_q()),
                                  .losses = {0.839881, 0.103788},
                                  .divergence = "triangular discrimination",
                                  .estimate = kTriangular}});
}

TEST(Golden, hinge) {
  // p(5) = q(5), where the total variation has a kink: no gradient passes through the tie.
  const auto total_variation = [](const Tensor& q) {
    const Tensor p = data_p();
    return (p - at::where(q.sub(p).abs() < 1e-9, p, q)).abs().sum();
  };
  expect_loss("hinge", {.spot = {1.866667, 0.133333},
                        .equilibrium = {0.25, {2, -0.25}},
                        .undecided = 0.0,
                        .optimum = Optimum{.scores = (data_p() - fake_q()).sign(),
                                           .losses = {1.3, 0.2},
                                           .smooth = false,
                                           .divergence = "TV",
                                           .estimate = 0.35,
                                           .follows = total_variation}});
}

TEST(Golden, wgan) {
  const auto wasserstein = [](const Tensor& q) {
    return (data_p() - q).cumsum(0).slice(0, 0, 4).abs().sum();
  };
  // Another q: both distribution functions are equal at the fourth point, a kink of the distance.
  expect_loss("wgan", {.spot = {-0.633333, 0.133333},
                       .equilibrium = {3, {0, -3}},
                       .optimum = Optimum{.scores = at::arange(5, at::kDouble),
                                          .losses = {-0.75, -1.5},
                                          .smooth = false,
                                          .lipschitz = true,
                                          .divergence = "K W1",
                                          .estimate = 0.75,
                                          .follows = wasserstein,
                                          .at_q = doubles({6, 5, 4, 4, 1}) / 20}});
}

TEST(Hinge, ScoresBeyondTheMarginAreSettled) {
  Objective objective = loss_alone("hinge");
  const Tensor r = doubles({1.5, 0.5}).requires_grad_(), f = doubles({-1.5, -0.5}).requires_grad_();
  total_at(objective, kD, r, f).backward();
  EXPECT_TRUE(r.grad().equal(doubles({0, -0.5})));
  EXPECT_TRUE(f.grad().equal(doubles({0, 0.5})));
}

TEST(Hinge, HasTheMarginThatItIsTold) {
  Objective hinge = loss_alone("hinge", {{"margin", 3.0}});
  EXPECT_NEAR(total_at(hinge, kD, doubles({2, -1}), doubles({-1.5, 0.5})).item<double>(),
              (1 + 4) / 2.0 + (1.5 + 3.5) / 2.0, 1e-12);
  EXPECT_NEAR(hinge.adversarial()->estimate(6.0), 0.0, 1e-12);  // all at 0: no distance
}

TEST(Lsgan, HasTheTargetsThatItIsTold) {
  // Pearson's form, whose golden values are known too.
  Objective pearson = loss_alone("lsgan", {{"a", -1.0}, {"b", 1.0}, {"c", 0.0}});
  expect_spot(pearson, {1.738333, 0.496667});
  EXPECT_NEAR(pearson.adversarial()->estimate(0.839881), kTriangular, 1e-5);
  EXPECT_DOUBLE_EQ(*pearson.adversarial()->undecided, 0.0);
}

TEST(Lsgan, TheTargetOfRealsIsTheHigherOne) {
  EXPECT_TRUE(findings_of_loss("lsgan").empty());
  EXPECT_EQ(findings_of_loss("lsgan", {{"a", 1.0}, {"b", 1.0}}).size(), 1U);  // one for both
  EXPECT_EQ(findings_of_loss("lsgan", {{"a", 2.0}, {"b", 1.0}}).size(), 1U);  // high means fake
}

}  // namespace margin_test
}  // namespace rnngan
