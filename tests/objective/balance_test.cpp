// Terms that stand instead of an adversarial loss and keep a state: began and fisher.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/golden_laws.h"
#include "objective/terms.h"

namespace rnngan {
namespace {

using at::Tensor;
using nlohmann::json;
using testing::ElementsAre;

std::shared_ptr<Term> made(const std::string& type, const json& options = json::object()) {
  const TermRow& row = row_named(term_catalog(), type);
  return row.make(options_of(row.description, options).get());
}

double state(const Term& term, const std::string& name) {
  return term.named_buffers()[name].item<double>();
}

void set_state(Term& term, const std::string& name, double value) {
  term.named_buffers()[name].fill_(value);
}

double recorded(const Term& term, const std::string& name) {
  for (const Statistic& s : term.statistics(kD)) {
    if (s.name == name) return s.value.item<double>();
  }
  return std::nan("");
}

ObjectiveConfig only(const std::string& type) {
  ObjectiveConfig config;
  config.terms[type] = term_config(type, 1);
  return config;
}

TEST(Began, SpotValues) {
  const auto term = made("began");
  set_state(*term, "k", 0.3);
  TableContext context(kD, doubles({.2, .5, 1.5}), doubles({.4, .9, 2}));
  EXPECT_NEAR(term->value(context).mean().item<double>(), 0.403333, 1e-6);
  EXPECT_NEAR(recorded(*term, "M"), 1.466667, 1e-6);
  EXPECT_NEAR(recorded(*term, "k"), 0.3, 1e-12);
  term->after_step(context);
  EXPECT_NEAR(state(*term, "k"), 0.29926667, 1e-8);
  EXPECT_NEAR(recorded(*term, "k"), 0.3, 1e-12);  // that of the value

  TableContext of_g(kG, doubles({.2, .5, 1.5}), doubles({.4, .9, 2}));
  EXPECT_NEAR(term->value(of_g).mean().item<double>(), 1.1, 1e-12);
  term->after_step(of_g);
  EXPECT_NEAR(state(*term, "k"), 0.29926667, 1e-8);
  EXPECT_TRUE(term->statistics(kG).empty());
}

TEST(Began, KStaysWithinItsBounds) {
  const auto term = made("began", {{"rate", 10.0}});
  EXPECT_EQ(state(*term, "k"), 0);
  TableContext easy(kD, doubles({4}), doubles({1})), hard(kD, doubles({1}), doubles({4}));
  term->after_step(hard);
  EXPECT_EQ(state(*term, "k"), 0);
  term->after_step(easy);
  EXPECT_EQ(state(*term, "k"), 1);
}

TEST(Began, StandsAlone) {
  Objective objective(only("began"));
  EXPECT_TRUE(objective.trains(kD) && objective.trains(kG));
  EXPECT_TRUE(objective.needs(Need::autoencoder_d));
  const Tensor r = doubles({1, 2}).requires_grad_(), f = doubles({3, 5}).requires_grad_();
  set_state(*objective.terms()[0].term, "k", 0.5);
  TableContext context(kD, r, f);
  const SideResult result = objective.evaluate(context);
  EXPECT_THAT(names_of(result), ElementsAre("began", "began.k", "began.M", "total"));
  result.total.backward();
  EXPECT_TRUE(r.grad().equal(doubles({0.5, 0.5})) && f.grad().equal(doubles({-0.25, -0.25})));
}

TEST(Fisher, ReachesItsGapAtTheOptimum) {
  // s = (p - q) / (p + q) sqrt(2 / delta) and lambda = sqrt(2 delta) / 2 solve the constrained
  // problem.
  const Tensor p = p_law(), q = q_law();
  const double delta = ((p - q).square() / (p + q)).sum().item<double>();
  const Tensor table = ((p - q) / (p + q) * std::sqrt(2 / delta)).requires_grad_();
  Objective objective(only("fisher"));
  set_state(*objective.terms()[0].term, "lambda", std::sqrt(2 * delta) / 2);
  const Tensor d_loss = loss_at(objective, kD, table);
  EXPECT_NEAR(d_loss.item<double>(), -0.800298, 1e-6);
  EXPECT_NEAR(recorded(*objective.terms()[0].term, "moment"), 1, 1e-12);
  EXPECT_LT(gradient(d_loss, table).abs().max().item<double>(), 1e-12);
  EXPECT_NEAR(loss_at(objective, kG, table).item<double>(), -(q * table).sum().item<double>(),
              1e-12);
}

TEST(Fisher, TheMultiplierPricesTheExcess) {
  const auto term = made("fisher", {{"rho", 0.5}});
  TableContext context(kD, doubles({2, 2}), doubles({0, 0}));  // moment 2
  EXPECT_NEAR(term->value(context).item<double>(), -2 + 0.25, 1e-12);
  term->after_step(context);
  EXPECT_NEAR(state(*term, "lambda"), 0.5, 1e-12);
  EXPECT_NEAR(term->value(context).item<double>(), -2 + 0.5 + 0.25, 1e-12);
  TableContext of_g(kG, {doubles({2, 2})}, doubles({1, 0}));
  EXPECT_NEAR(term->value(of_g).item<double>(), -0.5, 1e-12);
  term->after_step(of_g);
  EXPECT_NEAR(state(*term, "lambda"), 0.5, 1e-12);
}

// What a checkpoint carries is all there is.
TEST(Balance, StateSurvives) {
  for (const char* type : {"began", "fisher"}) {
    const json options = type == std::string("began") ? json{{"rate", 0.1}} : json{{"rho", 0.1}};
    const auto whole = made(type, options), before = made(type, options);
    const auto step = [](Term& term, int i) {
      TableContext context(kD, doubles({1.7, 2.0 + i}), doubles({0.4, 0.1 * i}));
      const double value = term.value(context).mean().item<double>();
      term.after_step(context);
      return value;
    };
    for (int i = 0; i < 3; ++i) EXPECT_EQ(step(*whole, i), step(*before, i));
    const auto after = made(type, options);
    auto buffers = after->named_buffers();
    for (const auto& item : before->named_buffers()) buffers[item.key()].copy_(item.value());
    for (int i = 3; i < 6; ++i) EXPECT_EQ(step(*whole, i), step(*after, i)) << type;
    EXPECT_NE(step(*after, 6), step(*made(type, options), 6)) << type;  // there is a state
  }
}

}  // namespace
}  // namespace rnngan
