// What each row declares to need: as its formula says, and as its code does.
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace needs_test {

using at::Tensor;
using Needs = std::set<Need>;

Needs needs_of(const LossDescription& row) {
  return {row.needs.begin(), row.needs.end()};
}

template <class Rows>
void expect_needs(const Rows& rows, const std::map<std::string, Needs>& expected) {
  for (const auto& row : rows) {
    const std::string& name = row.description.name;
    ASSERT_TRUE(expected.contains(name)) << name << ": say here what it needs";
    std::vector<std::string> ours, theirs;
    for (const Need need : needs_of(row.description)) ours.push_back(to_string(need));
    for (const Need need : expected.at(name)) theirs.push_back(to_string(need));
    EXPECT_EQ(ours, theirs) << name;
  }
}

TEST(Needs, OfAdversarialLosses) {
  using enum Need;
  const Needs averages = {real_in_g, scalar_score, batch_coupled},
              classes = {labels, hidden_labels};
  expect_needs(adversarial_catalog(), {{"bce", {}},
                                       {"gan", {}},
                                       {"kl_reverse", {}},
                                       {"kl_forward", {scalar_score, batch_coupled}},
                                       {"bgan", {}},
                                       {"lsgan", {}},
                                       {"lsgan_pearson", {}},
                                       {"hinge", {}},
                                       {"wgan", {}},
                                       {"rpgan", {real_in_g, scalar_score}},
                                       {"rasgan", averages},
                                       {"ralsgan", averages},
                                       {"rahinge", averages},
                                       {"fgan_kl", {}},
                                       {"fgan_rkl", {}},
                                       {"fgan_pearson", {}},
                                       {"fgan_neyman", {}},
                                       {"fgan_hellinger", {}},
                                       {"fgan_js", {}},
                                       {"fgan_tv", {}},
                                       {"ebgan", {autoencoder_d}},
                                       {"loss_sensitive", {scalar_score, pair_distance}},
                                       {"kplus1", classes},
                                       {"multi_hinge", classes},
                                       {"realness", {}},
                                       {"sphere", {}},
                                       {"vaegan", {encoder}}});
}

TEST(Needs, OfTerms) {
  using enum Need;
  const Needs classes = {labels, hidden_labels}, slope = {scalar_score, double_backward},
              slope_at_input = {scalar_score, input_grad, double_backward},
              batches = {real_in_g, batch_coupled}, forcing = {autoregressive_g, real_in_g};
  expect_needs(term_catalog(),
               {{"adc", classes},
                {"aux_classifier", classes},
                {"twin_aux_classifier", classes},
                {"balanced_consistency", {}},
                {"began", {autoencoder_d}},
                {"consistency", {}},
                {"consistency_term", {features, dropout_d, scalar_score}},
                {"contrastive_2c", {labels, hidden_labels, batch_coupled}},
                {"cot_gan", batches},
                {"cramer_gan", {real_in_g, double_backward, batch_coupled}},
                {"crps_step", forcing},
                {"d2d_ce", {labels, hidden_labels, batch_coupled}},
                {"dragan", {scalar_score, double_backward, perturbation}},
                {"drift", {}},
                {"energy_distance", batches},
                {"feature_matching", {features, real_in_g, batch_coupled}},
                {"fisher", {batch_coupled}},
                {"gradient_penalty", slope},
                {"historical_average", {}},
                {"imle", batches},
                {"kl_gaussian", batches},
                {"kl_latent", {encoder, real_in_g, batch_coupled}},
                {"label_smoothing", {logit_score}},
                {"latent_consistency", {}},
                {"lecam", {}},
                {"lipschitz_fd", {scalar_score}},
                {"lipschitz_penalty", slope},
                {"match_aware", {labels, logit_score, batch_coupled}},
                {"max_gradient_penalty", {scalar_score, double_backward, batch_coupled}},
                {"mle", forcing},
                {"mmd", batches},
                {"mmd_gan", {real_in_g, double_backward, batch_coupled}},
                {"mode_regularized", {encoder, real_in_g, logit_score}},
                {"mode_seeking", {}},
                {"mutual_information", {code}},
                {"orthogonal", {}},
                {"ot_gan", batches},
                {"path_length", {double_backward_g}},
                {"pulling_away", {features, batch_coupled}},
                {"r1", slope_at_input},
                {"r1_fd", {scalar_score, perturbation}},
                {"r2", slope_at_input},
                {"reconstruction", {encoder, real_in_g}},
                {"self_supervised", {}},
                {"sig_w1", batches},
                {"sinkhorn", batches},
                {"sobolev", {scalar_score, input_grad, double_backward, batch_coupled}},
                {"statistic_matching", batches},
                {"weight_clip", {}},
                {"zero_centered_gp", slope}});
}

/// Keeps the needs that can be seen from what is read.
class Watched : public FakeContext {
 public:
  using FakeContext::FakeContext;

  const SequenceBatch& batch(Which which) override {
    see(which);
    return FakeContext::batch(which);
  }
  const Tensor& point(Which which) override {
    see(which);
    return FakeContext::point(which);
  }
  const Scores& scores(Which which) override {
    see(which);
    return FakeContext::scores(which);
  }
  const Tensor& input_gradient(Which which) override {
    read.insert({Need::input_grad, Need::double_backward});
    return FakeContext::input_gradient(which);
  }
  const Tensor& perturbation() override {
    read.insert(Need::perturbation);
    return FakeContext::perturbation();
  }
  const Tensor& code() override {
    read.insert(Need::code);
    return FakeContext::code();
  }
  const Posterior& posterior() override {
    read.insert(Need::encoder);
    return FakeContext::posterior();
  }
  Tensor forced(int64_t draw) override {
    read.insert(Need::autoregressive_g);
    return FakeContext::forced(draw);
  }

  Needs read;

 private:
  void see(Which which) {
    if (which == Which::reconstruction) read.insert(Need::encoder);
    if (which == Which::real && side() == kG) read.insert(Need::real_in_g);
  }
};

const std::vector<std::pair<std::string, std::string>>& every_row() {
  static const auto all = [] {
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& row : adversarial_catalog()) names.push_back({row.description.name, ""});
    for (const auto& row : term_catalog()) names.push_back({"", row.description.name});
    return names;
  }();
  return all;
}

Objective objective_of(const std::string& loss, const std::string& term) {
  ObjectiveConfig config = objective_config(loss.empty() ? "bce" : loss);
  if (!term.empty()) config.terms["term"] = term_config(term, 1);
  return Objective(config);
}

// The encoder reads the real batch itself, and brings it along into the generator's step.
TEST(Needs, AreThoseOfTheCode) {
  const Needs seen = {Need::real_in_g, Need::input_grad, Need::perturbation,
                      Need::code,      Need::encoder,    Need::autoregressive_g};
  for (const auto& [loss, term] : every_row()) {
    if (kOnParameters.contains(term)) continue;
    Objective objective = objective_of(loss, term);
    Needs read;
    for (const Side side : {kD, kG}) {
      const Critic critic = curved(doubles({0.6, -0.4}));
      Watched context(side, critic, wavy(8, 4, 0), wavy(8, 4, 1));
      equip(context, critic, wavy(8, 4, 1), objective);
      if (term.empty()) {
        objective.evaluate(context);
      } else if (objective.terms()[0].term->acts_on(side)) {
        objective.terms()[0].term->value(context);
      }
      read.merge(context.read);
    }
    for (const Need need : seen) {
      if (need == Need::real_in_g && objective.needs(Need::encoder)) continue;
      EXPECT_EQ(read.contains(need), objective.needs(need)) << loss << term << to_string(need);
    }
  }
}

// Sequence 0 has the same value whatever stands beside it.
TEST(Needs, TermsThatAreNotCoupledJudgeSequencesOneByOne) {
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    if (kOnParameters.contains(name) || needs_of(row.description).contains(Need::batch_coupled)) {
      continue;
    }
    const Objective objective = term_alone(name);
    const Critic critic = curved(doubles({0.6, -0.4}));
    for (const Side side : {kD, kG}) {
      const auto term = make(name);
      if (!term->acts_on(side)) continue;
      FakeContext earlier(side, critic, wavy(4, 4, 2), wavy(4, 4, 3));  // for running means
      equip(earlier, critic, wavy(4, 4, 3), objective);
      term->value(earlier);
      term->after_step(earlier);
      const auto first_value = [&](double others) {
        const Tensor factor = doubles({1, others, others, others}).view({4, 1, 1});
        const Tensor real = factor * wavy(4, 4, 0), fake = factor * wavy(4, 4, 1);
        FakeContext context(side, critic, real, fake);
        equip(context, critic, fake, objective);
        return term->value(context)[0].item<double>();
      };
      EXPECT_NEAR(first_value(1), first_value(1.7), 1e-12) << name;
    }
  }
}

TEST(Needs, LossesAreCoupledWhereOtherScoresMoveAValue) {
  for (const std::string& name : losses_of_one_score()) {
    const AdversarialRow& row = row_named(adversarial_catalog(), name);
    const Adversarial loss = row.make(row.description.options.make().get());
    bool moves = false;
    for (const Side side : {kD, kG}) {
      const auto first_values = [&](double others) {
        const Tensor factor = doubles({1, others, others});
        AdversarialInput input;
        input.side = side;
        input.r = factor * doubles({0.3, -0.2, 0.6});
        input.f = factor * doubles({-0.1, 0.4, 0.2});
        input.reconstruction = factor * doubles({0.2, 0.1, -0.4});
        input.distance = factor * doubles({1, 2, 3});
        const SideLoss parts = loss.loss(input);
        double sum = 0;
        for (const Tensor& part : {parts.real, parts.fake}) {
          if (part.defined()) sum += (part.dim() == 0 ? part : part[0]).item<double>();
        }
        return sum;
      };
      moves = moves || std::abs(first_values(1) - first_values(1.7)) > 1e-12;
    }
    EXPECT_EQ(moves, needs_of(row.description).contains(Need::batch_coupled)) << name;
  }
}

// Which other fakes the rows that compare with them ask for: fresh ones, or near ones.
TEST(OtherFakes, AreAskedForAtTheRadiusOfTheRow) {
  std::map<std::string, std::set<double>> asked;
  const auto radii = [](const std::string& name, const nlohmann::json& options) {
    std::set<double> all;
    for (const Side side : {kD, kG}) {
      const auto term = make(name, options);
      if (!term->acts_on(side)) continue;
      const Critic critic = curved(doubles({0.6, -0.4}));
      FakeContext context(side, critic, wavy(8, 4, 0), wavy(8, 4, 1));
      equip(context, critic, wavy(8, 4, 1), term_alone(name));
      term->value(context);
      all.insert(context.radii().begin(), context.radii().end());
    }
    return all;
  };
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    if (kOnParameters.contains(name)) continue;
    if (const auto all = radii(name, {}); !all.empty()) asked[name] = all;
  }
  EXPECT_EQ(asked["mode_seeking"], std::set<double>{0});
  EXPECT_EQ(asked["latent_consistency"], std::set<double>{0.05});
  EXPECT_EQ(radii("latent_consistency", {{"radius", 0.2}}), std::set<double>{0.2});
}

}  // namespace needs_test
}  // namespace rnngan
