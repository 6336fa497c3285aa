#include "objective/terms.h"

#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"
#include "objective/fake_context.h"

namespace rnngan {
namespace {

using at::Tensor;
using testing::ElementsAre;

constexpr auto kD = Side::discriminator;
constexpr auto kG = Side::generator;

std::shared_ptr<Term> make(const std::string& type,
                           const nlohmann::json& options = nlohmann::json::object()) {
  const TermRow& row = row_named(term_catalog(), type);
  return row.make(options_of(row.description, options).get());
}

StepMask lengths(const std::vector<int64_t>& values, int64_t steps) {
  return make_step_mask(torch::tensor(values, at::kLong), steps, at::kCPU);
}

/// Mean over the valid steps of w . x_t.
Critic linear(const Tensor& w) {
  return [w](const Tensor& point, const StepMask& steps) {
    return masked_mean(zero_padding(point, steps).matmul(w), steps);
  };
}

/// Sum over all steps, padding included: a critic that does not mask.
Critic leaky(const Tensor& w) {
  return [w](const Tensor& point, const StepMask&) { return point.matmul(w).sum(1); };
}

/// Not linear in anything, and padding is masked.
Critic curved(const Tensor& w) {
  return [w](const Tensor& point, const StepMask& steps) {
    const Tensor hidden = zero_padding(point, steps).matmul(w).tanh();
    return 10 * masked_mean(hidden.square() + hidden, steps);
  };
}

std::vector<double> to_vector(const Tensor& t) {
  const Tensor flat = t.detach().contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// A batch of B sequences of T steps and two columns that no generator drew.
Tensor wavy(int64_t batch, int64_t steps, double phase) {
  return (at::arange(batch * steps * 2, at::kDouble) * 0.7 + phase).sin().view({batch, steps, 2});
}

TEST(GradientPenalty, HoldsTheSlopeOfALinearCriticForEveryBatchSize) {
  // wgan gains delta = 1 per unit of slope, so the optimum of 10 (w - 1)^2 - w is 1 + 1/20.
  Objective objective(
      objective_config("wgan", {{"gradient_penalty", term_config("gradient_penalty", 10)}}));
  for (const int64_t batch : {1, 16, 64}) {
    const Tensor fake = at::arange(batch, at::kDouble).sin().view({batch, 1, 1});
    const Tensor w = doubles({1.05}).requires_grad_();
    FakeContext context(kD, linear(w), fake + 1, fake);
    objective.evaluate(context).total.backward();
    EXPECT_NEAR(w.grad().item<double>(), 0, 1e-9) << batch;
  }
}

TEST(GradientPenalty, LooksBetweenTheSequencesOfAPair) {
  // s = x^2 / 2 per sequence has the gradient x, so the penalty shows where it was taken.
  const Critic square = [](const Tensor& point, const StepMask&) {
    return point.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({4, 8}).view({2, 1, 1}), doubles({0, 2}).view({2, 1, 1}));
  context.set_interpolation_weights(doubles({0.25, 0.5}));
  const auto values = to_vector(make("gradient_penalty")->value(context));
  EXPECT_NEAR(values[0], 0, 1e-9);   // at 0.25 * 4 + 0.75 * 0 = 1
  EXPECT_NEAR(values[1], 16, 1e-9);  // at 0.5 * 8 + 0.5 * 2 = 5
  const auto centred = to_vector(make("gradient_penalty", {{"center", 0.0}})->value(context));
  EXPECT_NEAR(centred[1], 25, 1e-9);
}

TEST(GradientPenalty, TheNormRunsOverStepsAndColumnsOfOneSequence) {
  const Tensor w = doubles({3, 4});
  FakeContext context(kD, leaky(w), wavy(3, 4, 0), wavy(3, 4, 1));
  const double norm = std::sqrt(4 * 25.0);
  for (const double value : to_vector(make("gradient_penalty")->value(context))) {
    EXPECT_NEAR(value, (norm - 1) * (norm - 1), 1e-6);
  }
}

TEST(GradientPenalty, AFlatCriticHasAFiniteGradient) {
  const Tensor w = at::zeros({2}, at::kDouble).requires_grad_();
  FakeContext context(kD, linear(w), wavy(2, 3, 0), wavy(2, 3, 1));
  const Tensor value = make("gradient_penalty")->value(context).mean();
  EXPECT_NEAR(value.item<double>(), 1, 1e-5);
  value.backward();
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

TEST(R1, HalvesTheSquaredNormPerSequence) {
  const Tensor w = doubles({1, 2});
  const StepMask steps = lengths({5, 3, 1}, 5);
  FakeContext mean(kD, linear(w), wavy(3, 5, 0), wavy(3, 5, 1), steps);
  const auto values = to_vector(2 * make("r1")->value(mean));
  EXPECT_NEAR(values[0], 1, 1e-12);
  EXPECT_NEAR(values[1], 5.0 / 3, 1e-12);
  EXPECT_NEAR(values[2], 5, 1e-12);
  // The unmasked critic reaches padding, which must not count.
  FakeContext sum(kD, leaky(w), wavy(3, 5, 0), wavy(3, 5, 1), steps);
  EXPECT_THAT(to_vector(2 * make("r1")->value(sum)), ElementsAre(25, 15, 5));
}

TEST(R1R2, TakeTheGradientAtTheirOwnBatch) {
  const Critic square = [](const Tensor& point, const StepMask&) {
    return point.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({2}).view({1, 1, 1}), doubles({6}).view({1, 1, 1}));
  EXPECT_DOUBLE_EQ(make("r1")->value(context).item<double>(), 2);
  EXPECT_DOUBLE_EQ(make("r2")->value(context).item<double>(), 18);
}

TEST(LabelSmoothing, EqualsCrossEntropyWithASmoothedTarget) {
  Objective smoothed(
      objective_config("bce", {{"label_smoothing", term_config("label_smoothing", 1)}}));
  const Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  EXPECT_NEAR(total_at(smoothed, kD, r, f).item<double>(), 1.430379, 1e-6);
  EXPECT_NEAR(total_at(smoothed, kG, r, f).item<double>(), 0.875623, 1e-6);
  const double alpha = 0.7;
  TableContext context(kD, r, f);
  const Tensor direct = alpha * at::softplus(-r) + (1 - alpha) * at::softplus(r);
  const Tensor term = make("label_smoothing", {{"alpha", alpha}})->value(context);
  EXPECT_TRUE(at::allclose(at::softplus(-r) + term, direct, 0, 1e-12));
}

TEST(LabelSmoothing, MovesTheOptimum) {
  Objective smoothed(
      objective_config("bce", {{"label_smoothing", term_config("label_smoothing", 1)}}));
  const Tensor p = torch::tensor({1, 3, 8, 6, 2}, at::kLong);
  const Tensor q = torch::tensor({6, 5, 4, 3, 2}, at::kLong);
  const Tensor optimum = (0.9 * p.to(at::kDouble) / (0.1 * p.to(at::kDouble) + q)).log();
  const Tensor scores = optimum.requires_grad_();
  const Tensor r = scores.repeat_interleave(p), f = scores.repeat_interleave(q);
  const Tensor d_loss = total_at(smoothed, kD, r, f);
  EXPECT_NEAR(d_loss.item<double>(), 1.234317, 1e-6);
  EXPECT_NEAR(total_at(smoothed, kG, r, f).item<double>(), 1.145568, 1e-6);
  const Tensor slope = torch::autograd::grad({d_loss}, {scores})[0];
  EXPECT_LT(slope.abs().max().item<double>(), 1e-8);
}

TEST(WeightClip, ClampsTheCriticAfterItsStep) {
  const Tensor weight = doubles({-3, 0.005, 2}).requires_grad_();
  const Tensor bias = doubles({1, -1}).requires_grad_();
  FakeContext context(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  context.set_parameters({{"lstm.weight_ih_l0", weight}, {"lstm.bias_ih_l0", bias}});

  make("weight_clip", {{"c", 0.5}, {"exempt_biases", true}})->after_step(context);
  EXPECT_TRUE(weight.equal(doubles({-0.5, 0.005, 0.5})));
  EXPECT_TRUE(bias.equal(doubles({1, -1})));
  make("weight_clip")->after_step(context);
  EXPECT_TRUE(weight.equal(doubles({-0.01, 0.005, 0.01})));
  EXPECT_TRUE(bias.equal(doubles({0.01, -0.01})));
  EXPECT_TRUE(weight.requires_grad());
  EXPECT_FALSE(make("weight_clip")->value(context).defined());
}

TEST(LipschitzPenalty, LeavesFlatCriticsAlone) {
  // s = x^2 / 2 per sequence has the gradient x.
  const Critic square = [](const Tensor& point, const StepMask&) {
    return point.flatten(1).square().sum(1) / 2;
  };
  const Tensor at = doubles({0.5, 3}).view({2, 1, 1});
  FakeContext context(kD, square, at, at);
  const auto one_sided = to_vector(make("lipschitz_penalty")->value(context));
  EXPECT_NEAR(one_sided[0], 0, 1e-12);
  EXPECT_NEAR(one_sided[1], 4, 1e-9);
  const auto centred = to_vector(make("zero_centered_gp")->value(context));
  EXPECT_NEAR(centred[0], 0.25, 1e-12);
  EXPECT_NEAR(centred[1], 9, 1e-12);
  EXPECT_NEAR(make("max_gradient_penalty")->value(context).item<double>(), 9, 1e-12);
}

TEST(Dragan, LooksAroundTheRealSequences) {
  const Critic square = [](const Tensor& point, const StepMask&) {
    return point.flatten(1).square().sum(1) / 2;
  };
  FakeContext context(kD, square, doubles({4, 8}).view({2, 1, 1}),
                      doubles({90, 90}).view({2, 1, 1}));
  context.set_perturbation(doubles({-2, 4}).view({2, 1, 1}));
  const auto values = to_vector(make("dragan")->value(context));
  EXPECT_NEAR(values[0], 4, 1e-9);   // at 4 - 1 the slope is 3
  EXPECT_NEAR(values[1], 81, 1e-9);  // at 8 + 2 it is 10
  const nlohmann::json options = {{"center", 0.0}, {"spread", 1.0}};
  EXPECT_NEAR(to_vector(make("dragan", options)->value(context))[1], 144, 1e-9);
}

TEST(LipschitzDifference, IsExactForALinearCritic) {
  // On the segment from fake to real a slope of 3 is a slope of 3 between any two of its points.
  const Tensor w = doubles({3, 4});
  FakeContext context(kD, linear(w), doubles({6, 8, 3, 0}).view({2, 1, 2}),
                      at::zeros({2, 1, 2}, at::kDouble));
  context.set_interpolation_weights(doubles({0.25, 0.75}));
  const auto values = to_vector(make("lipschitz_fd")->value(context));
  EXPECT_NEAR(values[0], 16, 1e-9);  // along w the slope is 5
  EXPECT_NEAR(values[1], 4, 1e-9);   // along the first axis 3
}

TEST(LipschitzDifference, APairOfEqualSequencesIsHarmless) {
  const Tensor w = doubles({3, 4}).requires_grad_();
  FakeContext context(kD, linear(w), wavy(2, 3, 0), wavy(2, 3, 0));
  const Tensor value = make("lipschitz_fd")->value(context).mean();
  value.backward();
  EXPECT_TRUE(value.isfinite().item<bool>());
  EXPECT_TRUE(w.grad().isfinite().all().item<bool>());
}

TEST(R1Difference, IsR1OnAverageOverDirections) {
  // Along each axis in turn, each scaled to the length that a normal direction has on average.
  const Tensor w = doubles({1, 2, -1});
  const Tensor axes = std::sqrt(3.0) * at::eye(3, at::kDouble);
  FakeContext context(kD, leaky(w), at::ones({3, 1, 3}, at::kDouble),
                      at::zeros({3, 1, 3}, at::kDouble));
  context.set_perturbation(axes.view({3, 1, 3}));
  EXPECT_NEAR(2 * make("r1_fd")->value(context).mean().item<double>(), 6, 1e-9);
  EXPECT_NEAR(2 * make("r1")->value(context).mean().item<double>(), 6, 1e-12);
  // The smaller the step, the closer to the slope of a curved critic.
  const Critic square = [](const Tensor& point, const StepMask&) {
    return point.flatten(1).square().sum(1) / 2;
  };
  FakeContext curved(kD, square, doubles({2}).view({1, 1, 1}), doubles({0}).view({1, 1, 1}));
  curved.set_perturbation(doubles({1}).view({1, 1, 1}));
  EXPECT_NEAR(make("r1_fd", {{"step", 1e-6}})->value(curved).item<double>(), 2, 1e-5);
  EXPECT_NEAR(make("r1_fd", {{"step", 1.0}})->value(curved).item<double>(), 3.125, 1e-9);
}

TEST(Drift, IsTheMeanSquareOfRealScores) {
  TableContext context(kD, doubles({2, -1}), doubles({9, 9}));
  EXPECT_THAT(to_vector(make("drift")->value(context)), ElementsAre(4, 1));
}

void set_lecam(Term& term, double weight, double real, double fake) {
  auto buffers = term.named_buffers();
  buffers["weight"].fill_(weight);
  buffers["real"].fill_(weight * real);
  buffers["fake"].fill_(weight * fake);
}

TEST(Lecam, DrawsScoresToTheMeansOfTheOtherBatch) {
  const auto term = make("lecam");
  set_lecam(*term, 0.25, 0.5, -0.2);  // sums and weight of a short run, so debiasing shows
  TableContext context(kD, doubles({1, 2}), doubles({-1, 0.5}));
  EXPECT_NEAR(term->value(context).mean().item<double>(), 4.265, 1e-12);
}

TEST(Lecam, StartsAtTheMeansOfTheBatchAndRemembersThem) {
  const auto term = make("lecam", {{"decay", 0.75}});
  TableContext first(kD, doubles({1, 3}), doubles({-1, 0}));
  // Real scores to -0.5, fake ones to 2.
  EXPECT_NEAR(term->value(first).mean().item<double>(), (1.5 * 1.5 + 3.5 * 3.5 + 3 * 3 + 2 * 2) / 2,
              1e-12);
  term->after_step(first);
  TableContext second(kD, doubles({5, 5}), doubles({0, 0}));
  EXPECT_NEAR(term->value(second).mean().item<double>(), 5.5 * 5.5 + 2 * 2, 1e-12);
  term->after_step(second);
  // Weights 0.25 * 0.75 and 0.25 of the means 2, 5 and -0.5, 0.
  const double a_r = (0.75 * 2 + 5) / 1.75, a_f = (0.75 * -0.5) / 1.75;
  TableContext third(kD, doubles({1, 1}), doubles({0, 0}));
  EXPECT_NEAR(term->value(third).mean().item<double>(), (1 - a_f) * (1 - a_f) + a_r * a_r, 1e-12);
}

TEST(Orthogonal, MeasuresOverlapsAndLeavesLengthsFree) {
  const Tensor tall = doubles({1, 1, 0, 2, 0, 0}).view({3, 2}).requires_grad_();
  FakeContext context(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  context.set_parameters({{"w", tall}, {"bias", doubles({1, 2})}});
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 2);  // columns overlap by 1
  context.set_parameters({{"w", tall.t()}});  // a wide matrix counts by its rows
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 2);
  context.set_parameters(
      {{"w", 7 * at::eye(3, at::kDouble)}, {"head", doubles({1, 2}).view({1, 2})}});
  EXPECT_DOUBLE_EQ(make("orthogonal")->value(context).item<double>(), 0);
}

TEST(HistoricalAverage, HoldsAPlayerNearItsPast) {
  const auto term = make("historical_average");
  const Tensor d = doubles({1, 2}).requires_grad_(), g = doubles({5}).requires_grad_();
  const auto parameters = [&](Side side) {
    return std::vector<NamedParameter>{{"lstm.w", side == kD ? d : g}};
  };
  term->attach(parameters);
  EXPECT_EQ(term->named_buffers().size(), 4U);
  for (const auto& item : term->named_buffers()) EXPECT_FALSE(item.value().requires_grad());
  FakeContext of_d(kD, {}, wavy(1, 1, 0), wavy(1, 1, 0)),
      of_g(kG, {}, wavy(1, 1, 0), wavy(1, 1, 0));
  of_d.set_parameters(parameters(kD), kD);
  of_g.set_parameters(parameters(kG), kG);
  EXPECT_EQ(term->value(of_d).item<double>(), 0);
  {
    const torch::NoGradGuard no_grad;
    d.add_(doubles({2, -1}));
    term->after_step(of_d);  // 1, 3 and 2, 1: the means are 2 and 1.5
    d.copy_(doubles({8, 1.5}));
  }
  EXPECT_DOUBLE_EQ(term->value(of_d).item<double>(), 36);
  EXPECT_EQ(term->value(of_g).item<double>(), 0);
  term->value(of_d).backward();
  EXPECT_TRUE(d.grad().equal(doubles({12, 0})));
  {
    const torch::NoGradGuard no_grad;
    term->after_step(of_d);  // 1, 3, 8
  }
  EXPECT_NEAR(term->value(of_d).item<double>(), 16 + 0, 1e-12);
}

TEST(HistoricalAverage, ActsOnTheSideOfItsOption) {
  const auto only = make("historical_average", {{"side", "generator"}});
  EXPECT_FALSE(only->acts_on(kD));
  EXPECT_TRUE(only->acts_on(kG));
  const auto other = make("historical_average", {{"side", "discriminator"}});
  EXPECT_TRUE(other->acts_on(kD));
  EXPECT_FALSE(other->acts_on(kG));
}

class EveryTerm : public testing::TestWithParam<std::string> {};

TEST_P(EveryTerm, GivesOneValuePerSequenceUnlessTheBatchIsCoupled) {
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  FakeContext context(kD, curved(w), wavy(3, 4, 0), wavy(3, 4, 1));
  const Tensor value = make(GetParam())->value(context);
  const auto& needs = row_named(term_catalog(), GetParam()).description.needs;
  EXPECT_EQ(value.sizes().vec(), is_listed(needs, Need::batch_coupled) ? std::vector<int64_t>{}
                                                                       : std::vector<int64_t>{3});
}

TEST_P(EveryTerm, DoesNotDependOnTheBatchSize) {
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const Tensor real = wavy(3, 4, 0), fake = wavy(3, 4, 1);
  FakeContext once(kD, curved(w), real, fake);
  FakeContext often(kD, curved(w), real.repeat({5, 1, 1}), fake.repeat({5, 1, 1}));
  const Tensor a = make(GetParam())->value(once);
  const Tensor b = make(GetParam())->value(often);
  EXPECT_NEAR(a.mean().item<double>(), b.mean().item<double>(), 1e-12);
  const Tensor slope_a = torch::autograd::grad({a.mean()}, {w})[0];
  const Tensor slope_b = torch::autograd::grad({b.mean()}, {w})[0];
  EXPECT_TRUE(at::allclose(slope_a, slope_b, 0, 1e-12));
}

TEST_P(EveryTerm, PaddingChangesNothing) {
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor real = wavy(2, 3, 0), fake = wavy(2, 3, 1);
  const Tensor hole = at::full({2, 2, 2}, nan, at::kDouble);
  FakeContext plain(kD, curved(w), real, fake);
  FakeContext padded(kD, curved(w), at::cat({real, hole}, 1), at::cat({fake, hole}, 1),
                     lengths({3, 3}, 5));
  const Tensor a = make(GetParam())->value(plain);
  const Tensor b = make(GetParam())->value(padded);
  EXPECT_TRUE(at::allclose(a, b, 0, 1e-12));
  const Tensor slope = torch::autograd::grad({a.sum()}, {w})[0];
  b.sum().backward();
  EXPECT_TRUE(at::allclose(slope, w.grad(), 0, 1e-12));
  for (const Which which : {Which::real, Which::fake}) {
    const Tensor& gradient = padded.point(which).grad();
    if (!gradient.defined()) continue;
    EXPECT_TRUE(gradient.slice(1, 3).eq(0).all().item<bool>());
  }
}

TEST_P(EveryTerm, MovesTheCriticButNotTheGenerator) {
  Objective objective(objective_config("bce", {{"term", term_config(GetParam(), 1)}}));
  const Tensor w = doubles({0.6, -0.4}).requires_grad_();
  const Tensor source = wavy(3, 4, 1).requires_grad_();
  FakeContext context(kD, curved(w), wavy(3, 4, 0), source * 1);
  objective.terms()[0].term->value(context).sum().backward();
  EXPECT_GT(w.grad().abs().min().item<double>(), 0);
  EXPECT_FALSE(source.grad().defined());
}

const std::set<std::string> kOnParameters = {"weight_clip", "orthogonal", "historical_average"};

std::vector<std::string> terms_on_scores() {
  std::vector<std::string> names;
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    if (!kOnParameters.contains(name) && make(name)->acts_on(kD)) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryTerm, testing::ValuesIn(terms_on_scores()),
                         [](const auto& row) { return row.param; });

TEST(Terms, ActOnTheSidesThatTheyClaim) {
  const std::set<std::string> both = {"historical_average"};
  for (const TermRow& row : term_catalog()) {
    const std::string& name = row.description.name;
    const std::string& formula = row.description.formula;
    EXPECT_EQ(make(name)->acts_on(kD), formula.starts_with("D")) << name;
    EXPECT_EQ(make(name)->acts_on(kG), formula.starts_with("D and G")) << name;
    EXPECT_EQ(make(name)->acts_on(kG), both.contains(name)) << name;
    if (make(name)->acts_on(kG)) continue;
    Objective objective(objective_config("bce", {{"term", term_config(name, 1)}}));
    FakeContext context(kG, curved(doubles({0.6, -0.4})), wavy(3, 4, 0), wavy(3, 4, 1));
    EXPECT_THAT(names_of(objective.evaluate(context)), ElementsAre("adversarial", "total")) << name;
  }
}

TEST(GradientOfSum, NeedsAPointThatWasRecorded) {
  const Tensor point = at::ones({1, 1, 1}, at::kDouble);
  EXPECT_THROW(gradient_of_sum(point.flatten(), point), Error);
}

TEST(GradientOfSum, KeepsTheGraphForTheLossAndForItself) {
  const Tensor point = doubles({2, 3}).requires_grad_();
  const Tensor score = point.pow(3);
  const Tensor gradient = gradient_of_sum(score, point);
  EXPECT_TRUE(at::allclose(gradient, doubles({12, 27})));
  (score.sum() + gradient.sum()).backward();
  EXPECT_TRUE(at::allclose(point.grad(), doubles({12 + 12, 27 + 18})));
}

}  // namespace
}  // namespace rnngan
