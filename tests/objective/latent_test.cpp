// Terms of the encoder, of teacher forcing and of other fakes.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/differences.h"
#include "objective/row_findings.h"
#include "objective/term_support.h"

namespace rnngan {
namespace latent_test {

using at::Tensor;
using nlohmann::json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Critic no_critic() {
  return
      [](const Tensor& input, const StepMask&) { return at::zeros({input.size(0)}, at::kDouble); };
}

/// A generator of one number of global noise that repeats it, times w, at all steps and columns.
std::function<Tensor(const Tensor&)> repeating(const Tensor& w, int64_t steps, int64_t columns) {
  return [=](const Tensor& z) {
    return (w * z).view({-1, 1, 1}).expand({z.size(0), steps, columns});
  };
}

Posterior at_mean(const Tensor& mean) {
  const Tensor column = mean.view({-1, 1});
  return {column, at::zeros_like(column), column};
}

/// Real sequences (1, 2) and (3), and what is made of codes 2 and 1: 2s and 1s.
FakeContext two_sequences(const Critic& critic = no_critic()) {
  const Tensor real = doubles({1, 2, 3, kNan}).view({2, 2, 1});
  FakeContext context(kG, critic, real, at::zeros_like(real), lengths({2, 1}, 2));
  context.set_posterior(at_mean(doubles({2, 1})));
  context.set_generate(repeating(at::ones({}, at::kDouble), 2, 1));
  return context;
}

Tensor reconstruction(const json& options) {
  FakeContext context = two_sequences();
  return make("reconstruction", options)->value(context);
}

// Sums as a log likelihood.
TEST(Golden, reconstruction) {
  EXPECT_TRUE(at::allclose(reconstruction({}), doubles({0.5, 2})));
  EXPECT_TRUE(at::allclose(reconstruction({{"sigma", 0.5}}), doubles({2, 8})));
  EXPECT_TRUE(at::allclose(reconstruction({{"p", 1}, {"sigma", 0.5}}), doubles({2, 4})));
}

TEST(Reconstruction, MeansAreOverValidEntries) {
  EXPECT_TRUE(at::allclose(reconstruction({{"reduction", "mean"}}), doubles({0.5, 4})));
  EXPECT_TRUE(at::allclose(reconstruction({{"reduction", "mean"}, {"p", 1}, {"sigma", 7.0}}),
                           doubles({0.5, 2})));
}

// Independent pairs of one distribution cost twice what a constant generator does.
TEST(Reconstruction, RandomPairsAreRefusedSinceTheyRewardAConstant) {
  EXPECT_EQ(findings_of_term("reconstruction", {{"pairing", "random"}}).size(), 1U);
  const auto value = [](const std::vector<double>& fakes) {
    FakeContext context(kG, no_critic(), doubles({-1, 1, -1, 1}).view({4, 1, 1}),
                        doubles(fakes).view({4, 1, 1}));
    const json options = {{"pairing", "random"}, {"reduction", "mean"}, {"allow_degenerate", true}};
    EXPECT_TRUE(findings_of_term("reconstruction", options).empty());
    return make("reconstruction", options)->value(context).mean().item<double>();
  };
  EXPECT_DOUBLE_EQ(value({-1, -1, 1, 1}), 2);
  EXPECT_DOUBLE_EQ(value({0, 0, 0, 0}), 1);
}

TEST(Reconstruction, ReachesGeneratorAndEncoderThroughFeatures) {
  const Tensor code = doubles({2, 1, -1}).requires_grad_(), w = doubles({0.7}).requires_grad_();
  const Tensor v = doubles({0.6, -0.4}).requires_grad_();
  const Tensor real = wavy(3, 4, 0).requires_grad_();
  FakeContext context(kG, no_critic(), real, wavy(3, 4, 1));
  context.set_features(
      [&v](const Tensor& input, const StepMask& steps) { return masked_mean(input, steps) * v; });
  context.set_posterior(at_mean(code));
  context.set_generate(repeating(w, 4, 2));
  const Tensor value = make("reconstruction", {{"space", "features"}})->value(context);
  const Tensor target = real.detach().mean(1) * v.detach();
  const Tensor made = (w * code).detach().unsqueeze(1) * v.detach();
  EXPECT_TRUE(at::allclose(value, 0.5 * (target - made).square().sum(1)));
  value.sum().backward();
  EXPECT_GT(code.grad().abs().min().item<double>(), 0);
  EXPECT_GT(w.grad().abs().min().item<double>(), 0);
  EXPECT_FALSE(real.grad().defined());
  // The features of the real sequences are a target: they do not move.
  const Tensor through_made = ((made - target) * (w * code).detach().unsqueeze(1)).sum(0);
  EXPECT_TRUE(at::allclose(v.grad(), through_made, 0, 1e-12));
}

TEST(Reconstruction, ReachesGeneratorAndEncoderThroughData) {
  const Tensor code = doubles({2, 1, -1}).requires_grad_(), w = doubles({0.7}).requires_grad_();
  FakeContext context(kG, no_critic(), wavy(3, 4, 0), wavy(3, 4, 1));
  context.set_posterior(at_mean(code));
  context.set_generate(repeating(w, 4, 2));
  make("reconstruction")->value(context).sum().backward();
  EXPECT_GT(code.grad().abs().min().item<double>(), 0);
  EXPECT_GT(w.grad().abs().min().item<double>(), 0);
  EXPECT_EQ(context.passes(), 0);
}

double kl_of(const Posterior& posterior, const json& options = json::object()) {
  FakeContext context(kG, no_critic(), wavy(2, 3, 0), wavy(2, 3, 1));
  context.set_posterior(posterior);
  return make("kl_latent", options)->value(context).item<double>();
}

// Is the divergence from the standard normal distribution.
TEST(Golden, kl_latent) {
  const Tensor mean = at::ones({2, 1}, at::kDouble), log_variance = mean * std::log(0.25);
  EXPECT_NEAR(kl_of({mean, log_variance, mean}), 0.818147, 1e-6);
  const Tensor three = mean.expand({2, 3});
  EXPECT_NEAR(kl_of({three, log_variance.expand({2, 3}), three}), 3 * 0.818147, 3e-6);
}

TEST(KlLatent, IsZeroWithoutSlopeAtTheStandardNormalDistribution) {
  const Tensor mean = at::zeros({2, 3}, at::kDouble).requires_grad_();
  const Tensor log_variance = at::zeros({2, 3}, at::kDouble).requires_grad_();
  FakeContext context(kG, no_critic(), wavy(2, 3, 0), wavy(2, 3, 1));
  context.set_posterior({mean, log_variance, mean});
  const Tensor value = make("kl_latent")->value(context);
  value.backward();
  EXPECT_EQ(value.item<double>(), 0);
  EXPECT_EQ(mean.grad().abs().max().item<double>(), 0);
  EXPECT_EQ(log_variance.grad().abs().max().item<double>(), 0);
}

TEST(KlLatent, FreeBitsAreForEachDimensionOnTheMeanOfTheBatch) {
  // m^2 / 2: (0, 0.5) of the first dimension and (0.02, 0.02) of the second.
  const Tensor mean = doubles({0, 0.2, 1, 0.2}).view({2, 2}), none = at::zeros_like(mean);
  EXPECT_NEAR(kl_of({mean, none, mean}), 0.25 + 0.02, 1e-12);
  EXPECT_NEAR(kl_of({mean, none, mean}, {{"free_bits", 0.1}}), 0.25 + 0.1, 1e-12);
  const Tensor leaf = mean.clone().requires_grad_();
  FakeContext context(kG, no_critic(), wavy(2, 3, 0), wavy(2, 3, 1));
  context.set_posterior({leaf, none, leaf});
  make("kl_latent", {{"free_bits", 0.1}})->value(context).backward();
  EXPECT_TRUE(at::allclose(leaf.grad(), doubles({0, 0, 0.5, 0}).view({2, 2})));
}

// Adds distance and realism.
TEST(Golden, mode_regularized) {
  const Critic total = [](const Tensor& input, const StepMask& steps) {
    return masked_mean(input, steps).squeeze(1);
  };
  FakeContext context = two_sequences(total);
  const Tensor value =
      make("mode_regularized", {{"distance", 3.0}, {"realism", 5.0}})->value(context);
  const Tensor realism = doubles({std::log1p(std::exp(-2)), std::log1p(std::exp(-1))});
  EXPECT_TRUE(at::allclose(value, 3 * doubles({0.5, 4}) + 5 * realism));
}

TEST(ModeRegularized, TeachesTheEncoderToDeceive) {
  const Tensor code = doubles({2, 1, -1}).requires_grad_(), w = doubles({0.7}).requires_grad_();
  FakeContext context(kG, curved(doubles({0.6, -0.4})), wavy(3, 4, 0), wavy(3, 4, 1));
  context.set_posterior(at_mean(code));
  context.set_generate(repeating(w, 4, 2));
  make("mode_regularized", {{"distance", 0.0}})->value(context).sum().backward();
  EXPECT_GT(code.grad().abs().min().item<double>(), 0);
  EXPECT_GT(w.grad().abs().min().item<double>(), 0);
}

// Is the inverse of how much noise moves.
TEST(Golden, mode_seeking) {
  const Tensor fake = doubles({0, 0, 0, kNan}).view({2, 2, 1}).requires_grad_();
  const Tensor other = doubles({1, -3, 4, kNan}).view({2, 2, 1}).requires_grad_();
  FakeContext context(kG, no_critic(), at::zeros({2, 2, 1}, at::kDouble), fake, lengths({2, 1}, 2));
  context.set_other_fake({other, doubles({0.5, 8})});
  const Tensor value = make("mode_seeking", {{"cap", 10.0}})->value(context);
  EXPECT_TRUE(at::allclose(value, doubles({1 / (4 + 0.1), 1 / (0.5 + 0.1)})));
  value.sum().backward();
  const Tensor slope = fake.grad().flatten(), opposite = other.grad().flatten();
  EXPECT_TRUE(slope.isfinite().all().item<bool>() && opposite.isfinite().all().item<bool>());
  EXPECT_TRUE(at::allclose(slope, -opposite));
  EXPECT_GT(slope.slice(0, 0, 3).abs().min().item<double>(), 0);
  EXPECT_EQ(slope[3].item<double>(), 0);
}

TEST(ModeSeeking, IsBoundedWhereTheNoiseIsIgnored) {
  const Tensor fake = wavy(3, 4, 1);
  const auto at_distance = [&](double d) {
    FakeContext context(kG, no_critic(), wavy(3, 4, 0), fake);
    context.set_other_fake({fake + d, at::ones({3}, at::kDouble)});
    return make("mode_seeking")->value(context).mean().item<double>();
  };
  EXPECT_NEAR(at_distance(0), 100, 1e-9);
  EXPECT_LT(at_distance(1e-3), at_distance(0) - 5);  // a slope that leads away
}

// Is the mean square over valid entries.
TEST(Golden, mle) {
  const Tensor real = doubles({1, 2, 3, kNan}).view({2, 2, 1});
  const Tensor forced = doubles({0, 4, 1, kNan}).view({2, 2, 1}).requires_grad_();
  FakeContext context(kG, no_critic(), real, at::zeros_like(real), lengths({2, 1}, 2));
  context.set_forced({forced});
  const Tensor value = make("mle")->value(context);
  EXPECT_TRUE(at::allclose(value, doubles({2.5, 4})));
  value.sum().backward();
  EXPECT_TRUE(at::allclose(forced.grad().flatten(), doubles({-1, 2, -4, 0})));
}

/// Mean over all combinations of a real value and two draws, each -spread or spread; reals +-1.
double over_draws(const std::string& type, double spread) {
  std::vector<double> x, a, b;
  for (int i = 0; i < 8; ++i) {
    const auto sign = [i](int bit) { return (i >> bit) % 2 == 0 ? -1.0 : 1.0; };
    x.push_back(sign(0));
    a.push_back(spread * sign(1));
    b.push_back(spread * sign(2));
  }
  const Tensor real = doubles(x).view({8, 1, 1});
  FakeContext context(kG, no_critic(), real, real);
  context.set_forced({doubles(a).view({8, 1, 1}), doubles(b).view({8, 1, 1})});
  return make(type)->value(context).mean().item<double>();
}

TEST(CrpsStep, IsLeastAtTheRightSpreadAndMleAtNone) {
  EXPECT_NEAR(over_draws("crps_step", 1), 0.5, 1e-5);
  EXPECT_NEAR(over_draws("crps_step", 0), 1, 1e-5);
  EXPECT_NEAR(over_draws("crps_step", 0.5), 0.75, 1e-5);
  EXPECT_NEAR(over_draws("crps_step", 2), 1, 1e-5);
  EXPECT_DOUBLE_EQ(over_draws("mle", 1), 2);
  EXPECT_DOUBLE_EQ(over_draws("mle", 0), 1);
}

// Takes the distance of whole steps and the mean over valid ones.
TEST(Golden, crps_step) {
  const Tensor real = doubles({0, 0, 0, 0, 1, 1, kNan, kNan}).view({2, 2, 2});
  const Tensor a = doubles({3, 4, 6, 8, 1, 1, kNan, kNan}).view({2, 2, 2}).requires_grad_();
  const Tensor b = doubles({0, 0, 0, 0, 1, 1, kNan, kNan}).view({2, 2, 2}).requires_grad_();
  FakeContext context(kG, no_critic(), real, at::zeros_like(real), lengths({2, 1}, 2));
  context.set_forced({a, b});
  const Tensor value = make("crps_step")->value(context);
  EXPECT_TRUE(at::allclose(value, doubles({(5 + 0 - 5 + 10 + 0 - 10) / 4.0, 0}), 0, 1e-5));
  value.sum().backward();
  EXPECT_TRUE(a.grad().isfinite().all().item<bool>());
  EXPECT_TRUE(b.grad().isfinite().all().item<bool>());
}

TEST(CrpsStep, HasTheGradientOfItsValue) {
  const auto f = [](const Tensor& draws) {
    FakeContext context(kG, no_critic(), wavy(3, 4, 0), wavy(3, 4, 1), lengths({4, 2, 3}, 4));
    context.set_forced({draws[0], draws[1]});
    return make("crps_step")->value(context).sum();
  };
  EXPECT_LT(gradient_error(f, at::stack({wavy(3, 4, 1), wavy(3, 4, 2.5)})), 1e-8);
}

}  // namespace latent_test
}  // namespace rnngan
