// Scores at the optimum of the discriminator: values in closed form, and what the generator
// descends.
#include <functional>
#include <map>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/adversarial.h"
#include "objective/golden_laws.h"

namespace rnngan {
namespace adversarial_optimum_test {

using at::Tensor;

TEST(AtTheOptimum, LossesHaveTheirClosedForms) {
  for (const Golden& golden : goldens()) {
    Objective objective(objective_config(golden.type));
    EXPECT_NEAR(loss_at(objective, kD, golden.optimum).item<double>(), golden.d_loss, 1e-6)
        << golden.type;
    EXPECT_NEAR(loss_at(objective, kG, golden.optimum).item<double>(), golden.g_loss, 1e-6)
        << golden.type;
  }
}

TEST(AtTheOptimum, SmoothLossesAreStationary) {
  for (const Golden& golden : goldens()) {
    if (!golden.smooth) continue;
    Objective objective(objective_config(golden.type));
    const Tensor table = golden.optimum.clone().requires_grad_();
    const Tensor slope = gradient(loss_at(objective, kD, table), table);
    EXPECT_LT(slope.abs().max().item<double>(), 1e-8) << golden.type;
  }
}

TEST(AtTheOptimum, NoMoveImprovesAKinkedLoss) {
  for (const Golden& golden : goldens()) {
    if (golden.smooth) continue;
    Objective objective(objective_config(golden.type));
    const bool lipschitz = golden.type == "wgan";
    const double best = loss_at(objective, kD, golden.optimum).item<double>();
    for (int64_t k = 0; k < 5; ++k) {
      for (const double move : {-0.01, 0.01}) {
        // A 1-Lipschitz critic of slope 1 can only get flatter: all points from k on move down.
        if (lipschitz && move > 0) continue;
        if (golden.type == "ebgan" && golden.optimum[k].item<double>() + move < 0) continue;
        Tensor table = golden.optimum.clone();
        table.slice(0, k, lipschitz ? 5 : k + 1).add_(move);
        EXPECT_GE(loss_at(objective, kD, table).item<double>(), best - 1e-12)
            << golden.type << " " << k << " " << move;
      }
    }
  }
}

TEST(AtTheOptimum, TheLossEstimatesItsDivergence) {
  const Tensor p = p_law(), q = q_law();
  const Tensor real_fake = (p.unsqueeze(1) * q).flatten(),
               fake_real = (q.unsqueeze(1) * p).flatten();
  const std::map<std::string, std::pair<std::string, double>> expected = {
      {"bce", {"JSD", 0.085580}},
      {"gan", {"JSD", 0.085580}},
      {"lsgan", {"triangular discrimination", 0.3202381}},
      {"hinge", {"TV", 0.35}},
      {"wgan", {"K W1", 0.75}},
      {"rpgan", {"pair JSD", jsd(real_fake, fake_real).item<double>()}},
      {"kl_reverse", {"JSD", 0.085580}},
      {"kl_forward", {"JSD", 0.085580}},
      {"bgan", {"JSD", 0.085580}},
      {"lsgan_pearson", {"triangular discrimination", 0.3202381}},
      {"ralsgan", {"triangular discrimination", 0.3202381}},
      {"fgan_kl", {"KL(p|q)", 0.318991}},
      {"fgan_rkl", {"KL(q|p)", 0.422633}},
      {"fgan_pearson", {"Pearson chi2", 0.598333}},
      {"fgan_neyman", {"Neyman chi2", 1.491667}},
      {"fgan_hellinger", {"squared Hellinger", 0.177803}},
      {"fgan_js", {"JSD", 0.085580}},
      {"fgan_tv", {"TV", 0.35}},
      {"ebgan", {"TV", 0.35}},
      {"vaegan", {"JSD", 0.085580}},
  };
  for (const Golden& golden : goldens()) {
    Objective objective(objective_config(golden.type));
    const Adversarial& adversarial = *objective.adversarial();
    EXPECT_EQ(static_cast<bool>(adversarial.estimate), expected.contains(golden.type));
    if (!adversarial.estimate) continue;  // nothing is known in closed form
    const double d_loss = loss_at(objective, kD, golden.optimum).item<double>();
    EXPECT_EQ(adversarial.divergence, expected.at(golden.type).first);
    EXPECT_NEAR(adversarial.estimate(d_loss), expected.at(golden.type).second, 1e-6) << golden.type;
  }
}

// With fixed optimal scores, L_G as a function of the generator's law has the gradient of a
// divergence.
TEST(AtTheOptimum, GeneratorsFollowTheirDivergence) {
  const Tensor p = p_law();
  const auto total_variation = [&](const Tensor& q) { return (p - q).abs().sum() / 2; };
  const auto wasserstein = [&](const Tensor& q) {
    return (p - q).cumsum(0).slice(0, 0, 4).abs().sum();
  };
  const std::map<std::string, std::function<Tensor(const Tensor&)>> divergence = {
      {"bce", [&](const Tensor& q) { return kl(q, p) - 2 * jsd(p, q); }},
      {"gan", [&](const Tensor& q) { return 2 * jsd(p, q); }},
      {"hinge", [&](const Tensor& q) { return 2 * total_variation(q); }},
      {"wgan", wasserstein},
      {"kl_reverse", [&](const Tensor& q) { return kl(q, p); }},
      {"fgan_kl", [&](const Tensor& q) { return kl(p, q); }},
      {"fgan_rkl", [&](const Tensor& q) { return kl(q, p); }},
      {"fgan_pearson", [&](const Tensor& q) { return ((p - q).square() / q).sum(); }},
      {"fgan_neyman", [&](const Tensor& q) { return ((p - q).square() / p).sum(); }},
      {"fgan_hellinger", [&](const Tensor& q) { return (p.sqrt() - q.sqrt()).square().sum(); }},
      {"fgan_js", [&](const Tensor& q) { return 2 * jsd(p, q); }},
  };
  for (const Golden& golden : goldens()) {
    if (!divergence.contains(golden.type)) continue;
    // p(5) = q(5), and both distribution functions are equal at the fourth point. Divergences have
    // kinks there: no gradient passes through the tie of hinge, and wgan gets another q.
    const Tensor law = golden.type == "wgan" ? doubles({6, 5, 4, 4, 1}) / 20 : q_law();
    const Tensor logits = law.log().requires_grad_();
    const Tensor q = logits.softmax(0);
    const Tensor tie_free = at::where(q.sub(p).abs() < 1e-9, p, q);
    const Objective objective(objective_config(golden.type));
    const Tensor loss = objective.adversarial()->loss(of_fakes(golden.optimum)).fake;
    const Tensor ours = gradient((q * loss).sum(), logits);
    const Tensor seen = golden.type == "hinge" ? tie_free : q;
    const Tensor theirs = gradient(divergence.at(golden.type)(seen), logits);
    EXPECT_LT((ours - theirs).abs().max().item<double>(), 1e-14) << golden.type;
  }
}

TEST(AtTheOptimum, BothFormsOfKlForwardHaveTheGradientOfTheirDivergence) {
  ObjectiveConfig config;
  config.adversarial = adversarial_config("kl_forward", {{"textbook", true}});
  Objective textbook(config), normalised(objective_config("kl_forward"));
  const Tensor p = p_law(), optimum = (p / q_law()).log();
  const Tensor logits = q_law().log().requires_grad_();
  const Tensor q = logits.softmax(0);
  const Tensor loss = textbook.adversarial()->loss(of_fakes(optimum)).fake;
  const Tensor ours = gradient((q * loss).sum(), logits), theirs = gradient(kl(p, q), logits);
  EXPECT_LT((ours - theirs).abs().max().item<double>(), 1e-14);
  // Score by score the self-normalised form pulls like the textbook form.
  const Tensor f = samples(optimum, kQ).requires_grad_();
  const Tensor a = gradient(total_at(textbook, kG, f, f), f);
  const Tensor b = gradient(total_at(normalised, kG, f, f), f);
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-15);
}

}  // namespace adversarial_optimum_test
}  // namespace rnngan
