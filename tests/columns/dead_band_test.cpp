#include "columns/dead_band.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "columns/activation.h"
#include "core/error.h"
#include "support.h"

namespace rnngan::columns_test {

using at::Tensor;

namespace {

/// A walk of normal steps that is reported when it has gone 0.5 from what was reported last.
std::vector<double> reported(bool missing = false) {
  torch::manual_seed(3);
  const Tensor steps = 0.3 * torch::randn({3000}, torch::kDouble);
  std::vector<double> values;
  double walk = 20, last = 20;
  for (int64_t i = 0; i < steps.numel(); ++i) {
    walk += steps[i].item<double>() - 0.02 * (walk - 20);
    if (std::abs(walk - last) >= 0.5) last = walk;
    values.push_back(missing && i % 7 == 3 ? kNan : last);
  }
  return values;
}

double dead_band(const std::vector<double>& values, int decimals = -1) {
  return fitted("x", values, {}, {}, decimals).dead_band;
}

Schema one_column(const std::vector<double>& values) {
  Schema schema;
  schema.columns = {fitted("x", values, {}, {}, -1)};
  return schema;
}

}  // namespace

TEST(DeadBand, IsWhatNineOfTenChangesReach) {
  const double band = dead_band(reported());
  EXPECT_GE(band, 0.5 - 1e-6);
  EXPECT_LT(band, 0.6);
  EXPECT_GE(dead_band(reported(true)), 0.5 - 1e-6) << "missing cells are no changes";
}

TEST(DeadBand, ThereIsNoneWhereAllChangesOrTheGridSaysIt) {
  torch::manual_seed(4);
  const Tensor walk = (0.3 * torch::randn({3000}, torch::kDouble)).cumsum(0);
  const auto values = [](const Tensor& of) {
    return std::vector<double>(of.data_ptr<double>(), of.data_ptr<double>() + of.numel());
  };
  EXPECT_EQ(dead_band(values(walk)), 0) << "no cell is as before";
  const Tensor rounded = walk.round();
  ASSERT_GT(rounded.diff().eq(0).to(torch::kDouble).mean().item<double>(), 0.5);
  EXPECT_EQ(dead_band(values(rounded), 0), 0) << "changes of a step of the grid";
  const Tensor finer = (10 * rounded + rounded.remainder(3)) / 10;
  EXPECT_NEAR(dead_band(values(finer), 1), 0.8, 1e-6) << "of eight steps or more";
}

TEST(DeadBand, IsChosenOrRefused) {
  ColumnConfig chosen;
  chosen.dead_band = 0;
  EXPECT_EQ(fitted("x", reported(), chosen, {}, -1).dead_band, 0);
  chosen.dead_band = 2.5;
  EXPECT_EQ(fitted("x", reported(), chosen, {}, -1).dead_band, 2.5);
  const auto refusal = [&] {
    try {
      fitted("x", reported(), chosen, {}, -1);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("not refused");
  };
  chosen.dead_band = 1000;
  EXPECT_THAT(refusal(), testing::HasSubstr("a dead band of 1000 is not less than its range"));
  chosen.dead_band = 2.5;
  chosen.atoms = {20.0};
  EXPECT_THAT(refusal(), testing::HasSubstr("data.column.x.dead_band is for numbers"));
}

TEST(DeadBand, SamplesStayAsTheyWereUntilTheyChangeEnough) {
  const Schema schema = one_column(reported());
  const double band = schema.columns[0].dead_band;
  const Activation activation(schema, OutputActivation::straight_through);
  torch::manual_seed(5);
  const Tensor raw = (0.1 * torch::randn({40, 30, 1})).cumsum(1).set_requires_grad(true);
  const Tensor x = activation(raw).x;
  x.sum().backward();
  EXPECT_TRUE(raw.grad().eq(1).all().item<bool>()) << "the gradient goes straight through";
  const Tensor written = decode(x.detach(), schema);
  EXPECT_TRUE(at::equal(encode(written, schema), x.detach())) << "the discriminator sees it, too";
  const Tensor changes = written.diff(1, 1).abs(), would = decode(raw.detach(), schema);
  const Tensor unchanged = changes.eq(0);
  EXPECT_GT(unchanged.to(torch::kDouble).mean().item<double>(), 0.3);
  EXPECT_GE(changes.masked_select(unchanged.logical_not()).min().item<double>(), band - 1e-6);
  EXPECT_LT((written - would).abs().max().item<double>(), band) << "never further off than that";
}

TEST(DeadBand, StepsAloneAreAsOfAWholeSequence) {
  for (const bool missing : {false, true}) {
    const Schema schema = one_column(reported(missing));
    const Activation activation(schema, OutputActivation::straight_through);
    const int64_t width = activation.layout().width();
    ASSERT_EQ(width, missing ? 2 : 1);
    torch::manual_seed(6);
    Tensor raw = (0.1 * torch::randn({20, 12, width})).cumsum(1);
    if (missing) raw.select(2, 1).fill_(-3);
    const Tensor x = activation(raw).x;
    Tensor before;
    std::vector<Tensor> steps;
    for (int64_t t = 0; t < 12; ++t) {
      before = activation(raw.narrow(1, t, 1), t == 0, {}, before).x;
      steps.push_back(before);
    }
    EXPECT_TRUE(at::equal(torch::cat(steps, 1), x));
  }
}

TEST(DeadBand, NothingStaysAsAMissingCellWas) {
  const Schema schema = one_column(reported(true));
  const Activation activation(schema, OutputActivation::straight_through);
  const auto step = [](float value, float gate) {
    return torch::tensor({value, gate}).view({1, 1, 2});
  };
  const Tensor near = activation(step(0.001F, -3)).x, other = activation(step(0.02F, -3)).x;
  ASSERT_FALSE(at::equal(near, other));
  EXPECT_TRUE(at::equal(activation(step(0.001F, -3), false, {}, other).x, other));
  EXPECT_TRUE(at::equal(activation(step(0.001F, -3), false, {}, step(0, 1)).x, near));
}

}  // namespace rnngan::columns_test
