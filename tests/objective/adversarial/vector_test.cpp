#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/adversarial/realness_anchors.h"
#include "objective/equipped.h"
#include "objective/vector_loss.h"

namespace rnngan {
namespace vector_test {

using at::Tensor;
using nlohmann::json;
using std::numbers::ln2;
using std::numbers::pi;

double value(const Objective& objective, Side side, const Tensor& r, const Tensor& f,
             const Tensor& labels = {}) {
  return total(objective, side, r, f, labels).item<double>();
}

Tensor label(const std::vector<int64_t>& values) {
  return torch::tensor(values, at::kLong);
}

Tensor rows(const std::vector<double>& values, int64_t width) {
  return doubles(values).view({-1, width});
}

TEST(Vectors, AskForTheirOutputs) {
  EXPECT_EQ(loss_alone("kplus1").outputs(test_shape()), 3);
  EXPECT_EQ(loss_alone("multi_hinge").outputs(test_shape()), 4);
  EXPECT_EQ(loss_alone("realness", {{"outcomes", 7}}).outputs(test_shape()), 7);
  EXPECT_EQ(loss_alone("sphere", {{"dimensions", 5}}).outputs(test_shape()), 5);
}

TEST(Golden, kplus1) {
  const Objective objective = loss_alone("kplus1");
  const Tensor logits = rows({1, 0, -1}, 3);
  const double u = 1.407606;
  EXPECT_NEAR(objective.adversarial()->score(logits).item<double>(), u, 1e-6);
  EXPECT_NEAR(objective.adversarial()->score(logits).sigmoid().item<double>(), 0.803388, 1e-6);
  // The same as a softmax over K+1 classes of which the last has the logit 0.
  const Tensor with_fake = rows({1, 0, -1, 0}, 4).softmax(1);
  EXPECT_NEAR(with_fake[0][3].item<double>(), 1 - 0.803388, 1e-6);
  const double real = 0.5 * std::log1p(std::exp(-u)) + (u - 1),
               fake = 0.5 * std::log1p(std::exp(u));
  EXPECT_NEAR(value(objective, kD, logits, logits, label({0})), real + fake, 1e-6);
  EXPECT_NEAR(value(objective, kG, {}, logits, label({0})), std::log1p(std::exp(-u)), 1e-6);
}

TEST(Kplus1, AtEquilibrium) {
  const Objective objective = loss_alone("kplus1");
  // u = 0 and classes that nobody can tell apart: the entropy is ln 3.
  const Tensor logits = at::full({3, 3}, -std::log(3.0), at::kDouble).requires_grad_();
  const Tensor loss = total(objective, kD, logits, logits, label({0, 1, 2}));
  EXPECT_NEAR(loss.item<double>(), ln2 + std::log(3.0), 1e-12);
  const Tensor slope = gradient(loss, logits).sum(0);
  EXPECT_LT(slope.abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, logits, label({0, 1, 2})), ln2, 1e-12);
}

TEST(Golden, multi_hinge) {
  const Objective objective = loss_alone("multi_hinge");
  // Scores (1, 0, 0.5) and the label 0 make 0.5; the fake class is the last one.
  const Tensor outputs = rows({1, 0, 0.5}, 3);
  EXPECT_NEAR(value(objective, kG, {}, outputs, label({0})), 0.05 * 0.5, 1e-12);
  EXPECT_NEAR(value(objective, kD, outputs, outputs, label({0})), 0.5 + (1 + 1 - 0.5), 1e-12);
  EXPECT_NEAR(value(objective, kD, outputs, outputs, label({1})), 2 + 1.5, 1e-12);
  EXPECT_NEAR(objective.adversarial()->score(outputs).item<double>(), 0.5, 1e-12);
  EXPECT_NEAR(value(loss_alone("multi_hinge", {{"generator", 2.0}}), kG, {}, outputs, label({0})),
              1, 1e-12);
}

TEST(MultiHinge, AtEquilibriumAndBeyondTheMargin) {
  const Objective objective = loss_alone("multi_hinge");
  // As likely the class of the label as a fake, and no other class: 1 each.
  const Tensor tied = rows({0, -9, -9, 0}, 4);
  EXPECT_NEAR(value(objective, kD, tied, tied, label({0})), 2, 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, tied, label({0})), 0.05, 1e-12);
  const Tensor sure = rows({0, 1.5, 0, -3}, 4).requires_grad_();
  EXPECT_EQ(gradient(total(objective, kG, {}, sure, label({1})), sure).abs().sum().item<double>(),
            0);
}

// Two outcomes with points are bce.
TEST(Golden, realness) {
  const json points = {{"outcomes", 2}, {"anchors", "points"}, {"generator", "real_anchor"}};
  const Objective objective = loss_alone("realness", points);
  Objective bce = loss_alone("bce");
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  const auto logits = [](const Tensor& u) {
    return at::stack({0.7 * at::ones_like(u), u + 0.7}, 1);
  };
  EXPECT_NEAR(value(objective, kD, logits(r), logits(f)), 1.380379, 1e-6);
  EXPECT_NEAR(value(objective, kG, {}, logits(f)), 0.875623, 1e-6);
  EXPECT_NEAR(value(objective, kD, logits(r), logits(f)), total_at(bce, kD, r, f).item<double>(),
              1e-12);
  // The difference of both divergences is -f, as in kl_reverse.
  const Objective difference = loss_alone("realness", {{"outcomes", 2}, {"anchors", "points"}});
  EXPECT_NEAR(value(difference, kG, {}, logits(f)), 0.133333, 1e-6);
  EXPECT_TRUE(at::allclose(objective.adversarial()->score(logits(r)), (r / 2).tanh(), 0, 1e-12));
}

TEST(Realness, AnchorsAreMirrorImagesSkewedTowardsEachOther) {
  const Tensor real = realness_anchor(RealnessAnchors::skewed, 50, 5.0), fake = real.flip(0);
  const Tensor outcomes = realness_outcomes(50);
  EXPECT_NEAR(real.sum().item<double>(), 1, 1e-12);
  EXPECT_GT(real.min().item<double>(), 0);
  const Tensor mean = (real * outcomes).sum(), centred = outcomes - mean;
  EXPECT_GT(mean.item<double>(), 0.2);
  EXPECT_NEAR((fake * outcomes).sum().item<double>(), -mean.item<double>(), 1e-12);
  EXPECT_LT((real * centred.pow(3)).sum().item<double>(), 0);  // negative skewness
}

TEST(Realness, TheOptimumIsTheMixtureOfTheAnchors) {
  const Objective objective = loss_alone("realness", {{"outcomes", 6}, {"skew", 3.0}});
  const Tensor real = realness_anchor(RealnessAnchors::skewed, 6, 3.0), fake = real.flip(0);
  const Tensor share = (data_p() / (data_p() + fake_q())).unsqueeze(1);
  const Tensor distribution = share * real + (1 - share) * fake;
  const Tensor table = distribution.log().requires_grad_();
  const Tensor d_loss = total(objective, kD, samples(table, kP), samples(table, kQ));
  EXPECT_LT(gradient(d_loss, table).abs().max().item<double>(), 1e-12);
  double expected = 0, of_g = 0;
  for (int64_t i = 0; i < 5; ++i) {
    const double to_real = kl(real, distribution[i]).item<double>(),
                 to_fake = kl(fake, distribution[i]).item<double>();
    expected += data_p()[i].item<double>() * to_real + fake_q()[i].item<double>() * to_fake;
    of_g += fake_q()[i].item<double>() * (to_real - to_fake);
  }
  EXPECT_NEAR(d_loss.item<double>(), expected, 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, samples(table, kQ)), of_g, 1e-12);
}

TEST(Realness, AtEquilibrium) {
  const Objective objective = loss_alone("realness");
  const Tensor real = realness_anchor(RealnessAnchors::skewed, 10, 5.0), fake = real.flip(0);
  const Tensor outputs = ((real + fake) / 2).log().repeat({4, 1}).requires_grad_();
  const Tensor d_loss = total(objective, kD, outputs, outputs);
  EXPECT_NEAR(d_loss.item<double>(), 2 * jsd(real, fake).item<double>(), 1e-12);
  EXPECT_LT(gradient(d_loss, outputs).abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, outputs), 0, 1e-12);
  EXPECT_LT(objective.adversarial()->score(outputs).abs().max().item<double>(), 1e-12);
}

TEST(Sphere, TheScoreIsTheGeodesicDistanceToThePole) {
  const Objective objective = loss_alone("sphere", {{"dimensions", 2}});
  const Tensor q = rows({3, 4, 1, 0, 0.1, -0.2, 1e6, 0, 0, 0}, 2);
  const Tensor squared = q.square().sum(1);
  const Tensor height = (squared - 1) / (squared + 1);  // of the input on the sphere
  const Tensor score = objective.adversarial()->score(q);
  EXPECT_TRUE(at::allclose(score, height.acos(), 0, 1e-5));
  EXPECT_NEAR(score[1].item<double>(), pi / 2, 1e-9);  // the unit circle is the equator
  EXPECT_NEAR(score[4].item<double>(), pi, 1e-5);      // and the origin the south pole
}

// Moments are summed.
TEST(Golden, sphere) {
  const Tensor r = rows({1, 0, 0, 2}, 2), f = rows({3, 0}, 2);
  const double a = pi / 2, b = 2 * std::atan(0.5), c = 2 * std::atan(1.0 / 3);
  const auto sum = [](double d, int64_t k) {
    double total = 0;
    for (int64_t i = 1; i <= k; ++i) total += std::pow(d, static_cast<double>(i));
    return total;
  };
  for (const int64_t k : {1, 3, 4}) {
    const Objective objective = loss_alone("sphere", {{"dimensions", 2}, {"moments", k}});
    const SideLoss d = objective.adversarial()->loss({.side = kD, .r = r, .f = f});
    EXPECT_NEAR(d.real.mean().item<double>(), -(sum(a, k) + sum(b, k)) / 2, 1e-9);
    EXPECT_NEAR(d.fake.mean().item<double>(), sum(c, k), 1e-9);
    EXPECT_NEAR(value(objective, kG, {}, f), -sum(c, k), 1e-9);
    EXPECT_NEAR(value(objective, kD, r, r), 0, 1e-12);
  }
}

}  // namespace vector_test
}  // namespace rnngan
