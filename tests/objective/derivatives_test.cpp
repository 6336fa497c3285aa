// Finite differences in double, through a small recurrent critic: each loss and each term has the
// right gradient, and that gradient has the right gradient (so nothing on the way is silently cut
// from the graph).
#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace derivatives_test {

using at::Tensor;

constexpr int64_t kBatch = 3, kSteps = 4, kInputs = 2, kHidden = 3;
constexpr int64_t kParameters = kInputs * kHidden + kHidden * kHidden + 2 * kHidden;

Tensor wavy(int64_t n, double pace, double phase) {
  return (at::arange(n, at::kDouble) * pace + phase).sin();
}

/// tanh recurrence, score = mean over valid steps of v . h_t; `theta` holds its weights.
Critic recurrent(const Tensor& theta) {
  return [theta](const Tensor& input, const StepMask& steps) {
    const auto parts =
        theta.split_with_sizes({kInputs * kHidden, kHidden * kHidden, kHidden, kHidden});
    const Tensor w = parts[0].view({kInputs, kHidden}), u = parts[1].view({kHidden, kHidden});
    const Tensor x = zero_padding(input, steps);
    Tensor h = at::zeros({input.size(0), kHidden}, at::kDouble);
    std::vector<Tensor> scores;
    for (int64_t t = 0; t < input.size(1); ++t) {
      h = at::tanh(x.select(1, t).matmul(w) + h.matmul(u) + parts[2]);
      scores.push_back(h.matmul(parts[3]));
    }
    return masked_mean(at::stack(scores, 1), steps);
  };
}

using Function = std::function<Tensor(const Tensor&)>;

Tensor gradient(const Function& f, const Tensor& at, bool create_graph = false) {
  const Tensor x = at.requires_grad() ? at : at.detach().clone().requires_grad_();
  return torch::autograd::grad({f(x)}, {x}, {}, true, create_graph)[0];
}

/// (f(x + e d) - f(x - e d)) / 2e
Tensor central(const Function& f, const Tensor& x, const Tensor& direction) {
  constexpr double kStep = 1e-5;
  return (f(x + kStep * direction) - f(x - kStep * direction)).detach() / (2 * kStep);
}

void expect_derivatives(const Function& f, const Tensor& x, const std::string& what,
                        bool twice = true) {
  const Tensor slope = gradient(f, x);
  EXPECT_GT(slope.abs().max().item<double>(), 1e-6) << what << " does not depend on its argument";
  for (int64_t i = 0; i < x.numel(); ++i) {
    Tensor unit = at::zeros_like(x);
    unit.view(-1)[i] = 1;
    EXPECT_NEAR(slope.flatten()[i].item<double>(), central(f, x, unit).item<double>(),
                1e-8 * std::max(1.0, slope.abs().max().item<double>()))
        << what << ", first derivative " << i;
  }
  if (!twice) return;
  const Tensor direction = wavy(x.numel(), 2.3, 0.4).view_as(x);
  const Tensor leaf = x.detach().clone().requires_grad_();
  const Tensor along = (gradient(f, leaf, true) * direction).sum();
  const Tensor product = torch::autograd::grad({along}, {leaf}, {}, false, false, true)[0];
  const Tensor expected = central([&](const Tensor& at) { return gradient(f, at); }, x, direction);
  const Tensor ours = product.defined() ? product : at::zeros_like(x);
  const double scale = std::max(1.0, expected.abs().max().item<double>());
  EXPECT_LT((ours - expected).abs().max().item<double>(), 1e-7 * scale)
      << what << ", second derivative";
}

StepMask ragged() {
  return make_step_mask(torch::tensor({4, 2, 3}, at::kLong), kSteps, at::kCPU);
}
Tensor weights() {
  return 0.8 * wavy(kParameters, 1.7, 0.3);
}
Tensor real_point() {
  return wavy(kBatch * kSteps * kInputs, 0.9, 0).view({kBatch, kSteps, kInputs});
}
Tensor fake_point() {
  return wavy(kBatch * kSteps * kInputs, 1.4, 2).view({kBatch, kSteps, kInputs});
}

TEST(Derivatives, EveryLossOfTheDiscriminator) {
  for (const auto& row : adversarial_catalog()) {
    Objective objective(objective_config(row.description.name));
    const Function f = [&](const Tensor& theta) {
      FakeContext context(Side::discriminator, recurrent(theta), real_point(), fake_point(),
                          ragged());
      equip(context, recurrent(theta), fake_point(), objective);
      return objective.evaluate(context).total;
    };
    expect_derivatives(f, weights(), row.description.name);
  }
}

TEST(Derivatives, EveryLossOfTheGenerator) {
  for (const auto& row : adversarial_catalog()) {
    Objective objective(objective_config(row.description.name));
    const Function f = [&](const Tensor& fake) {
      FakeContext context(Side::generator, recurrent(weights()), real_point(), fake, ragged());
      equip(context, recurrent(weights()), fake, objective);
      return objective.evaluate(context).total;
    };
    expect_derivatives(f, fake_point(), row.description.name);
  }
}

// First derivatives only: no penalty is ever taken of these.
TEST(Derivatives, EveryTermOfTheGenerator) {
  std::vector<std::pair<std::string, nlohmann::json>> terms = {
      {"feature_matching", {{"p", 1}}},
      {"feature_matching", {{"unbiased", true}}},
      {"statistic_matching", {{"p", 2}, {"lags", 2}}},
      {"statistic_matching", {{"lags", 1}}},
      {"sinkhorn", {{"epsilon", 1.0}}},
      {"energy_distance", {{"space", "features"}}},
  };
  for (const auto& row : term_catalog()) {
    if (row.description.name != "sinkhorn") terms.push_back({row.description.name, {}});
  }
  for (const auto& [name, options] : terms) {
    if (!reads_batches(name) || reads_more(name)) continue;
    const TermRow& row = row_named(term_catalog(), name);
    const auto term = row.make(options_of(row.description, options).get());
    if (!term->acts_on(Side::generator)) continue;
    const Objective objective = term_alone(name);
    const Function f = [&](const Tensor& fake) {
      FakeContext context(Side::generator, recurrent(weights()), real_point(), fake, ragged());
      equip(context, recurrent(weights()), fake, objective);
      return term->value(context).sum();
    };
    expect_derivatives(f, fake_point(), name, /*twice=*/false);
  }
}

TEST(Derivatives, EveryTermOfTheDiscriminator) {
  for (const auto& row : term_catalog()) {
    const auto options = row.description.options.make();
    const auto term = row.make(options.get());
    if (!term->acts_on(Side::discriminator) || reads_more(row.description.name)) continue;
    // Steep enough for the one-sided penalty to act, and flat enough for differences of a kernel.
    const std::map<std::string, double> other = {{"lipschitz_penalty", 10}, {"mmd_gan", 0.2}};
    const auto found = other.find(row.description.name);
    const double steepness = found == other.end() ? 1 : found->second;
    const Objective objective = term_alone(row.description.name);
    const auto step = [&objective, steepness](const Tensor& theta) {
      const Critic critic = [steepness, critic = recurrent(theta)](const Tensor& input,
                                                                   const StepMask& steps) {
        return steepness * critic(input, steps);
      };
      FakeContext context(Side::discriminator, critic, real_point(), fake_point(), ragged());
      equip(context, critic, fake_point(), objective);
      context.set_interpolation_weights(doubles({0.1, 0.5, 0.9}));
      context.set_perturbation(wavy(kBatch * kSteps * kInputs, 2.1, 1).view_as(real_point()));
      context.set_parameters({{"weight", theta.view({-1, 3})}});
      return context;
    };
    // Terms with a state have one step behind them.
    term->attach([](Side) {
      return std::vector<NamedParameter>{{"weight", at::ones({7, 3}, at::kDouble)}};
    });
    FakeContext earlier = step(0.5 * weights());
    term->after_step(earlier);
    const Function f = [&](const Tensor& theta) {
      FakeContext context = step(theta);
      const Tensor value = term->value(context);
      return value.defined() ? value.sum() : value;
    };
    if (!f(weights()).defined()) continue;
    // A transport holds its plan fixed, which is right for the first derivative only.
    expect_derivatives(f, weights(), row.description.name, row.description.name != "ot_gan");
  }
}

TEST(Derivatives, AWholeStep) {
  Objective objective(objective_config("rpgan", {{"gp", term_config("gradient_penalty", 10)},
                                                 {"r1", term_config("r1", 10)},
                                                 {"r2", term_config("r2", 10)}}));
  const Function f = [&](const Tensor& theta) {
    FakeContext context(Side::discriminator, recurrent(theta), real_point(), fake_point(),
                        ragged());
    return objective.evaluate(context).total;
  };
  expect_derivatives(f, weights(), "rpgan + gradient_penalty + r1 + r2");
}

}  // namespace derivatives_test
}  // namespace rnngan
