#include <numbers>

#include "objective/golden_loss.h"

namespace rnngan {
namespace classifier_test {

using at::Tensor;
using std::numbers::ln2;

constexpr double kJsd = 0.085580;

TEST(Golden, bce) {
  expect_loss("bce", {.spot = {1.380379, 0.875623},
                      .equilibrium = {0, {2 * ln2, ln2}},
                      .undecided = 0.0,
                      .optimum = Optimum{.scores = log_ratio(),
                                         .losses = {1.215135, 1.040208},
                                         .divergence = "JSD",
                                         .estimate = kJsd,
                                         .follows = [](const Tensor& q) {
                                           return kl(q, data_p()) - 2 * jsd(data_p(), q);
                                         }}});
}

TEST(Golden, gan) {
  expect_loss(
      "gan", {.spot = {1.380379, -0.742290},
              .equilibrium = {0, {2 * ln2, -ln2}},
              .undecided = 0.0,
              .optimum = Optimum{.scores = log_ratio(),
                                 .losses = {1.215135, -0.617575},
                                 .divergence = "JSD",
                                 .estimate = kJsd,
                                 .follows = [](const Tensor& q) { return 2 * jsd(data_p(), q); }}});
}

TEST(Golden, kl_reverse) {
  expect_loss("kl_reverse",
              {.spot = {1.380379, 0.133333},
               .equilibrium = {0, {2 * ln2, 0}},
               .undecided = 0.0,
               .optimum = Optimum{.scores = log_ratio(),
                                  .losses = {1.215135, 0.422633},
                                  .divergence = "JSD",
                                  .estimate = kJsd,
                                  .follows = [](const Tensor& q) { return kl(q, data_p()); }}});
}

TEST(Golden, kl_forward) {
  expect_loss(
      "kl_forward",
      {.spot = {1.380379, -0.236002},
       .equilibrium = {0, {2 * ln2, 0}},
       .undecided = 0.0,
       .optimum = Optimum{
           .scores = log_ratio(), .losses = {1.215135, 0}, .divergence = "JSD", .estimate = kJsd}});
}

TEST(Golden, bgan) {
  expect_loss("bgan", {.spot = {1.380379, 0.496667},
                       .equilibrium = {0, {2 * ln2, 0}},
                       .undecided = 0.0,
                       .optimum = Optimum{.scores = log_ratio(),
                                          .losses = {1.215135, 0.598257},
                                          .divergence = "JSD",
                                          .estimate = kJsd}});
}

TEST(KlForward, BothFormsHaveTheGradientOfTheirDivergence) {
  Objective textbook = loss_alone("kl_forward", {{"textbook", true}}),
            normalised = loss_alone("kl_forward");
  const Tensor optimum = log_ratio();
  expect_spot(textbook, {1.380379, -1.266177});
  EXPECT_NEAR(loss_at(textbook, kG, optimum).item<double>(), -1, 1e-12);
  const Tensor logits = fake_q().log().requires_grad_();
  const Tensor q = logits.softmax(0);
  const Tensor loss = textbook.adversarial()->loss(of_fakes(optimum)).fake;
  const Tensor ours = gradient((q * loss).sum(), logits),
               theirs = gradient(kl(data_p(), q), logits);
  EXPECT_LT(largest(ours - theirs), 1e-14);
  // Score by score the self-normalised form pulls like the textbook form.
  const Tensor f = samples(optimum, kQ).requires_grad_();
  const Tensor a = gradient(total_at(textbook, kG, f, f), f);
  const Tensor b = gradient(total_at(normalised, kG, f, f), f);
  EXPECT_LT(largest(a - b), 1e-15);
}

}  // namespace classifier_test
}  // namespace rnngan
