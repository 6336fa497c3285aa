#include <numbers>

#include "objective/golden_loss.h"

namespace rnngan {
namespace relativistic_test {

using at::Tensor;
using std::numbers::ln2;

TEST(Golden, rpgan) {
  const Tensor p = data_p(), q = fake_q();
  const Tensor real_fake = (p.unsqueeze(1) * q).flatten(),
               fake_real = (q.unsqueeze(1) * p).flatten();
  expect_loss("rpgan", {.spot = {0.808371, 1.441705},
                        .equilibrium = {3, {ln2, ln2}},
                        .optimum = Optimum{.scores = log_ratio(),
                                           .losses = {0.535492, 1.277116},
                                           .divergence = "pair JSD",
                                           .estimate = jsd(real_fake, fake_real).item<double>()}});
}

TEST(Golden, rasgan) {
  expect_loss(
      "rasgan",
      {.spot = {1.111577, 2.378244},
       .equilibrium = {3, {2 * ln2, 2 * ln2}},
       .optimum = Optimum{.scores = doubles({-4.24931179, -0.68775529, 1.13004070, 1.13004070, 0}),
                          .losses = {0.840499, 3.893734}}});
}

TEST(Golden, ralsgan) {
  expect_loss("ralsgan", {.spot = {2.744444, 7.811111},
                          .equilibrium = {3, {2, 2}},
                          .optimum = Optimum{
                              .scores = 1.35102533 * (data_p() - fake_q()) / (data_p() + fake_q()),
                              .losses = {1.134700, 4.595899},
                              .divergence = "triangular discrimination",
                              .estimate = 0.3202381}});
}

// No optimum is known of it.
TEST(Golden, rahinge) {
  expect_loss("rahinge", {.spot = {1.444444, 3.266667}, .equilibrium = {3, {2, 2}}});
}

TEST(Relativistic, AveragesStayAttachedToTheGraph) {
  // Raising every score alike changes no relativistic loss, on either side.
  for (const char* type : {"rpgan", "rasgan", "ralsgan", "rahinge"}) {
    Objective objective = loss_alone(type);
    for (const Side side : {kD, kG}) {
      const Tensor r = doubles({2, -1, 0.5}).requires_grad_();
      const Tensor f = doubles({-1.5, 0.3, 0.8}).requires_grad_();
      total_at(objective, side, r, f).backward();
      EXPECT_NEAR((r.grad().sum() + f.grad().sum()).item<double>(), 0, 1e-12) << type;
    }
  }
}

}  // namespace relativistic_test
}  // namespace rnngan
