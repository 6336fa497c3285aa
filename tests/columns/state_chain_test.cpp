#include "columns/state_chain.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "columns/support.h"

namespace rnngan {
namespace state_chain_test {

using at::Tensor;
using columns_test::fitted;
using columns_test::kNan;
using columns_test::Mixed;

constexpr double kClose = 1e-5;

TEST(StateChain, SharesAreThoseOfTraining) {
  const Mixed mixed = Mixed().derived();
  const Tensor bias = share_logits(mixed.schema, Layout(mixed.schema));
  const Tensor real = encode(mixed.rows, mixed.schema).mean(0);
  EXPECT_EQ(bias.narrow(0, 0, 4).abs().max().item<float>(), 0);
  const Tensor gates = at::cat({torch::zeros({1}), bias.narrow(0, 4, 3)}).softmax(0);
  EXPECT_LT((gates.narrow(0, 1, 3) - real.narrow(0, 4, 3)).abs().max().item<double>(), kClose);
  const Tensor classes = bias.narrow(0, 7, 4).softmax(0);
  EXPECT_LT((classes - real.narrow(0, 7, 4)).abs().max().item<double>(), kClose);
}

// a a b | b a ?, the second sequence beginning at the fourth cell: a is followed by a and b once
// each and once by a missing cell, b by a once; each with one more by the shares.
TEST(StateChain, TransitionsAreCountedWithinSequences) {
  Column column;
  column.classes = {"a", "b"};
  const ColumnCells cells{{0, 0, 1, 1, 0, kNan}, {false, true, true, false, true, true}};
  fit_column(column, cells, {}, Scaling::automatic, 0, "file.csv");
  const std::vector<double> expected = {1.5 / 4, (1 + 2.0 / 6) / 4, (1 + 1.0 / 6) / 4,
                                        1.5 / 2, 2.0 / 6 / 2,       1.0 / 6 / 2,
                                        0.5,     2.0 / 6,           1.0 / 6};
  ASSERT_EQ(column.transitions.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(column.transitions[i], expected[i], 1e-12);
}

// softmax of both together, from each state.
TEST(StateChain, LogitsGiveTheTransitionsOfTraining) {
  const Schema schema = Mixed().derived().schema;
  const Layout layout(schema);
  const Tensor shares = share_logits(schema, layout).narrow(0, 4, 7);
  const Tensor from = transition_logits(schema, layout);
  EXPECT_EQ(from.sizes(), torch::IntArrayRef({7, 8}));
  const auto transition = [&](size_t column, int64_t before, int64_t now, int64_t states) {
    return schema.columns[column].transitions[static_cast<size_t>(before * states + now)];
  };
  for (int64_t state = 0; state < 4; ++state) {
    const int64_t of_gate = state < 3 ? state : 7;  // 0, 50, missing, none
    const Tensor logits = (shares + from.select(1, of_gate)).narrow(0, 0, 3);
    const Tensor gates = at::cat({logits, torch::zeros({1})}).softmax(0);
    const Tensor classes = (shares + from.select(1, 3 + state)).narrow(0, 3, 4).softmax(0);
    for (int64_t now = 0; now < 4; ++now) {
      EXPECT_NEAR(gates[now].item<double>(), transition(1, state, now, 4), 2e-3);
      EXPECT_NEAR(classes[now].item<double>(), transition(3, state, now, 4), 2e-3);
    }
  }
  EXPECT_EQ(from.narrow(0, 0, 3).narrow(1, 3, 4).abs().max().item<float>(), 0) << "other columns";
}

/// 10 every other ten cells, from and to any number; or a wave that is cut off at 10.
std::vector<double> capped(bool wave) {
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) {
    const double number = wave          ? 0.7 * std::min(i % 40, 40 - i % 40) + 0.01 * (i % 7)
                          : i % 20 < 10 ? 0.1 + 0.25 * ((i * 37) % 39)
                                        : 10;
    values.push_back(std::min(number, 10.0));
  }
  return values;
}

TEST(StateChain, AtomsThatNumbersComeCloseToHaveNone) {
  ColumnConfig chosen;
  chosen.atoms = {10.0};
  EXPECT_EQ(fitted("jumps", capped(false), chosen).transitions.size(), 4U);
  EXPECT_TRUE(fitted("wave", capped(true), chosen).transitions.empty());
}

TEST(StateChain, ManyStatesHaveNone) {
  std::vector<std::string> classes;
  std::vector<double> values;
  for (int i = 0; i < 33; ++i) {
    classes.push_back("c" + std::to_string(i));
    values.push_back(i);
  }
  EXPECT_TRUE(fitted("many", values, {}, classes).transitions.empty());
  EXPECT_TRUE(fitted("plain", {1, 2.5, 3, 7, 2}).transitions.empty());
}

}  // namespace state_chain_test
}  // namespace rnngan
