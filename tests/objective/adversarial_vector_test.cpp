// Losses of several numbers per sequence, of energies, and of reconstructions.
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/equipped.h"
#include "objective/golden_laws.h"
#include "objective/realness_anchors.h"

namespace rnngan {
namespace adversarial_vector_test {

using at::Tensor;
using nlohmann::json;
using std::numbers::ln2;
using std::numbers::pi;

Objective made(const std::string& type, const json& options = json::object()) {
  ObjectiveConfig config;
  config.adversarial = adversarial_config(type, options);
  return Objective(config);
}

/// r and f [B,n]; labels [B].
Tensor total(const Objective& objective, Side side, const Tensor& r, const Tensor& f,
             const Tensor& labels = {}) {
  AdversarialInput input{.side = side, .r = r, .f = f};
  input.labels = labels;
  const SideLoss loss = objective.adversarial()->loss(input);
  return loss.real.defined() ? (loss.real + loss.fake).mean() : loss.fake.mean();
}

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

/// Rows of a table [5,n], each as often as a law of golden_laws.h says.
Tensor sampled(const Tensor& table, const std::vector<int64_t>& counts) {
  return table.repeat_interleave(torch::tensor(counts, at::kLong), 0);
}

std::vector<std::string> losses_of_vectors() {
  std::vector<std::string> names;
  const auto scalars = losses_of_one_score();
  for (const AdversarialRow& row : adversarial_catalog()) {
    const std::string& name = row.description.name;
    if (std::find(scalars.begin(), scalars.end(), name) == scalars.end()) names.push_back(name);
  }
  return names;
}

TEST(Vectors, AskForTheirOutputs) {
  EXPECT_THAT(losses_of_vectors(),
              testing::UnorderedElementsAre("kplus1", "multi_hinge", "realness", "sphere"));
  EXPECT_EQ(made("kplus1").outputs(test_shape()), 3);
  EXPECT_EQ(made("multi_hinge").outputs(test_shape()), 4);
  EXPECT_EQ(made("realness", {{"outcomes", 7}}).outputs(test_shape()), 7);
  EXPECT_EQ(made("sphere", {{"dimensions", 5}}).outputs(test_shape()), 5);
  EXPECT_EQ(made("bce").outputs(test_shape()), 1);
}

TEST(Vectors, GiveOneScorePerSequence) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = made(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor outputs = at::linspace(-2, 2, 6 * n, at::kDouble).view({6, n});
    EXPECT_EQ(objective.adversarial()->score(outputs).sizes().vec(), std::vector<int64_t>{6})
        << name;
  }
}

TEST(Vectors, ExtremeOutputsStayFinite) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = made(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor signs = at::where(at::arange(4 * n).remainder(3).eq(0), 1.0F, -1.0F).view({4, n});
    for (const double size : {1e4, 0.0}) {
      for (const Side side : {kD, kG}) {
        const Tensor r = (size * signs).to(at::kFloat).requires_grad_();
        const Tensor f = (size * signs.flip(0)).to(at::kFloat).requires_grad_();
        const Tensor sum = total(objective, side, r, f, label({0, 1, 2, 0}));
        const Tensor score = objective.adversarial()->score(f);
        (sum + score.sum()).backward();
        EXPECT_EQ(sum.scalar_type(), at::kFloat) << name;
        EXPECT_TRUE(sum.isfinite().item<bool>() && score.isfinite().all().item<bool>()) << name;
        EXPECT_TRUE(f.grad().isfinite().all().item<bool>()) << name;
        EXPECT_TRUE(!r.grad().defined() || r.grad().isfinite().all().item<bool>()) << name;
      }
    }
  }
}

// Where a small step of the generator against its gradient leads.
TEST(Vectors, TheGeneratorRaisesTheScore) {
  for (const std::string& name : losses_of_vectors()) {
    const Objective objective = made(name);
    const int64_t n = objective.outputs(test_shape());
    const Tensor f = (at::arange(4 * n, at::kDouble) * 1.3).sin().view({4, n}).requires_grad_();
    const Tensor score = objective.adversarial()->score(f);
    // Of the class of the label only, where there are classes.
    const Tensor best = f.narrow(1, 0, std::min<int64_t>(n, 3)).argmax(1);
    const Tensor slope = gradient(total(objective, kG, {}, f, best), f);
    const Tensor along = (gradient(score.sum(), f) * slope).sum(1);
    EXPECT_TRUE((along < 0).all().item<bool>()) << name;
  }
}

TEST(KPlus1, TheScoreIsTheLogitOfReal) {
  const Objective objective = made("kplus1");
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

TEST(KPlus1, AtEquilibrium) {
  const Objective objective = made("kplus1");
  // u = 0 and classes that nobody can tell apart: the entropy is ln 3.
  const Tensor logits = at::full({3, 3}, -std::log(3.0), at::kDouble).requires_grad_();
  const Tensor loss = total(objective, kD, logits, logits, label({0, 1, 2}));
  EXPECT_NEAR(loss.item<double>(), ln2 + std::log(3.0), 1e-12);
  const Tensor slope = gradient(loss, logits).sum(0);
  EXPECT_LT(slope.abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, logits, label({0, 1, 2})), ln2, 1e-12);
}

TEST(MultiHinge, SpotValues) {
  const Objective objective = made("multi_hinge");
  // Scores (1, 0, 0.5) and the label 0 make 0.5; the fake class is the last one.
  const Tensor outputs = rows({1, 0, 0.5}, 3);
  EXPECT_NEAR(value(objective, kG, {}, outputs, label({0})), 0.05 * 0.5, 1e-12);
  EXPECT_NEAR(value(objective, kD, outputs, outputs, label({0})), 0.5 + (1 + 1 - 0.5), 1e-12);
  EXPECT_NEAR(value(objective, kD, outputs, outputs, label({1})), 2 + 1.5, 1e-12);
  EXPECT_NEAR(objective.adversarial()->score(outputs).item<double>(), 0.5, 1e-12);
  EXPECT_NEAR(value(made("multi_hinge", {{"generator", 2.0}}), kG, {}, outputs, label({0})), 1,
              1e-12);
}

TEST(MultiHinge, AtEquilibriumAndBeyondTheMargin) {
  const Objective objective = made("multi_hinge");
  // As likely the class of the label as a fake, and no other class: 1 each.
  const Tensor tied = rows({0, -9, -9, 0}, 4);
  EXPECT_NEAR(value(objective, kD, tied, tied, label({0})), 2, 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, tied, label({0})), 0.05, 1e-12);
  const Tensor sure = rows({0, 1.5, 0, -3}, 4).requires_grad_();
  EXPECT_EQ(gradient(total(objective, kG, {}, sure, label({1})), sure).abs().sum().item<double>(),
            0);
}

TEST(Realness, TwoOutcomesWithPointsAreBce) {
  const json points = {{"outcomes", 2}, {"anchors", "points"}, {"generator", "real_anchor"}};
  const Objective objective = made("realness", points);
  Objective bce = made("bce");
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  const auto logits = [](const Tensor& u) {
    return at::stack({0.7 * at::ones_like(u), u + 0.7}, 1);
  };
  EXPECT_NEAR(value(objective, kD, logits(r), logits(f)), 1.380379, 1e-6);
  EXPECT_NEAR(value(objective, kG, {}, logits(f)), 0.875623, 1e-6);
  EXPECT_NEAR(value(objective, kD, logits(r), logits(f)), total_at(bce, kD, r, f).item<double>(),
              1e-12);
  // The difference of both divergences is -f, as in kl_reverse.
  const Objective difference = made("realness", {{"outcomes", 2}, {"anchors", "points"}});
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
  const Objective objective = made("realness", {{"outcomes", 6}, {"skew", 3.0}});
  const Tensor real = realness_anchor(RealnessAnchors::skewed, 6, 3.0), fake = real.flip(0);
  const Tensor share = (p_law() / (p_law() + q_law())).unsqueeze(1);
  const Tensor law = share * real + (1 - share) * fake;
  const Tensor table = law.log().requires_grad_();
  const Tensor d_loss = total(objective, kD, sampled(table, kP), sampled(table, kQ));
  EXPECT_LT(gradient(d_loss, table).abs().max().item<double>(), 1e-12);
  double expected = 0, of_g = 0;
  for (int64_t i = 0; i < 5; ++i) {
    const double to_real = kl(real, law[i]).item<double>(),
                 to_fake = kl(fake, law[i]).item<double>();
    expected += p_law()[i].item<double>() * to_real + q_law()[i].item<double>() * to_fake;
    of_g += q_law()[i].item<double>() * (to_real - to_fake);
  }
  EXPECT_NEAR(d_loss.item<double>(), expected, 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, sampled(table, kQ)), of_g, 1e-12);
}

TEST(Realness, AtEquilibrium) {
  const Objective objective = made("realness");
  const Tensor real = realness_anchor(RealnessAnchors::skewed, 10, 5.0), fake = real.flip(0);
  const Tensor outputs = ((real + fake) / 2).log().repeat({4, 1}).requires_grad_();
  const Tensor d_loss = total(objective, kD, outputs, outputs);
  EXPECT_NEAR(d_loss.item<double>(), 2 * jsd(real, fake).item<double>(), 1e-12);
  EXPECT_LT(gradient(d_loss, outputs).abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(value(objective, kG, {}, outputs), 0, 1e-12);
  EXPECT_LT(objective.adversarial()->score(outputs).abs().max().item<double>(), 1e-12);
}

TEST(Sphere, TheScoreIsTheGeodesicDistanceToThePole) {
  const Objective objective = made("sphere", {{"dimensions", 2}});
  const Tensor q = rows({3, 4, 1, 0, 0.1, -0.2, 1e6, 0, 0, 0}, 2);
  const Tensor squared = q.square().sum(1);
  const Tensor height = (squared - 1) / (squared + 1);  // of the point on the sphere
  const Tensor score = objective.adversarial()->score(q);
  EXPECT_TRUE(at::allclose(score, height.acos(), 0, 1e-5));
  EXPECT_NEAR(score[1].item<double>(), pi / 2, 1e-9);  // the unit circle is the equator
  EXPECT_NEAR(score[4].item<double>(), pi, 1e-5);      // and the origin the south pole
}

TEST(Sphere, MomentsAreSummed) {
  const Tensor r = rows({1, 0, 0, 2}, 2), f = rows({3, 0}, 2);
  const double a = pi / 2, b = 2 * std::atan(0.5), c = 2 * std::atan(1.0 / 3);
  const auto sum = [](double d, int64_t k) {
    double total = 0;
    for (int64_t i = 1; i <= k; ++i) total += std::pow(d, static_cast<double>(i));
    return total;
  };
  for (const int64_t k : {1, 3, 4}) {
    const Objective objective = made("sphere", {{"dimensions", 2}, {"moments", k}});
    const SideLoss d = objective.adversarial()->loss({.side = kD, .r = r, .f = f});
    EXPECT_NEAR(d.real.mean().item<double>(), -(sum(a, k) + sum(b, k)) / 2, 1e-9);
    EXPECT_NEAR(d.fake.mean().item<double>(), sum(c, k), 1e-9);
    EXPECT_NEAR(value(objective, kG, {}, f), -sum(c, k), 1e-9);
    EXPECT_NEAR(value(objective, kD, r, r), 0, 1e-12);
  }
}

TEST(Energies, SpotValues) {
  const Tensor r = doubles({.2, .5, 1.5}), f = doubles({.4, .9, 2});
  Objective objective = made("ebgan");
  EXPECT_NEAR(total_at(objective, kD, r, f).item<double>(), 0.966667, 1e-6);
  EXPECT_NEAR(total_at(objective, kG, r, f).item<double>(), 1.1, 1e-6);
  Objective wide = made("ebgan", {{"margin", 4.0}});
  EXPECT_NEAR(total_at(wide, kD, r, f).item<double>(), 2.2 / 3 + (3.6 + 3.1 + 2) / 3, 1e-12);
  EXPECT_DOUBLE_EQ(*wide.adversarial()->undecided, 2);
  EXPECT_NEAR(wide.adversarial()->estimate(4), 0, 1e-12);
}

TEST(Energies, AreLowForRealSequences) {
  Objective objective = made("ebgan");
  TableContext context(kD, doubles({.2, .4, .6, .1}), doubles({.4, .9, 2, .6}));
  EXPECT_FALSE(objective.adversarial()->high_is_real);
  EXPECT_DOUBLE_EQ(statistic(objective.evaluate(context), "accuracy"), (3 + 3) / 8.0);
}

TEST(LossSensitive, PairsThatAreFarApartAreSettled) {
  const Tensor r = doubles({2, 1}).requires_grad_(), f = doubles({-1, 0.5}).requires_grad_();
  const auto slopes = [&](const json& options) {
    ObjectiveConfig config;
    config.adversarial = adversarial_config("loss_sensitive", options);
    Objective objective(config);
    TableContext context(kD, r, f);  // distances 3 and 0.5
    const Tensor loss = objective.evaluate(context).total;
    return std::pair{gradient(loss, r), gradient(loss, f)};
  };
  const auto [plain_r, plain_f] = slopes({{"real_part", 0.0}, {"margin", 2.0}});
  EXPECT_TRUE(plain_r.equal(doubles({-0.5, -0.5})) && plain_f.equal(doubles({0.5, 0.5})));
  const auto [half_r, half_f] = slopes({{"real_part", 0.0}, {"margin", 0.5}});
  EXPECT_TRUE(half_r.equal(doubles({0, 0})) && half_f.equal(doubles({0, 0})));
  const auto [leaky_r, leaky_f] =
      slopes({{"real_part", 1.0}, {"margin", 0.5}, {"slope", 0.25}, {"lambda", 2.0}});
  EXPECT_TRUE(leaky_r.equal(doubles({-0.75, -0.75})) && leaky_f.equal(doubles({0.25, 0.25})));
}

TEST(LossSensitive, SlopeOneIsWgan) {
  ObjectiveConfig config;
  config.adversarial =
      adversarial_config("loss_sensitive", {{"slope", 1.0}, {"real_part", 0.0}, {"margin", 0.0}});
  Objective objective(config), wgan(objective_config("wgan"));
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  for (const Side side : {kD, kG}) {
    EXPECT_NEAR(total_at(objective, side, r, f).item<double>(),
                total_at(wgan, side, r, f).item<double>(), 1e-12);
  }
}

TEST(VaeGan, ReconstructionsAndFakesWeighHalfEach) {
  Objective objective = made("vaegan"), bce = made("bce");
  const Tensor r = doubles({2, -1}), f = doubles({-1.5, 0.3}), x = doubles({0.7, 1.1});
  for (const Side side : {kD, kG}) {
    TableContext context(side, r, f);
    context.set_reconstruction(x);
    const double with_fakes = total_at(bce, side, r, f).item<double>();
    const double with_reconstructions = total_at(bce, side, r, x).item<double>();
    EXPECT_NEAR(objective.evaluate(context).total.item<double>(),
                (with_fakes + with_reconstructions) / 2, 1e-12);
  }
}

}  // namespace adversarial_vector_test
}  // namespace rnngan
