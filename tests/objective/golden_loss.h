// What is known of an adversarial loss of one score: values worked out by hand, and two
// distributions on five points with the optimal scores between them.
//
// TEST(Golden, hinge) { expect_loss("hinge", {.spot = {1.866667, 0.133333}, ...}); }
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/fake_context.h"

namespace rnngan {

// p = P/20 and q = Q/20.
inline const std::vector<int64_t> kP = {1, 3, 8, 6, 2};
inline const std::vector<int64_t> kQ = {6, 5, 4, 3, 2};

/// The distribution of the data.
inline at::Tensor data_p() {
  return torch::tensor(kP, at::kDouble) / 20;
}
/// The distribution of the generator.
inline at::Tensor fake_q() {
  return torch::tensor(kQ, at::kDouble) / 20;
}
inline at::Tensor log_ratio() {
  return (data_p() / fake_q()).log();
}
inline at::Tensor samples(const at::Tensor& table, const std::vector<int64_t>& counts) {
  return table.repeat_interleave(torch::tensor(counts, at::kLong), 0);
}

inline at::Tensor kl(const at::Tensor& a, const at::Tensor& b) {
  return (a * (a / b).log()).sum();
}
inline at::Tensor jsd(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor m = (a + b) / 2;
  return (kl(a, m) + kl(b, m)) / 2;
}

inline at::Tensor gradient(const at::Tensor& value, const at::Tensor& at) {
  return torch::autograd::grad({value}, {at}, {}, /*retain_graph=*/true)[0];
}
inline double largest(const at::Tensor& values) {
  return values.abs().max().item<double>();
}

/// The generator's step of a loss that reads no real scores.
inline AdversarialInput of_fakes(const at::Tensor& f) {
  AdversarialInput input;
  input.side = kG;
  input.f = f;
  return input;
}

/// The totals of both sides.
struct Losses {
  double d = 0, g = 0;
};

/// Where the distributions agree, an undecided score everywhere is the best that D can do.
struct Equilibrium {
  double score = 0;
  Losses losses = {};
  bool rests = true;  // false: the scores rise on without end
};

/// The optimal scores of the five points, and what is known there.
struct Optimum {
  at::Tensor scores;
  Losses losses = {};
  bool smooth = true;           // false: kinked, no move improves it
  bool lipschitz = false;       // of critics whose slope is at most 1
  std::string divergence = {};  // what the loss of D estimates; empty: nothing in closed form
  double estimate = 0;
  /// What G descends at these scores as q moves; its gradient is compared at `at_q`.
  std::function<at::Tensor(const at::Tensor& q)> follows = {};
  at::Tensor at_q = fake_q();
};

struct GoldenLoss {
  Losses spot = {};  // of r = 2, -1, 0.5 and f = -1.5, 0.3, 0.8
  Equilibrium equilibrium = {};
  std::optional<double> undecided = {};
  std::optional<Optimum> optimum = {};
};

// All 400 pairs for the loss of pairs; the others see the same means.
inline at::Tensor loss_at(Objective& objective, Side side, const at::Tensor& table) {
  const at::Tensor r = samples(table, kP).repeat_interleave(20);
  const at::Tensor f = samples(table, kQ).repeat({20});
  return total_at(objective, side, r, f);
}

/// A loss with options, alone.
inline Objective loss_alone(const std::string& type,
                            const nlohmann::json& options = nlohmann::json::object()) {
  ObjectiveConfig config;
  config.adversarial = adversarial_config(type, options);
  return Objective(config);
}

inline void expect_spot(Objective& objective, const Losses& expected) {
  const at::Tensor r = doubles({2, -1, 0.5}), f = doubles({-1.5, 0.3, 0.8});
  EXPECT_NEAR(total_at(objective, kD, r, f).item<double>(), expected.d, 1e-6);
  EXPECT_NEAR(total_at(objective, kG, r, f).item<double>(), expected.g, 1e-6);
}

inline void expect_equilibrium(Objective& objective, const Equilibrium& expected) {
  const at::Tensor scores = at::full({4}, expected.score, at::kDouble).requires_grad_();
  const at::Tensor d_loss = total_at(objective, kD, scores, scores);
  EXPECT_NEAR(d_loss.item<double>(), expected.losses.d, 1e-12);
  EXPECT_NEAR(total_at(objective, kG, scores, scores).item<double>(), expected.losses.g, 1e-12);
  if (expected.rests) {
    EXPECT_LT(largest(gradient(d_loss, scores)), 1e-12);
  }
}

inline void expect_kink(Objective& objective, const Optimum& optimum) {
  const double best = loss_at(objective, kD, optimum.scores).item<double>();
  for (int64_t k = 0; k < 5; ++k) {
    for (const double move : {-0.01, 0.01}) {
      // A critic of slope 1 can only get flatter: all points from k on move down.
      if (optimum.lipschitz && move > 0) continue;
      const bool energy = !objective.adversarial()->high_is_real;
      if (energy && optimum.scores[k].item<double>() + move < 0) continue;
      at::Tensor table = optimum.scores.clone();
      table.slice(0, k, optimum.lipschitz ? 5 : k + 1).add_(move);
      EXPECT_GE(loss_at(objective, kD, table).item<double>(), best - 1e-12) << k << " " << move;
    }
  }
}

inline void expect_optimum(Objective& objective, const Optimum& optimum) {
  const at::Tensor scores = optimum.scores.clone().requires_grad_();
  const at::Tensor d_loss = loss_at(objective, kD, scores);
  EXPECT_NEAR(d_loss.item<double>(), optimum.losses.d, 1e-6);
  EXPECT_NEAR(loss_at(objective, kG, scores).item<double>(), optimum.losses.g, 1e-6);
  if (optimum.smooth) {
    EXPECT_LT(largest(gradient(d_loss, scores)), 1e-8);
  } else {
    expect_kink(objective, optimum);
  }
  const Adversarial& adversarial = *objective.adversarial();
  EXPECT_EQ(adversarial.divergence, optimum.divergence);
  ASSERT_EQ(static_cast<bool>(adversarial.estimate), !optimum.divergence.empty());
  if (adversarial.estimate) {
    EXPECT_NEAR(adversarial.estimate(d_loss.item<double>()), optimum.estimate, 1e-6);
  }
  if (!optimum.follows) return;
  const at::Tensor logits = optimum.at_q.log().requires_grad_();
  const at::Tensor q = logits.softmax(0);
  const at::Tensor loss = adversarial.loss(of_fakes(optimum.scores)).fake;
  const at::Tensor ours = gradient((q * loss).sum(), logits);
  EXPECT_LT(largest(ours - gradient(optimum.follows(q), logits)), 1e-14);
}

inline void expect_loss(const std::string& type, const GoldenLoss& golden) {
  Objective objective = loss_alone(type);
  expect_spot(objective, golden.spot);
  expect_equilibrium(objective, golden.equilibrium);
  EXPECT_EQ(objective.adversarial()->undecided, golden.undecided);
  if (golden.optimum) expect_optimum(objective, *golden.optimum);
}

}  // namespace rnngan
