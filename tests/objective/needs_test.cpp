// Each row declares to need what its code reads.
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/equipped.h"
#include "objective/golden_loss.h"
#include "objective/term_support.h"

namespace rnngan {
namespace needs_test {

using at::Tensor;
using Needs = std::set<Need>;

Needs needs_of(const LossDescription& row) {
  return {row.needs.begin(), row.needs.end()};
}

/// Keeps the needs that can be seen from what is read, and withholds what others stand for.
class Watched : public FakeContext {
 public:
  using FakeContext::FakeContext;

  const SequenceBatch& batch(Which which) override {
    see(which);
    if (withheld != Need::labels) return FakeContext::batch(which);
    without_labels_ = FakeContext::batch(which);
    without_labels_.labels = Tensor();
    return without_labels_;
  }
  const Tensor& critic_input(Which which) override {
    see(which);
    return FakeContext::critic_input(which);
  }
  const Scores& scores(Which which) override {
    see(which);
    return FakeContext::scores(which);
  }
  using StepContext::scores_at;
  Scores scores_at(const Tensor& input, const PassOptions& options) override {
    if (options.dropout_draw != 0) read.insert(Need::dropout_d);
    Scores scores = FakeContext::scores_at(input, options);
    if (withheld == Need::features) scores.features = Tensor();
    return scores;
  }
  const Tensor& input_gradient(Which which) override {
    read.insert(Need::input_grad);
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
  const Tensor& global_noise() override {
    read.insert(Need::double_backward_g);
    return FakeContext::global_noise();
  }
  const Posterior& posterior() override {
    read.insert(Need::encoder);
    return FakeContext::posterior();
  }
  Activated forced(int64_t draw) override {
    read.insert(Need::autoregressive_g);
    return FakeContext::forced(draw);
  }

  Needs read;
  std::optional<Need> withheld;

 private:
  void see(Which which) {
    if (which == Which::reconstruction) read.insert(Need::encoder);
    if (which == Which::real && side() == kG) read.insert(Need::real_in_g);
  }

  SequenceBatch without_labels_;
};

struct Row {
  const LossDescription* description;
  bool is_term;
};

std::vector<Row> every_row() {
  std::vector<Row> all;
  for (const auto& row : adversarial_catalog()) all.push_back({&row.description, false});
  for (const auto& row : term_catalog()) all.push_back({&row.description, true});
  return all;
}

Objective objective_of(const Row& row) {
  return row.is_term ? term_alone(row.description->name) : loss_alone(row.description->name);
}

/// What the row is worth in a step of this side; undefined where it takes no part.
Tensor value_of(const Row& row, Objective& objective, StepContext& context) {
  if (!row.is_term) return objective.evaluate(context).total;
  Term& term = *objective.terms()[0].term;
  return term.acts_on(context.side()) ? term.value(context) : Tensor();
}

/// What the row reads, on both sides, of a step that has everything but `withheld`. Throws where it
/// cannot do without.
Needs read_by(const Row& row, std::optional<Need> withheld = {}) {
  Objective objective = objective_of(row);
  Needs read;
  for (const Side side : {kD, kG}) {
    Critic critic = curved(doubles({0.6, -0.4}));
    if (withheld == Need::double_backward) {
      critic = [sees = critic](const Tensor& input, const StepMask& steps) {
        return sees(input.detach(), steps);
      };
    }
    Watched context(side, critic, wavy(8, 4, 0), wavy(8, 4, 1));
    equip(context, critic, wavy(8, 4, 1), objective);
    context.withheld = withheld;
    value_of(row, objective, context);
    read.merge(context.read);
  }
  return read;
}

// The encoder reads the real batch itself, and brings it along into the generator's step.
TEST(Needs, AreThoseOfTheCode) {
  const Needs seen = {Need::real_in_g, Need::input_grad,       Need::perturbation,
                      Need::code,      Need::encoder,          Need::autoregressive_g,
                      Need::dropout_d, Need::double_backward_g};
  for (const Row& row : every_row()) {
    const Needs needs = needs_of(*row.description), read = read_by(row);
    for (const Need need : seen) {
      if (need == Need::real_in_g && needs.contains(Need::encoder)) continue;
      EXPECT_EQ(read.contains(need), needs.contains(need))
          << row.description->name << " " << to_string(need);
    }
  }
}

TEST(Needs, AreWhatTheCodeCannotDoWithout) {
  for (const Row& row : every_row()) {
    const Needs needs = needs_of(*row.description);
    for (const Need need : {Need::labels, Need::features, Need::double_backward}) {
      const std::string what = row.description->name + " " + to_string(need);
      if (needs.contains(need)) {
        EXPECT_ANY_THROW(read_by(row, need)) << what;
      } else {
        EXPECT_NO_THROW(read_by(row, need)) << what;
      }
    }
  }
}

TEST(Needs, OfLossesThatReadMoreThanAScore) {
  for (const AdversarialRow& row : adversarial_catalog()) {
    const std::string& name = row.description.name;
    const Needs needs = needs_of(row.description);
    const Adversarial loss = row.make(row.description.options.make().get());
    EXPECT_EQ(static_cast<bool>(loss.outputs), needs.contains(Need::several_scores)) << name;
    if (loss.outputs) continue;
    const auto without_distance = [&] {
      AdversarialInput input{.side = kD, .r = doubles({0.3}), .f = doubles({0.1})};
      input.reconstruction = input.f;
      loss.loss(input);
    };
    if (needs.contains(Need::pair_distance)) {
      EXPECT_ANY_THROW(without_distance()) << name;
    } else {
      EXPECT_NO_THROW(without_distance()) << name;
    }
  }
}

TEST(Needs, RowsWithoutScalarScoreTakeOneScorePerStep) {
  const Critic critic = [](const Tensor& input, const StepMask& steps) {
    return zero_padding(input, steps).matmul(doubles({0.6, -0.4})).tanh();
  };
  for (const Row& row : every_row()) {
    const Needs needs = needs_of(*row.description);
    if (needs.contains(Need::scalar_score) || needs.contains(Need::several_scores)) continue;
    Objective objective = objective_of(row);
    for (const Side side : {kD, kG}) {
      FakeContext context(side, critic, wavy(8, 4, 0), wavy(8, 4, 1));
      equip(context, critic, wavy(8, 4, 1), objective);
      const Tensor value = value_of(row, objective, context);
      if (!value.defined()) continue;
      EXPECT_LE(value.dim(), 1) << row.description->name;
      EXPECT_TRUE(value.isfinite().all().item<bool>()) << row.description->name;
    }
  }
}

// Sequence 0 has the same value whatever stands beside it.
TEST(Needs, TermsThatAreNotCoupledJudgeSequencesOneByOne) {
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    if (!reads_batches(name) || is_listed(row.description.needs, Need::batch_coupled)) continue;
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
    if (const auto all = radii(name, {}); !all.empty()) asked[name] = all;
  }
  EXPECT_EQ(asked["mode_seeking"], std::set<double>{0});
  EXPECT_EQ(asked["latent_consistency"], std::set<double>{0.05});
  EXPECT_EQ(radii("latent_consistency", {{"radius", 0.2}}), std::set<double>{0.2});
}

}  // namespace needs_test
}  // namespace rnngan
