// Causal transport: the cost of a plan that looks into the future, and the martingale.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/differences.h"
#include "objective/sequence_pairs.h"
#include "objective/term_support.h"
#include "objective/transport.h"

namespace rnngan {
namespace cot_gan_test {

using at::Tensor;
using nlohmann::json;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Two outputs per step of what came so far: tanh of the running sum, times w.
Critic causal(const Tensor& w) {
  return [w](const Tensor& x, const StepMask& steps) {
    return zero_padding(x, steps).cumsum(1).matmul(w).tanh();
  };
}
Tensor h_weights() {
  return doubles({0.6, -0.4, 0.3, 0.8}).view({2, 2});
}
Tensor m_weights() {
  return doubles({0.2, 0.9, -0.7, 0.5}).view({2, 2});
}

FakeContext step_of(Side side, const Tensor& real, const Tensor& fake, const StepMask& steps,
                    const Critic& h, const Critic& m) {
  FakeContext context(side, {}, real, fake, steps);
  context.set_network("cot_h", h);
  context.set_network("cot_m", m);
  return context;
}

FakeContext step_of(Side side, const Tensor& real, const Tensor& fake, const Critic& h,
                    const Critic& m) {
  return step_of(side, real, fake, full_step_mask(real.size(0), real.size(1), at::kCPU), h, m);
}

/// A network of one output that says what it is given to say for each step [T].
Critic by_step(const Tensor& values) {
  return [values](const Tensor& x, const StepMask&) {
    return values.view({1, -1, 1}).expand({x.size(0), x.size(1), 1});
  };
}

double statistic_of(const Term& term, Side side, const std::string& name) {
  for (const Statistic& s : term.statistics(side)) {
    if (s.name == name) return s.value.item<double>();
  }
  return kNan;
}

TEST(CotGan, AsksForTwoCausalNetworksOnTheCriticsSide) {
  const Schema schema;
  const ModelConfig model;
  const auto asked = make("cot_gan", {{"outputs", 5}})->networks({schema, model});
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].name, "cot_h");
  EXPECT_EQ(asked[1].name, "cot_m");
  for (const NetworkRequest& network : asked) {
    EXPECT_TRUE(network.causal);
    EXPECT_EQ(network.outputs, 5);
    EXPECT_EQ(network.trained_with, TrainedWith::discriminator);
  }
}

// The cost written out: of sequence a, of length L, and b.
double cost(const Tensor& xa, const Tensor& xb, const Tensor& ma, const Tensor& hb, int64_t la,
            int64_t lb) {
  const auto at = [](const Tensor& t, int64_t i, int64_t j) { return t[i][j].item<double>(); };
  double squares = 0, causal = 0;
  for (int64_t t = 0; t < xa.size(0); ++t) {
    for (int64_t f = 0; f < xa.size(1); ++f) {
      const double a = t < la ? at(xa, t, f) : 0, b = t < lb ? at(xb, t, f) : 0;
      squares += (a - b) * (a - b);
    }
  }
  for (int64_t t = 0; t + 1 < la && t < lb; ++t) {
    for (int64_t j = 0; j < ma.size(1); ++j) {
      causal += at(hb, t, j) * (at(ma, t + 1, j) - at(ma, t, j));
    }
  }
  return squares + causal / static_cast<double>(la - 1);
}

// Is the formula of its costs.
TEST(Golden, cot_gan) {
  const StepMask steps = lengths({4, 2, 3, 4}, 4);
  const Tensor real = at::where(steps.mask.unsqueeze(2), wavy(4, 4, 0), doubles({kNan}));
  const Tensor fake = at::where(steps.mask.unsqueeze(2), wavy(4, 4, 1), doubles({kNan}));
  const Critic h = causal(h_weights()), m = causal(m_weights());
  const auto costs = [&](const Tensor& a, int64_t first_a, const Tensor& b, int64_t first_b) {
    const Tensor ma = m(a, steps), hb = h(b, steps);
    Tensor all = at::zeros({2, 2}, at::kDouble);
    for (int64_t i = 0; i < 2; ++i) {
      for (int64_t j = 0; j < 2; ++j) {
        const int64_t row = first_a + i, column = first_b + j;
        all[i][j] = cost(a[row], b[column], ma[row], hb[column], steps.lengths[row].item<int64_t>(),
                         steps.lengths[column].item<int64_t>());
      }
    }
    return transport_cost(all, doubles({2.0})[0], 100).item<double>();
  };
  const double expected = costs(real, 0, fake, 2) + costs(real, 2, fake, 0) -
                          costs(real, 0, real, 2) - costs(fake, 2, fake, 0);
  FakeContext context = step_of(kG, real, fake, steps, h, m);
  EXPECT_NEAR(make("cot_gan", {{"absolute_epsilon", 2.0}})->value(context).item<double>(), expected,
              1e-12);
  EXPECT_GT(std::abs(expected), 0.01);
}

TEST(CotGan, TheCriticMinimisesTheNegativeDistanceAndThePenalty) {
  const Critic h = causal(h_weights()), m = causal(m_weights());
  const auto term = make("cot_gan", {{"martingale", 3.0}});
  FakeContext d = step_of(kD, wavy(6, 4, 0), wavy(6, 4, 1), h, m);
  FakeContext g = step_of(kG, wavy(6, 4, 0), wavy(6, 4, 1), h, m);
  const double on_d = term->value(d).item<double>(), on_g = term->value(g).item<double>();
  const double penalty = statistic_of(*term, kD, "martingale");
  EXPECT_GT(penalty, 0.01);
  EXPECT_NEAR(on_d, 3 * penalty - on_g, 1e-12);
  EXPECT_NEAR(statistic_of(*term, kD, "distance"), on_g, 1e-12);
  EXPECT_NEAR(statistic_of(*term, kG, "distance"), on_g, 1e-12);
}

// Copies of the real sequences are at 0 for any networks, lengths included.
TEST(CotGan, EqualBatchesAreAtZero) {
  const StepMask steps = lengths({4, 2, 3, 4}, 4);
  const Tensor real = wavy(4, 4, 0);
  FakeContext context =
      step_of(kG, real, real.clone(), steps, causal(h_weights()), causal(m_weights()));
  EXPECT_NEAR(make("cot_gan")->value(context).item<double>(), 0, 1e-12);
}

// h sees the past only, so a plan that knows no future gains nothing from it: where the mean
// increments of M are 0, independent pairs cost what they cost without the networks.
TEST(CotGan, PlansWithoutAViewOfTheFuturePayNothing) {
  const Tensor signs = doubles({1, -1, 1, -1, 1, -1, 1, -1}).view({8, 1, 1});
  const Tensor real = signs * wavy(1, 4, 0), fake = 1.5 * signs * wavy(1, 4, 1);
  const Critic odd = causal(m_weights());  // of x and -x: opposite increments
  const json independent = {{"absolute_epsilon", 1e9}};
  FakeContext with = step_of(kG, real, fake, causal(h_weights()), odd);
  const Critic blank = [](const Tensor& x, const StepMask&) { return at::zeros_like(x); };
  FakeContext without = step_of(kG, real, fake, blank, odd);
  EXPECT_NEAR(make("cot_gan", independent)->value(with).item<double>(),
              make("cot_gan", independent)->value(without).item<double>(), 1e-5);
  const json plans = {{"absolute_epsilon", 0.5}};
  EXPECT_GT(std::abs((make("cot_gan", plans)->value(with) - make("cot_gan", plans)->value(without))
                         .item<double>()),
            1e-3);
}

double penalty_of(const Critic& m, const StepMask& steps) {
  const int64_t batch = steps.batch(), length = steps.steps();
  FakeContext context = step_of(kD, wavy(batch, length, 0), wavy(batch, length, 1), steps, m, m);
  const auto term = make("cot_gan");
  term->value(context);
  return statistic_of(*term, kD, "martingale");
}

TEST(CotGan, MartingalesAreNotPenalised) {
  const StepMask steps = full_step_mask(4, 3, at::kCPU);
  EXPECT_EQ(penalty_of(by_step(doubles({2, 2, 2})), steps), 0);
  const Critic fair = [](const Tensor&, const StepMask&) {
    return doubles({0, 1, 3, 0, -1, -3, 0, 1, -1, 0, -1, 1}).view({4, 3, 1});
  };
  EXPECT_NEAR(penalty_of(fair, steps), 0, 1e-12);
}

TEST(CotGan, DriftIsPenalisedInUnitsOfItsSpread) {
  const StepMask steps = full_step_mask(4, 3, at::kCPU);
  const double spread = std::sqrt(2.0 / 3);  // of 0, 1, 2
  EXPECT_NEAR(penalty_of(by_step(doubles({0, 1, 2})), steps), 2 / spread / 3, 1e-5);
  EXPECT_NEAR(penalty_of(by_step(doubles({0, 100, 200})), steps), 2 / spread / 3, 1e-5);
  EXPECT_NEAR(penalty_of(by_step(doubles({0, -1, -2})), steps), 2 / spread / 3, 1e-5);
}

TEST(CotGan, PaddingChangesNothing) {
  const Critic h = causal(h_weights()), m = causal(m_weights());
  const Tensor hole = at::full({6, 2, 2}, kNan, at::kDouble);
  const auto longer = [&](const Tensor& x) { return at::cat({x, hole}, 1); };
  const StepMask steps = lengths(std::vector<int64_t>(6, 3), 5);
  for (const Side side : {kD, kG}) {
    const Tensor fake = wavy(6, 3, 1).requires_grad_();
    const Tensor padded = longer(fake.detach()).requires_grad_();
    FakeContext a = step_of(side, wavy(6, 3, 0), fake, h, m);
    FakeContext b = step_of(side, longer(wavy(6, 3, 0)), padded, steps, h, m);
    const Tensor va = make("cot_gan")->value(a), vb = make("cot_gan")->value(b);
    EXPECT_NEAR(va.item<double>(), vb.item<double>(), 1e-12);
    if (side == kD) continue;
    va.backward();
    vb.backward();
    EXPECT_TRUE(at::allclose(fake.grad(), padded.grad().slice(1, 0, 3), 0, 1e-12));
    EXPECT_TRUE(padded.grad().slice(1, 3).eq(0).all().item<bool>());
  }
}

TEST(CotGan, SequencesOfOneStepHaveNoIncrements) {
  FakeContext context =
      step_of(kD, wavy(4, 1, 0), wavy(4, 1, 1), causal(h_weights()), causal(m_weights()));
  const auto term = make("cot_gan");
  EXPECT_TRUE(term->value(context).isfinite().item<bool>());
  EXPECT_EQ(statistic_of(*term, kD, "martingale"), 0);
}

TEST(CotGan, HasTheGradientOfItsConvergedValue) {
  const json options = {{"absolute_epsilon", 3.0}, {"iterations", 500}};
  const Tensor real = wavy(6, 3, 0), fake = wavy(6, 3, 1);
  const auto on_networks = [&](const Tensor& w) {
    FakeContext context = step_of(kD, real, fake, causal(w[0]), causal(w[1]));
    return make("cot_gan", options)->value(context);
  };
  EXPECT_LT(gradient_error(on_networks, at::stack({h_weights(), m_weights()})), 1e-8);
  const auto on_fakes = [&](const Tensor& x) {
    FakeContext context = step_of(kG, real, x, causal(h_weights()), causal(m_weights()));
    return make("cot_gan", options)->value(context);
  };
  EXPECT_LT(gradient_error(on_fakes, fake), 1e-8);
}

}  // namespace cot_gan_test
}  // namespace rnngan
