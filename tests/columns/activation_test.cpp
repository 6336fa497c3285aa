#include "columns/activation.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "support.h"

namespace rnngan::columns_test {

using at::Tensor;
using torch::autograd::grad;

class Activations : public ::testing::Test {
 protected:
  Activations() {
    mixed_.derived();
    torch::manual_seed(5);
  }
  Tensor numbers(int64_t batch, int64_t steps, at::ScalarType type = at::kFloat) const {
    const int64_t width = Layout(mixed_.schema).width();
    return 2 * torch::randn({batch, steps, width}, type);
  }

  Mixed mixed_;
};

TEST_F(Activations, ChannelsAreValuesThenGatesThenClasses) {
  const Layout layout(mixed_.schema);
  EXPECT_EQ(layout.values(), 4) << "plain, heavy, whole, full";
  EXPECT_EQ(layout.blocks().size(), 2U);
  EXPECT_EQ(layout.width(), 4 + 3 + 4) << "two atoms and missing; three classes and missing";
  EXPECT_EQ(layout.columns(), 5) << "the derived one has none";
  EXPECT_EQ(layout.blocks()[0].role, Role::gate);
  EXPECT_EQ(layout.missing_gates(), (std::vector<int64_t>{-1, 6, -1, -1}));
  EXPECT_NEAR(layout.weights().sum().item<double>(), 11, 1e-5);
  EXPECT_NEAR(layout.weights()[0].item<double>(), 11.0 / 5, 1e-6);
  EXPECT_NEAR(layout.weights()[7].item<double>(), 11.0 / 5 / 4, 1e-6);
}

TEST_F(Activations, DataComeBackExactly) {
  const Tensor channels = encode(mixed_.rows, mixed_.schema);
  EXPECT_TRUE(channels.isfinite().all().item<bool>());
  const Tensor back = decode(channels, mixed_.schema);
  const Tensor missing = mixed_.rows.isnan();
  EXPECT_TRUE(at::equal(missing, back.isnan()));
  const Tensor apart = (back - mixed_.rows).masked_fill(missing, 0).abs().amax(0);
  EXPECT_EQ(apart.narrow(0, 0, 5).max().item<double>(), 0) << "on their grids, and derived";
  EXPECT_LT(apart[5].item<double>(), 1e-6) << "a float";
}

TEST_F(Activations, CoarseGridsAreThoseOfFewSteps) {
  const Tensor grids = coarse_grids(mixed_.schema);
  const NumberCodec& whole = mixed_.schema.columns[2].codec;
  ASSERT_EQ(whole.transform, Scaling::standard) << "5 to 35, a standard deviation of 9";
  Tensor expected = torch::zeros({4 + 3 + 4}, torch::kDouble);
  expected[2] = 1 / whole.scale;
  EXPECT_TRUE(torch::allclose(grids, expected)) << grids;
  mixed_.schema.columns[2].sd = 11;
  EXPECT_FALSE(coarse_grids(mixed_.schema).defined());
}

TEST_F(Activations, WhatIsActivatedIsWhatTheUserGets) {
  const Activation activation(mixed_.schema, OutputActivation::straight_through);
  const Tensor raw = 3 * numbers(40, 30);
  const Tensor x = activation(raw).x;
  const Tensor original = decode(x, mixed_.schema);
  EXPECT_TRUE(at::equal(encode(original, mixed_.schema), x));
  EXPECT_TRUE(at::equal(decode(encode(original, mixed_.schema), mixed_.schema).nan_to_num(-1),
                        original.nan_to_num(-1)));
  const Tensor heavy = original.select(2, 1), follows = original.select(2, 4);
  EXPECT_TRUE(at::equal(follows.eq(7), heavy.eq(0)));
  EXPECT_TRUE(at::equal(follows.isnan(), heavy.isnan()));
  EXPECT_GT(heavy.isnan().sum().item<int64_t>(), 0);
  // Values alone: activated once more, they stay.
  const Layout layout(mixed_.schema);
  Tensor again = raw.clone();
  again.narrow(2, 0, layout.values()).copy_(x.narrow(2, 0, layout.values()));
  const Tensor plain = activation(again).x;
  EXPECT_TRUE(at::equal(plain.select(2, 0), x.select(2, 0)));
  EXPECT_TRUE(at::equal(plain.select(2, 2), x.select(2, 2)));
}

TEST_F(Activations, ReadingsAreTaken) {
  std::vector<double> sensor;
  for (int i = 0; i < 3000; ++i)
    sensor.push_back((i * 37 % 200 + (i / 200 % 4 == 1 ? 1 / 3.0 : 0)) / 10);
  Schema schema;
  schema.columns = {fitted("sensor", sensor, {}, {}, -1)};
  const Activation activation(schema, OutputActivation::straight_through);
  const Tensor raw = numbers(40, 30).narrow(2, 0, 1).clone().set_requires_grad(true);
  const Tensor x = activation(raw).x;
  x.sum().backward();
  EXPECT_GT(raw.grad().abs().eq(1).to(torch::kFloat32).mean().item<double>(), 0.8);
  const Tensor written = decode(x.detach(), schema), original = written.flatten();
  EXPECT_TRUE(at::equal(encode(written, schema), x.detach())) << "the discriminator sees them, too";
  EXPECT_TRUE(at::isin(original, torch::tensor(sensor, torch::kDouble)).all().item<bool>());
  EXPECT_GT(std::get<0>(at::_unique(original)).numel(), 100);
}

TEST_F(Activations, TheLikeliestStateIsTaken) {
  const Activation activation(mixed_.schema, OutputActivation::straight_through);
  Tensor raw = torch::full({1, 4, 11}, -1.0);
  for (int64_t t = 0; t < 4; ++t) {
    raw[0][t][0] = raw[0][t][1] = 0.3;
    if (t > 0) raw[0][t][3 + t] = 0.2;  // of the gates none, 0, 50, missing
    raw[0][t][7 + t] = 0.2;             // a, b, c, missing
  }
  const Tensor original = decode(activation(raw).x, mixed_.schema)[0];
  EXPECT_NE(original[0][1].item<double>(), 0);
  EXPECT_EQ(original[1][1].item<double>(), 0);
  EXPECT_EQ(original[2][1].item<double>(), 50);
  EXPECT_TRUE(std::isnan(original[3][1].item<double>()));
  for (int64_t t = 0; t < 3; ++t) EXPECT_EQ(original[t][3].item<double>(), static_cast<double>(t));
  EXPECT_TRUE(std::isnan(original[3][3].item<double>()));
}

// p of the gates is 1/4 each (none, 0, 50, missing), of the classes .1, .2, .3, .4.
TEST_F(Activations, DrawsDecideByTheirShares) {
  const Activation activation(mixed_.schema, OutputActivation::straight_through);
  Tensor raw = torch::zeros({1, 4, 11});
  raw.narrow(2, 7, 4).copy_(torch::tensor({0.1, 0.2, 0.3, 0.4}).log());
  const Tensor draws = torch::tensor({{0.24, 0.09}, {0.26, 0.11}, {0.74, 0.59}, {0.76, 0.61}});
  const Tensor x = activation(raw, true, draws.unsqueeze(0)).x[0];
  EXPECT_TRUE(at::equal(x.narrow(1, 4, 3), torch::eye(4).narrow(1, 1, 3)));
  EXPECT_TRUE(at::equal(x.narrow(1, 7, 4), torch::eye(4)));
}

TEST_F(Activations, WhatLiesBeyondAHardEndIsFoldedBack) {
  Column& plain = mixed_.schema.columns[0];
  const ChannelRange range = channel_range(mixed_.schema);
  const auto low = range.low[0].item<double>(), high = range.high[0].item<double>();
  const double width = high - low;
  const auto activated = [&](double raw) {
    const Activation activation(mixed_.schema, OutputActivation::straight_through);
    const Tensor numbers = torch::full({1, 1, 11}, raw, torch::kDouble).requires_grad_();
    const Tensor x = activation(numbers).x.select(2, 0);
    return std::pair(x.item<double>(), grad({x.sum()}, {numbers})[0][0][0][0].item<double>());
  };
  const double near = plain.grid_step() / plain.codec.scale;
  plain.folds_low = plain.folds_high = true;
  for (const double beyond : {0.1, 0.9, 1.1, 1.9, 2.1, 7.7}) {
    const double back = std::abs(std::remainder(beyond, 2)) * width;
    const double slope = std::remainder(beyond, 2) > 0 ? -1 : 1;
    const auto [above, above_slope] = activated(high + beyond * width);
    EXPECT_NEAR(above, high - back, near) << beyond;
    EXPECT_EQ(above_slope, slope) << beyond;
    const auto [below, below_slope] = activated(low - beyond * width);
    EXPECT_NEAR(below, low + back, near) << beyond;
    EXPECT_EQ(below_slope, slope) << beyond;
  }
  plain.folds_low = false;
  EXPECT_NEAR(activated(high + 0.3 * width).first, high - 0.3 * width, near);
  EXPECT_NEAR(activated(high + 1.3 * width).first, low, near) << "clamped at the other end";
  EXPECT_NEAR(activated(low - 0.3 * width).first, low, near);
  plain.folds_high = false;
  EXPECT_NEAR(activated(high + 0.3 * width).first, high, near);
}

TEST_F(Activations, ClampedValuesMayOnlyComeBack) {
  mixed_.schema.columns[0].folds_low = mixed_.schema.columns[0].folds_high = false;
  const Activation activation(mixed_.schema, OutputActivation::straight_through);
  for (const double outside : {50.0, -50.0}) {
    for (const double slope : {1.0, -1.0}) {
      const Tensor raw = torch::full({1, 1, 11}, outside).requires_grad_();
      const Tensor x = activation(raw).x;
      const double gradient =
          grad({slope * x.select(2, 0).sum()}, {raw})[0].select(2, 0).item<double>();
      // Descent with a positive gradient moves down.
      EXPECT_EQ(gradient, outside * slope > 0 ? slope : 0) << outside << " " << slope;
    }
  }
}

/// The straight-through derivative is that of the form in which states are fixed and p varies: hard
/// + p(raw) - p(now), values not rounded.
Tensor soft_form(const Tensor& raw, const Tensor& now, const Tensor& hard, const Layout& layout,
                 const Tensor& atoms) {
  const auto p = [&](const Tensor& of, int64_t begin, int64_t width, bool gate) {
    Tensor logits = of.narrow(2, begin, width);
    if (gate) logits = at::cat({at::zeros_like(logits.narrow(2, 0, 1)), logits}, 2);
    return logits.softmax(2);
  };
  const Tensor moved = p(raw, 4, 3, true) - p(now, 4, 3, true);
  const Tensor gates = hard.narrow(2, 4, 3);
  const Tensor drawn = at::cat({1 - gates.sum(2, true), gates}, 2) + moved;
  std::vector<Tensor> values = raw.narrow(2, 0, layout.values()).split(1, 2);
  values[1] = values[1] * drawn.narrow(2, 0, 1) + (drawn.narrow(2, 1, 3) * atoms).sum(2, true);
  return at::cat({at::cat(values, 2), drawn.narrow(2, 1, 3),
                  hard.narrow(2, 7, 4) + p(raw, 7, 4, false) - p(now, 7, 4, false)},
                 2);
}

TEST_F(Activations, TheDerivativeIsThatOfTheSoftForm) {
  // No grids, so that values pass unchanged.
  for (Column& column : mixed_.schema.columns) column.grid = 0;
  const Activation activation(mixed_.schema, OutputActivation::straight_through);
  const Layout layout(mixed_.schema);
  Tensor now = 0.3 * numbers(3, 4, at::kDouble);
  const Column& heavy = mixed_.schema.columns[1];
  const Tensor atoms = torch::tensor({heavy.codec.encode(0), heavy.codec.encode(50), 0.0})
                           .to(at::kFloat)
                           .to(at::kDouble);
  const Tensor weights = torch::randn_like(now);
  const auto loss = [&](const Tensor& x) { return (weights * x + 0.5 * x * x).sum(); };

  const Tensor raw = now.clone().requires_grad_();
  const Tensor x = activation(raw).x;
  const Tensor first = grad({loss(x)}, {raw}, {}, true, true)[0];
  const Tensor second = grad({(first * weights).sum()}, {raw})[0];

  const Tensor soft = now.clone().requires_grad_();
  const Tensor soft_x = soft_form(soft, now, x.detach(), layout, atoms);
  EXPECT_LT((soft_x - x).abs().max().item<double>(), 1e-6);
  const Tensor soft_first = grad({loss(soft_x)}, {soft}, {}, true, true)[0];
  const Tensor soft_second = grad({(soft_first * weights).sum()}, {soft})[0];
  EXPECT_LT((first - soft_first).abs().max().item<double>(), 1e-6);
  EXPECT_LT((second - soft_second).abs().max().item<double>(), 1e-5);

  // And that of the soft form is right: central differences.
  const double h = 1e-6;
  for (const int64_t at : {0L, 1L, 4L, 6L, 8L, 10L}) {
    Tensor up = now.clone(), down = now.clone();
    up[1][2][at] += h;
    down[1][2][at] -= h;
    const double difference = (loss(soft_form(up, now, x.detach(), layout, atoms)) -
                               loss(soft_form(down, now, x.detach(), layout, atoms)))
                                  .item<double>() /
                              (2 * h);
    EXPECT_NEAR(first[1][2][at].item<double>(), difference, 1e-5) << at;
  }
}

TEST_F(Activations, MisfitIsSquaresAndCrossEntropies) {
  const Layout layout(mixed_.schema);
  const Tensor x = encode(mixed_.rows, mixed_.schema).unsqueeze(0);
  const Tensor raw = torch::zeros_like(x);
  const Tensor cost = misfit(raw, x, full_step_mask(1, 400, at::kCPU), layout, 2);
  EXPECT_TRUE(at::equal(cost.select(2, 0), x.select(2, 0).square()));
  const Tensor gate_missing = x.select(2, 6) > 0.5;
  EXPECT_EQ(cost.select(2, 1).masked_select(gate_missing).abs().sum().item<double>(), 0);
  const Tensor gates = cost.narrow(2, 4, 3).sum(2), classes = cost.narrow(2, 7, 4).sum(2);
  EXPECT_LT((gates - std::log(4.0)).abs().max().item<double>(), 1e-6) << "whichever state it is";
  EXPECT_LT((classes - std::log(4.0)).abs().max().item<double>(), 1e-6);
}

TEST_F(Activations, LinearLeavesValuesAndRangeSquashesThem) {
  const Tensor raw = 10 * numbers(5, 6);
  const Activated linear = Activation(mixed_.schema, OutputActivation::linear)(raw);
  EXPECT_TRUE(at::equal(linear.x.select(2, 0), raw.select(2, 0)));
  const Activated range = Activation(mixed_.schema, OutputActivation::range)(raw);
  const ChannelRange of = channel_range(mixed_.schema);
  EXPECT_TRUE(at::equal(range.x.select(2, 0), range.raw.select(2, 0)));
  EXPECT_LE(range.x.select(2, 0).max().item<float>(), of.high[0].item<float>() + 1e-6);
  EXPECT_GE(range.x.select(2, 0).min().item<float>(), of.low[0].item<float>() - 1e-6);
}

TEST_F(Activations, NoiseTouchesPresentValuesOnly) {
  const Tensor x = encode(mixed_.rows, mixed_.schema).unsqueeze(0);
  const Tensor change = on_values(torch::ones_like(x), x, Layout(mixed_.schema));
  EXPECT_EQ(change.narrow(2, 4, 7).abs().sum().item<double>(), 0);
  EXPECT_TRUE(at::equal(change.select(2, 1), (x.select(2, 6) < 0.5).to(at::kFloat)));
  EXPECT_EQ(change.select(2, 0).min().item<float>(), 1);
}

}  // namespace rnngan::columns_test
