#include <cmath>

#include "objective/golden_loss.h"

namespace rnngan {
namespace divergence_test {

using at::Tensor;

TEST(Golden, fgan_kl) {
  const Tensor optimum = 1 + log_ratio();
  expect_loss("fgan_kl",
              {.spot = {-0.034200, -0.465800},
               .equilibrium = {1, {0, -1}},
               .undecided = 1.0,
               .optimum = Optimum{.scores = optimum,
                                  .losses = {-0.318991, -1},
                                  .divergence = "KL(p|q)",
                                  .estimate = 0.318991,
                                  .follows = [](const Tensor& q) { return kl(data_p(), q); }}});
  Objective alternative = loss_alone("fgan_kl", {{"alternative", true}});
  EXPECT_NEAR(loss_at(alternative, kG, optimum).item<double>(), -0.577367, 1e-6);
  EXPECT_NEAR(loss_at(alternative, kD, optimum).item<double>(), -0.318991, 1e-6);
}

TEST(Golden, fgan_rkl) {
  expect_loss("fgan_rkl",
              {.spot = {0.020049, 1.133333},
               .equilibrium = {0, {0, 1}},
               .undecided = 0.0,
               .optimum = Optimum{.scores = log_ratio(),
                                  .losses = {-0.422633, 1.422633},
                                  .divergence = "KL(q|p)",
                                  .estimate = 0.422633,
                                  .follows = [](const Tensor& q) { return kl(q, data_p()); }}});
}

TEST(Golden, fgan_pearson) {
  expect_loss("fgan_pearson", {.spot = {-0.385000, -0.115000},
                               .equilibrium = {0, {0, 0}},
                               .undecided = 0.0,
                               .optimum = Optimum{.scores = 2 * (data_p() / fake_q() - 1),
                                                  .losses = {-0.598333, -0.598333},
                                                  .divergence = "Pearson chi2",
                                                  .estimate = 0.598333,
                                                  .follows = [](const Tensor& q) {
                                                    return ((data_p() - q).square() / q).sum();
                                                  }}});
}

TEST(Golden, fgan_neyman) {
  expect_loss("fgan_neyman",
              {.spot = {-0.278636, 0.432019},
               .equilibrium = {0, {0, 0}},
               .undecided = 0.0,
               .optimum = Optimum{.scores = 2 * log_ratio(),
                                  .losses = {-1.491667, 2.983333},
                                  .divergence = "Neyman chi2",
                                  .estimate = 1.491667,
                                  .follows = [](const Tensor& q) {
                                    return ((data_p() - q).square() / data_p()).sum();
                                  }}});
}

TEST(Golden, fgan_hellinger) {
  expect_loss("fgan_hellinger",
              {.spot = {0.419559, -0.266177},
               .equilibrium = {0, {0, 0}},
               .undecided = 0.0,
               .optimum = Optimum{.scores = 0.5 * log_ratio(),
                                  .losses = {-0.177803, 0.088902},
                                  .divergence = "squared Hellinger",
                                  .estimate = 0.177803,
                                  .follows = [](const Tensor& q) {
                                    return (data_p().sqrt() - q.sqrt()).square().sum();
                                  }}});
}

TEST(Golden, fgan_js) {
  expect_loss("fgan_js", {.spot = {-0.005916, -0.049143},
                          .equilibrium = {0, {0, 0}},
                          .undecided = 0.0,
                          .optimum = Optimum{
                              .scores = log_ratio(),
                              .losses = {-0.171159, 0.075572},
                              .divergence = "JSD",
                              .estimate = 0.085580,
                              .follows = [](const Tensor& q) { return 2 * jsd(data_p(), q); }}});
}

TEST(Golden, fgan_tv) {
  expect_loss("fgan_tv", {.spot = {-0.102392, -0.008367},
                          .equilibrium = {0, {0, 0}},
                          .undecided = 0.0,
                          .optimum = Optimum{.scores = 20 * (data_p() - fake_q()).sign(),
                                             .losses = {-0.35, 0.1},
                                             .divergence = "TV",
                                             .estimate = 0.35}});
}

TEST(Divergence, ExponentialsGoOnAlongTheirTangent) {
  const Objective objective = loss_alone("fgan_hellinger");
  const Tensor f = doubles({14.999999, 15.000001, 20}).requires_grad_();
  const Tensor loss = objective.adversarial()->loss(of_fakes(f)).fake;
  const Tensor derivative = gradient(loss.sum(), f);
  EXPECT_NEAR((loss[0] / loss[1]).item<double>(), 1, 1e-5);
  EXPECT_NEAR((derivative[0] / derivative[1]).item<double>(), 1, 1e-5);
  EXPECT_NEAR(loss[2].item<double>(), 1 - 6 * std::exp(15.0), 1e-6);
  EXPECT_NEAR(derivative[2].item<double>(), -std::exp(15.0), 1e-6);
}

}  // namespace divergence_test
}  // namespace rnngan
