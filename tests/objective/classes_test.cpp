// Terms on labels and heads.
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace classes_test {

using at::Tensor;
using nlohmann::json;
using std::numbers::ln2;
using testing::ElementsAre;

Tensor label(const std::vector<int64_t>& values) {
  return torch::tensor(values, at::kLong);
}

/// Sequences of one step and one column.
Tensor points(const std::vector<double>& values) {
  return doubles(values).view({-1, 1, 1});
}
Critic first_column() {
  return [](const Tensor& input, const StepMask&) { return input.select(2, 0).sum(1); };
}

/// A critic that also sees the conditions: s = x + (1, 10, 100) . one-hot of the pass.
class Conditioned : public FakeContext {
 public:
  using FakeContext::FakeContext;
  Scores scores_at(const Tensor& input, const PassOptions& options) override {
    Scores scores = FakeContext::scores_at(input, options);
    if (options.condition.defined()) {
      scores.score = scores.score + options.condition.matmul(doubles({1, 10, 100, 1000}));
    }
    return scores;
  }
  using FakeContext::scores_at;
  void set_condition(const Tensor& labels, const Tensor& condition) {
    label_batch_ = FakeContext::batch(Which::real);
    label_batch_.labels = labels;
    label_batch_.condition = condition;
  }
  const SequenceBatch& batch(Which) override { return label_batch_; }

 private:
  SequenceBatch label_batch_;
};

TEST(MatchAware, WrongLabelsTakeHalfOfTheFakes) {
  const Tensor f = points({0.5, -1, 2});
  Conditioned context(kD, first_column(), points({0.1, 0.2, 0.3}), f);
  // Three classes and a static column, which stays.
  const Tensor condition = doubles({1, 0, 0, .5, 0, 1, 0, .6, 0, 0, 1, .7}).view({3, 4});
  context.set_condition(label({0, 1, 2}), condition);
  const Tensor value = make("match_aware")->value(context);
  ASSERT_EQ(context.passed().size(), 2U);
  EXPECT_TRUE(context.passed()[0].condition.equal(
      doubles({0, 0, 1, .5, 1, 0, 0, .6, 0, 1, 0, .7}).view({3, 4})));
  const Tensor wrong = doubles({0.1 + 100 + 500, 0.2 + 1 + 600, 0.3 + 10 + 700});
  const Tensor expected = 0.5 * (at::softplus(wrong) - at::softplus(f.flatten())).mean();
  EXPECT_NEAR(value.item<double>(), expected.item<double>(), 1e-12);
}

// Labels that agree do not count.
TEST(Golden, match_aware) {
  const Tensor x = points({0.1, 0.2, 0.3}).requires_grad_(), f = points({0.5, -1, 2});
  FakeContext context(kD, first_column(), x, f);
  context.set_labels(label({0, 0, 1}), 2);  // the second label agrees with the one before it
  const Tensor value = make("match_aware")->value(context);
  const double wrong = (std::log1p(std::exp(0.1)) + std::log1p(std::exp(0.3))) / 2;
  const double fake = at::softplus(f).mean().item<double>();
  EXPECT_NEAR(value.item<double>(), 0.5 * (wrong - fake), 1e-12);

  FakeContext alike(kD, first_column(), x, f);
  alike.set_labels(label({1, 1, 1}), 2);
  EXPECT_EQ(make("match_aware")->value(alike).item<double>(), 0);
}

TEST(MatchAware, ANeutralCriticWeighsEachPartByHalf) {
  Objective objective(objective_config("bce", {{"match_aware", term_config("match_aware", 1)}}));
  EXPECT_TRUE(objective.needs(Need::logit_score) && objective.needs(Need::labels));
  const Tensor w = doubles({1}).requires_grad_();
  const Critic critic = [&](const Tensor& input, const StepMask&) {
    return input.select(2, 0).sum(1) * w;
  };
  FakeContext context(kD, critic, points({0, 0}), points({0, 0}));
  context.set_labels(label({0, 1}), 2);
  EXPECT_NEAR(objective.evaluate(context).total.item<double>(), 2 * ln2, 1e-12);
}

/// One head whose logits are given for the real and the fake batch.
class Headed : public FakeContext {
 public:
  Headed(Side side, std::map<std::string, std::pair<Tensor, Tensor>> heads, const Tensor& labels)
      : FakeContext(side, first_column(), points(std::vector<double>(labels.size(0), 1.0)),
                    points(std::vector<double>(labels.size(0), 2.0))) {
    set_labels(labels, kClasses);
    for (const auto& [name, logits] : heads) {
      given_[0].heads[name] = logits.first;
      given_[1].heads[name] = logits.second;
    }
  }
  const Scores& scores(Which which) override { return given_[static_cast<size_t>(which)]; }

 private:
  Scores given_[2];
};

/// The cross-entropy of one row.
double entropy(const std::vector<double>& logits, size_t at) {
  double sum = 0;
  for (const double l : logits) sum += std::exp(l);
  return std::log(sum) - logits[at];
}

// Names the classes of real sequences and of fakes on demand.
TEST(Golden, aux_classifier) {
  const std::vector<double> a = {1, 0, -1}, b = {0.5, 2, 0};
  const std::map<std::string, std::pair<Tensor, Tensor>> heads = {
      {"class", {doubles(a).view({1, 3}), doubles(b).view({1, 3})}}};
  const Tensor labels = label({1});
  Headed d(kD, heads, labels), g(kG, heads, labels);
  const double real = entropy(a, 1), fake = entropy(b, 1);
  EXPECT_NEAR(make("aux_classifier")->value(d).item<double>(), real, 1e-12);
  EXPECT_NEAR(make("aux_classifier")->value(g).item<double>(), fake, 1e-12);
  const auto both = make("aux_classifier", {{"on_fakes", true}});
  EXPECT_NEAR(both->value(d).item<double>(), real + fake, 1e-12);
  EXPECT_NEAR(both->value(g).item<double>(), fake, 1e-12);
}

// The twin learns from fakes and works against the generator.
TEST(Golden, twin_aux_classifier) {
  const std::vector<double> a = {1, 0, -1}, b = {0.5, 2, 0}, c = {0, 0.3, 0.9};
  const std::map<std::string, std::pair<Tensor, Tensor>> heads = {
      {"class", {doubles(a).view({1, 3}), doubles(b).view({1, 3})}},
      {"twin_class", {doubles(b).view({1, 3}), doubles(c).view({1, 3})}}};
  const Tensor labels = label({2});
  Headed d(kD, heads, labels), g(kG, heads, labels);
  EXPECT_NEAR(make("twin_aux_classifier")->value(d).item<double>(), entropy(a, 2) + entropy(c, 2),
              1e-12);
  EXPECT_NEAR(make("twin_aux_classifier")->value(g).item<double>(), entropy(b, 2) - entropy(c, 2),
              1e-12);
  const auto half = make("twin_aux_classifier", {{"twin", 0.5}, {"on_fakes", true}});
  EXPECT_NEAR(half->value(d).item<double>(), entropy(a, 2) + entropy(b, 2) + 0.5 * entropy(c, 2),
              1e-12);
  EXPECT_NEAR(half->value(g).item<double>(), entropy(b, 2) - 0.5 * entropy(c, 2), 1e-12);
}

// Real classes come first.
TEST(Golden, adc) {
  const std::vector<double> a = {1, 0, -1, 0.2, 0.4, 0}, b = {0.5, 2, 0, -0.3, 1, 0.1};
  const std::map<std::string, std::pair<Tensor, Tensor>> heads = {
      {"real_or_fake_class", {doubles(a).view({1, 6}), doubles(b).view({1, 6})}}};
  Headed d(kD, heads, label({1})), g(kG, heads, label({1}));
  EXPECT_NEAR(make("adc")->value(d).item<double>(), entropy(a, 1) + entropy(b, 4), 1e-12);
  EXPECT_NEAR(make("adc")->value(g).item<double>(), b[4] - b[1], 1e-12);
}

TEST(Adc, AtTheOptimumTheGeneratorFollowsTheDivergenceOfTheJointDistributions) {
  // C(real, y | x) : C(fake, y | x) = p(x, y) : q(x, y), so G's part is KL(q | p).
  const Tensor p = doubles({1, 3, 2}) / 6, q = doubles({3, 2, 1}) / 6;
  const Tensor logits = at::cat({p.log(), q.log()}).repeat({3, 1});
  Headed g(kG, {{"real_or_fake_class", {logits, logits}}}, label({0, 1, 2}));
  const Tensor value = make("adc")->value(g);
  EXPECT_NEAR((q * value).sum().item<double>(), (q * (q / p).log()).sum().item<double>(), 1e-12);
}

TEST(Heads, AreAsWideAsTheClasses) {
  const auto asked = [](const std::string& type) {
    std::vector<std::pair<std::string, int64_t>> result;
    for (const HeadRequest& head : make(type)->heads(test_shape())) {
      result.push_back({head.name, head.outputs});
    }
    return result;
  };
  EXPECT_THAT(asked("aux_classifier"), ElementsAre(std::pair{"class", 3}));
  EXPECT_THAT(asked("twin_aux_classifier"),
              ElementsAre(std::pair{"class", 3}, std::pair{"twin_class", 3}));
  EXPECT_THAT(asked("adc"), ElementsAre(std::pair{"real_or_fake_class", 6}));
  EXPECT_THAT(asked("self_supervised"), ElementsAre(std::pair{"order", 1}));
  EXPECT_THAT(asked("drift"), ElementsAre());
  // All of them together: each name in one width.
  ObjectiveConfig config = objective_config("bce");
  for (const char* type : {"aux_classifier", "twin_aux_classifier", "adc"}) {
    config.terms[type] = term_config(type, 1);
  }
  EXPECT_EQ(Objective(config).heads(test_shape()).size(), 3U);
}

TEST(Heads, AtEquilibrium) {
  const Tensor blind = at::zeros({3, 3}, at::kDouble), blind_twice = at::zeros({3, 6}, at::kDouble);
  const std::map<std::string, std::pair<Tensor, Tensor>> heads = {
      {"class", {blind, blind}},
      {"twin_class", {blind, blind}},
      {"real_or_fake_class", {blind_twice, blind_twice}}};
  const std::map<std::string, std::pair<double, double>> expected = {
      {"aux_classifier", {std::log(3.0), std::log(3.0)}},
      {"twin_aux_classifier", {2 * std::log(3.0), 0}},
      {"adc", {2 * std::log(6.0), 0}}};
  for (const auto& [type, values] : expected) {
    Headed d(kD, heads, label({0, 1, 2})), g(kG, heads, label({0, 1, 2}));
    EXPECT_NEAR(make(type)->value(d).mean().item<double>(), values.first, 1e-12) << type;
    EXPECT_NEAR(make(type)->value(g).mean().item<double>(), values.second, 1e-12) << type;
  }
}

// A gradient on the heads that a term claims, on no other, and on the scores only if it reads them.
TEST(Heads, GetTheGradientsOfTheirTerms) {
  const std::map<std::string, std::set<std::string>> on_d = {
      {"aux_classifier", {"class real"}},
      {"twin_aux_classifier", {"class real", "twin_class fake"}},
      {"adc", {"real_or_fake_class real", "real_or_fake_class fake"}}};
  const std::map<std::string, std::set<std::string>> on_g = {
      {"aux_classifier", {"class fake"}},
      {"twin_aux_classifier", {"class fake", "twin_class fake"}},
      {"adc", {"real_or_fake_class fake"}}};
  for (const Side side : {kD, kG}) {
    for (const auto& [type, claimed] : side == kD ? on_d : on_g) {
      std::map<std::string, std::pair<Tensor, Tensor>> heads;
      for (const char* name : {"class", "twin_class", "real_or_fake_class"}) {
        const int64_t width = name == std::string("real_or_fake_class") ? 6 : 3;
        const auto logits = [&](double phase) {
          return (at::arange(3 * width, at::kDouble) + phase).sin().view({3, width});
        };
        heads[name] = {logits(0).requires_grad_(), logits(1).requires_grad_()};
      }
      Headed context(side, heads, label({0, 2, 1}));
      make(type)->value(context).sum().backward();
      std::set<std::string> reached;
      for (const auto& [name, logits] : heads) {
        if (logits.first.grad().defined()) reached.insert(name + " real");
        if (logits.second.grad().defined()) reached.insert(name + " fake");
      }
      EXPECT_EQ(reached, claimed) << type;
    }
  }
}

}  // namespace classes_test
}  // namespace rnngan
