#include "objective/adversarial.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/golden_laws.h"

namespace rnngan {
namespace {

using at::Tensor;
using std::numbers::ln2;

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

TEST(Adversarial, EveryRowHasGoldenValues) {
  // No optimum is known of these; see SpotValues.
  std::set<std::string> tested = {"rahinge", "loss_sensitive"};
  for (const Golden& golden : goldens()) tested.insert(golden.type);
  const auto names = losses_of_one_score();
  EXPECT_EQ(tested, std::set<std::string>(names.begin(), names.end()));
}

TEST(Adversarial, SpotValues) {
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  const std::map<std::string, std::pair<double, double>> expected = {
      {"bce", {1.380379, 0.875623}},
      {"gan", {1.380379, -0.742290}},
      {"lsgan", {1.371667, 1.130000}},
      {"hinge", {1.866667, 0.133333}},
      {"wgan", {-0.633333, 0.133333}},
      {"rpgan", {0.808371, 1.441705}},
      {"kl_reverse", {1.380379, 0.133333}},
      {"kl_forward", {1.380379, -0.236002}},
      {"bgan", {1.380379, 0.496667}},
      {"lsgan_pearson", {1.738333, 0.496667}},
      {"rasgan", {1.111577, 2.378244}},
      {"ralsgan", {2.744444, 7.811111}},
      {"rahinge", {1.444444, 3.266667}},
      {"fgan_kl", {-0.034200, -0.465800}},
      {"fgan_rkl", {0.020049, 1.133333}},
      {"fgan_pearson", {-0.385000, -0.115000}},
      {"fgan_neyman", {-0.278636, 0.432019}},
      {"fgan_hellinger", {0.419559, -0.266177}},
      {"fgan_js", {-0.005916, -0.049143}},
      {"fgan_tv", {-0.102392, -0.008367}},
      {"vaegan", {1.380379, 0.875623}},
      {"ebgan", {1.633333, -0.133333}},
      {"loss_sensitive", {0.566667, 0.133333}},
  };
  EXPECT_EQ(expected.size(), losses_of_one_score().size());
  for (const auto& [type, values] : expected) {
    Objective objective(objective_config(type));
    EXPECT_NEAR(total_at(objective, kD, r, f).item<double>(), values.first, 1e-6) << type;
    EXPECT_NEAR(total_at(objective, kG, r, f).item<double>(), values.second, 1e-6) << type;
  }
}

// With equal laws the discriminator cannot do better than an undecided score everywhere.
TEST(Adversarial, ValuesAtEquilibrium) {
  struct Equilibrium {
    double score, d_loss, g_loss;
  };
  const std::map<std::string, Equilibrium> expected = {
      {"bce", {0, 2 * ln2, ln2}},      {"gan", {0, 2 * ln2, -ln2}},
      {"lsgan", {0.5, 0.25, 0.125}},   {"lsgan_pearson", {0, 1, 0}},
      {"hinge", {0.25, 2, -0.25}},     {"wgan", {3, 0, -3}},
      {"rpgan", {3, ln2, ln2}},        {"rasgan", {3, 2 * ln2, 2 * ln2}},
      {"ralsgan", {3, 2, 2}},          {"rahinge", {3, 2, 2}},
      {"kl_reverse", {0, 2 * ln2, 0}}, {"kl_forward", {0, 2 * ln2, 0}},
      {"bgan", {0, 2 * ln2, 0}},       {"fgan_kl", {1, 0, -1}},
      {"fgan_rkl", {0, 0, 1}},         {"fgan_pearson", {0, 0, 0}},
      {"fgan_neyman", {0, 0, 0}},      {"fgan_hellinger", {0, 0, 0}},
      {"fgan_js", {0, 0, 0}},          {"fgan_tv", {0, 0, 0}},
      {"ebgan", {0.25, 1, 0.25}},      {"vaegan", {0, 2 * ln2, ln2}},
      {"loss_sensitive", {0, 0, 0}},
  };
  EXPECT_EQ(expected.size(), losses_of_one_score().size());
  for (const auto& [type, at_rest] : expected) {
    Objective objective(objective_config(type));
    const Tensor scores = at::full({4}, at_rest.score, at::kDouble).requires_grad_();
    const Tensor d_loss = total_at(objective, kD, scores, scores);
    EXPECT_NEAR(d_loss.item<double>(), at_rest.d_loss, 1e-12) << type;
    EXPECT_NEAR(total_at(objective, kG, scores, scores).item<double>(), at_rest.g_loss, 1e-12)
        << type;
    if (type == "loss_sensitive") continue;  // the real scores themselves rise without end
    EXPECT_LT(gradient(d_loss, scores).abs().max().item<double>(), 1e-12) << type;
  }
}

TEST(Adversarial, OptionsAreUsed) {
  const Tensor r = doubles({2, -1}), f = doubles({-1.5, 0.5});
  ObjectiveConfig config;
  config.adversarial = adversarial_config("hinge", {{"margin", 3.0}});
  Objective hinge(config);
  EXPECT_NEAR(total_at(hinge, kD, r, f).item<double>(), (1 + 4) / 2.0 + (1.5 + 3.5) / 2.0, 1e-12);
  EXPECT_NEAR(hinge.adversarial()->estimate(6.0), 0.0, 1e-12);  // all at 0: no distance

  // a = -1, b = 1, c = 0 is Pearson's form, whose golden values are known too.
  config.adversarial = adversarial_config("lsgan", {{"a", -1.0}, {"b", 1.0}, {"c", 0.0}});
  Objective pearson(config);
  const Tensor spot_r = doubles({2, -1, 0.5}), spot_f = doubles({-1.5, 0.3, 0.8});
  EXPECT_NEAR(total_at(pearson, kD, spot_r, spot_f).item<double>(), 1.738333, 1e-6);
  EXPECT_NEAR(total_at(pearson, kG, spot_r, spot_f).item<double>(), 0.496667, 1e-6);
  EXPECT_NEAR(pearson.adversarial()->estimate(0.839881), 0.3202381, 1e-5);
  EXPECT_DOUBLE_EQ(*pearson.adversarial()->undecided, 0.0);

  config.adversarial = adversarial_config("kl_forward", {{"textbook", true}});
  Objective forward(config);
  EXPECT_NEAR(total_at(forward, kG, spot_r, spot_f).item<double>(), -1.266177, 1e-6);
  EXPECT_NEAR(loss_at(forward, kG, (p_law() / q_law()).log()).item<double>(), -1, 1e-12);

  config.adversarial = adversarial_config("fgan_kl", {{"alternative", true}});
  Objective alternative(config);
  const Tensor optimum = 1 + (p_law() / q_law()).log();
  EXPECT_NEAR(loss_at(alternative, kG, optimum).item<double>(), -0.577367, 1e-6);
  EXPECT_NEAR(loss_at(alternative, kD, optimum).item<double>(), -0.318991, 1e-6);

  config.adversarial = adversarial_config("lsgan", {{"a", 1.0}, {"b", 1.0}});
  EXPECT_THROW(Objective{config}, Error);  // one target for both
  config.adversarial = adversarial_config("lsgan", {{"a", 2.0}, {"b", 1.0}});
  EXPECT_THROW(Objective{config}, Error);  // high scores would mean fake
}

TEST(Adversarial, UndecidedScores) {
  const std::map<std::string, std::optional<double>> expected = {
      {"bce", 0.0},
      {"gan", 0.0},
      {"lsgan", 0.5},
      {"hinge", 0.0},
      {"wgan", std::nullopt},
      {"rpgan", std::nullopt},
      {"kl_reverse", 0.0},
      {"kl_forward", 0.0},
      {"bgan", 0.0},
      {"lsgan_pearson", 0.0},
      {"rasgan", std::nullopt},
      {"ralsgan", std::nullopt},
      {"rahinge", std::nullopt},
      {"fgan_kl", 1.0},
      {"fgan_rkl", 0.0},
      {"fgan_pearson", 0.0},
      {"fgan_neyman", 0.0},
      {"fgan_hellinger", 0.0},
      {"fgan_js", 0.0},
      {"fgan_tv", 0.0},
      {"ebgan", 0.5},
      {"loss_sensitive", std::nullopt},
      {"vaegan", 0.0},
  };
  EXPECT_EQ(expected.size(), losses_of_one_score().size());
  for (const auto& [type, undecided] : expected) {
    EXPECT_EQ(Objective(objective_config(type)).adversarial()->undecided, undecided) << type;
  }
}

// With fixed optimal scores, L_G as a function of the generator's law has the gradient of a
// divergence.
TEST(Adversarial, GeneratorsFollowTheirDivergence) {
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

TEST(Adversarial, BothFormsOfKlForwardHaveTheGradientOfTheirDivergence) {
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

TEST(Adversarial, AveragesStayAttachedToTheGraph) {
  // Raising every score alike changes no relativistic loss, on either side.
  for (const char* type : {"rpgan", "rasgan", "ralsgan", "rahinge"}) {
    Objective objective(objective_config(type));
    for (const Side side : {kD, kG}) {
      const Tensor r = doubles({2, -1, 0.5}).requires_grad_();
      const Tensor f = doubles({-1.5, 0.3, 0.8}).requires_grad_();
      total_at(objective, side, r, f).backward();
      EXPECT_NEAR((r.grad().sum() + f.grad().sum()).item<double>(), 0, 1e-12) << type;
    }
  }
}

TEST(Adversarial, ExponentialsGoOnAlongTheirTangent) {
  const Objective objective(objective_config("fgan_hellinger"));
  const Tensor f = doubles({14.999999, 15.000001, 20}).requires_grad_();
  const Tensor loss = objective.adversarial()->loss(of_fakes(f)).fake;
  const Tensor slope = gradient(loss.sum(), f);
  EXPECT_NEAR((loss[0] / loss[1]).item<double>(), 1, 1e-5);
  EXPECT_NEAR((slope[0] / slope[1]).item<double>(), 1, 1e-5);
  EXPECT_NEAR(loss[2].item<double>(), 1 - 6 * std::exp(15.0), 1e-6);
  EXPECT_NEAR(slope[2].item<double>(), -std::exp(15.0), 1e-6);
}

TEST(Adversarial, ExtremeScoresStayFinite) {
  for (const std::string& name : losses_of_one_score()) {
    Objective objective(objective_config(name));
    for (const Side side : {kD, kG}) {
      const Tensor r = torch::tensor({1e4F, 1e4F, -1e4F, -1e4F}).requires_grad_();
      const Tensor f = torch::tensor({1e4F, -1e4F, 1e4F, -1e4F}).requires_grad_();
      const Tensor total = total_at(objective, side, r, f);
      total.backward();
      EXPECT_EQ(total.scalar_type(), at::kFloat);
      EXPECT_TRUE(std::isfinite(total.item<float>())) << name;
      EXPECT_TRUE(f.grad().isfinite().all().item<bool>()) << name;
      const bool finite = !r.grad().defined() || r.grad().isfinite().all().item<bool>();
      EXPECT_TRUE(finite) << name;
    }
  }
}

TEST(Adversarial, TheGeneratorWantsHigherScores) {
  for (const std::string& name : losses_of_one_score()) {
    // These two draw fakes to the score 0.
    if (name == "bgan" || name == "lsgan_pearson") continue;
    Objective objective(objective_config(name));
    const Tensor f = doubles({-0.9, -0.2, 0.4, 0.9}).requires_grad_();
    const Tensor slope = gradient(total_at(objective, kG, doubles({0.3, 0.1, -0.5, 1}), f), f);
    const double up = name == "ebgan" ? -1 : 1;
    EXPECT_TRUE((up * slope < 0).all().item<bool>()) << name;
  }
}

TEST(Adversarial, ScoresBeyondTheMarginAreSettled) {
  Objective objective(objective_config("hinge"));
  const Tensor r = doubles({1.5, 0.5}).requires_grad_(), f = doubles({-1.5, -0.5}).requires_grad_();
  total_at(objective, kD, r, f).backward();
  EXPECT_TRUE(r.grad().equal(doubles({0, -0.5})));
  EXPECT_TRUE(f.grad().equal(doubles({0, 0.5})));
}

}  // namespace
}  // namespace rnngan
