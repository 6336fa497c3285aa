#include "objective/adversarial.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/golden_laws.h"

namespace rnngan {
namespace adversarial_test {

using at::Tensor;
using std::numbers::ln2;

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

}  // namespace adversarial_test
}  // namespace rnngan
