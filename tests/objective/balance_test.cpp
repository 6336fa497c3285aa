// Terms that stand instead of an adversarial loss and keep a state: began, fisher and sobolev.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/golden_loss.h"

namespace rnngan {
namespace balance_test {

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

TEST(Golden, began) {
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

// Reaches its gap at the optimum.
TEST(Golden, fisher) {
  // s = (p - q) / (p + q) sqrt(2 / delta) and lambda = sqrt(2 delta) / 2 solve the constrained
  // problem.
  const Tensor p = data_p(), q = fake_q();
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

/// Mean over valid steps of w x_t, of sequences of one column.
Critic mean_of_steps(const Tensor& w) {
  return [w](const Tensor& input, const StepMask& steps) {
    return masked_mean((zero_padding(input, steps) * w).sum(2), steps);
  };
}

FakeContext sobolev_step(Side side, const Tensor& w, const Tensor& fake) {
  const StepMask steps = make_step_mask(torch::tensor({5, 3, 1}, at::kLong), 5, at::kCPU);
  return FakeContext(side, mean_of_steps(w), at::ones({3, 5, 1}, at::kDouble), fake, steps);
}
FakeContext sobolev_step(Side side, const Tensor& w) {
  return sobolev_step(side, w, at::zeros({3, 5, 1}, at::kDouble));
}

// A slope w over L steps has the squared norm w^2 / L.
constexpr double kMeanOfInverseLengths = (1 / 5.0 + 1 / 3.0 + 1) / 3;

TEST(Sobolev, BoundsTheMeanSquaredSlope) {
  const auto term = made("sobolev", {{"rho", 0.5}});
  FakeContext context = sobolev_step(kD, doubles({2}).requires_grad_());
  const double excess = 4 * kMeanOfInverseLengths - 1;
  EXPECT_NEAR(term->value(context).item<double>(), -2 + 0.25 * excess * excess, 1e-12);
  EXPECT_NEAR(recorded(*term, "moment"), 1 + excess, 1e-12);
  term->after_step(context);
  EXPECT_NEAR(state(*term, "lambda"), 0.5 * excess, 1e-12);
  FakeContext later = sobolev_step(kD, doubles({2}).requires_grad_());
  EXPECT_NEAR(term->value(later).item<double>(), -2 + (0.5 + 0.25) * excess * excess, 1e-12);
  FakeContext of_g = sobolev_step(kG, doubles({2}), at::full({3, 5, 1}, 3.0, at::kDouble));
  EXPECT_NEAR(term->value(of_g).item<double>(), -6, 1e-12);
  term->after_step(of_g);
  EXPECT_NEAR(state(*term, "lambda"), 0.5 * excess, 1e-12);
}

// Both distributions count alike: critics of a slope that differs between them.
// Measures the slope under both distributions.
TEST(Golden, sobolev) {
  const Critic square = [](const Tensor& input, const StepMask&) {
    return input.square().sum(at::IntArrayRef{1, 2});
  };
  FakeContext context(kD, square, doubles({3}).view({1, 1, 1}), doubles({-0.5}).view({1, 1, 1}));
  const auto term = made("sobolev");
  term->value(context);
  EXPECT_NEAR(recorded(*term, "moment"), (36 + 1) / 2.0, 1e-12);
}

// The best slope has the moment 1 and the multiplier half the distance, w.
TEST(Sobolev, RestsAtItsOptimum) {
  const auto term = made("sobolev", {{"rho", 0.5}});
  const double best = 1 / std::sqrt(kMeanOfInverseLengths);
  set_state(*term, "lambda", best / 2);
  const Tensor w = doubles({best}).requires_grad_();
  FakeContext context = sobolev_step(kD, w);
  const Tensor value = term->value(context);
  EXPECT_NEAR(value.item<double>(), -best, 1e-12);
  EXPECT_NEAR(gradient(value, w).item<double>(), 0, 1e-12);
  term->after_step(context);
  EXPECT_NEAR(state(*term, "lambda"), best / 2, 1e-12);
}

TEST(Sobolev, TheMultiplierMovesWhereNothingIsRecorded) {
  const auto term = made("sobolev", {{"rho", 0.5}});
  FakeContext context = sobolev_step(kD, doubles({2}).requires_grad_());
  const torch::NoGradGuard no_grad;
  term->after_step(context);
  EXPECT_NEAR(state(*term, "lambda"), 0.5 * (4 * kMeanOfInverseLengths - 1), 1e-12);
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

}  // namespace balance_test
}  // namespace rnngan
