#include "columns/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "columns/activation.h"
#include "core/error.h"
#include "support.h"

namespace rnngan::columns_test {

using at::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

/// Open, High, Low, Close of 300 days with two digits, and something else.
Tensor prices() {
  std::vector<double> rows;
  for (int i = 0; i < 300; ++i) {
    const int open = 10000 + 37 * (i % 50), close = open + (i * 53) % 201 - 100;
    const int high = std::max(open, close) + i % 7 * 11, low = std::min(open, close) - i % 5 * 13;
    for (const int price : {open, high, low, close}) rows.push_back(price / 100.0);
    rows.push_back(i % 11);
  }
  return torch::tensor(rows, torch::kDouble).view({300, 5});
}

std::vector<Column> named() {
  std::vector<Column> columns(5);
  const char* const names[] = {"Open", "High", "Low", "Close", "other"};
  for (size_t f = 0; f < 5; ++f) {
    columns[f].name = names[f];
    columns[f].decimals = f < 4 ? 2 : 0;
    columns[f].integer = f == 4;
  }
  return columns;
}

Schema bound_schema(const std::vector<std::string>& rules) {
  Schema schema;
  schema.columns = named();
  apply_rules(parse_rules(rules, schema.columns), schema.columns);
  const Tensor gaps = to_gaps(prices(), schema.columns);
  for (int64_t f = 0; f < 5; ++f) {
    ColumnCells cells;
    for (int64_t r = 0; r < 300; ++r) {
      cells.values.push_back(gaps[r][f].item<double>());
      cells.follows.push_back(r > 0);
    }
    fit_column(schema.columns[static_cast<size_t>(f)], cells, {}, Scaling::automatic, 0, "");
  }
  return schema;
}

std::string fact_of(const std::vector<std::string>& rules) {
  try {
    parse_rules(rules, named());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    return error.what();
  }
  return "";
}

TEST(Rules, AreRead) {
  const auto rules = parse_rules({"Low <= Close<=High", "other > Low"}, named());
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].lower, 2);
  EXPECT_EQ(rules[0].upper, 3);
  EXPECT_EQ(rules[1].lower, 3);
  EXPECT_EQ(rules[1].upper, 1);
  EXPECT_EQ(rules[2].lower, 2);
  EXPECT_TRUE(rules[2].strict);
  EXPECT_THAT(fact_of({"Low <= Hgh"}), HasSubstr("no column \"Hgh\""));
  EXPECT_THAT(fact_of({"Low"}), HasSubstr("compares nothing"));
  EXPECT_THAT(fact_of({"Low <= High", "High <= Low"}), HasSubstr("circle"));
}

TEST(Rules, TheFirstBrokenRowIsFound) {
  const Tensor rows = prices();
  const auto rules = parse_rules({"Low <= Close <= High"}, named());
  EXPECT_EQ(first_broken(rows, rules).row, -1);
  rows[17][3] = 1;
  EXPECT_EQ(first_broken(rows, rules).row, 17);
  EXPECT_EQ(first_broken(rows, rules).rule.lower, 2);
  rows[9][2] = kNan;
  EXPECT_EQ(first_broken(rows, rules).row, 9) << "nothing is known of a missing cell";
}

TEST(Rules, DataComeBackThroughGaps) {
  const Schema schema = bound_schema({"Low <= Open <= High", "Low <= Close <= High"});
  EXPECT_EQ(schema.columns[0].min, 0) << "the gap of Open above Low";
  EXPECT_EQ(schema.columns[2].min, prices().select(1, 2).min().item<double>()) << "Low itself";
  EXPECT_TRUE(at::equal(decode(encode(prices(), schema), schema), prices()));
}

TEST(Rules, NoSampleBreaksThem) {
  const Schema schema = bound_schema({"Low <= Open <= High", "Low <= Close <= High"});
  const Activation activation(schema, OutputActivation::straight_through);
  torch::manual_seed(2);
  const Tensor raw = 3 * torch::randn({200, 20, activation.layout().width()});
  const Tensor x = activation(raw).x;
  const Tensor made = decode(x, schema).view({-1, 5});
  EXPECT_EQ(
      first_broken(made, parse_rules({"Low <= Open <= High", "Low <= Close <= High"}, named())).row,
      -1);
  EXPECT_TRUE(at::equal(encode(made.view({200, 20, 5}), schema), x));
  // Without the rules they are broken all the time.
  const Schema loose = bound_schema({});
  const Tensor free =
      decode(3 * torch::randn({200, 20, Layout(loose).width()}), loose).view({-1, 5});
  EXPECT_GE(first_broken(free, parse_rules({"Low <= High"}, named())).row, 0);
}

TEST(Rules, ACoarserGridRoundsUp) {
  std::vector<Column> columns(2);
  columns[0].name = "fine";
  columns[0].decimals = 2;
  columns[1].name = "coarse";
  columns[1].decimals = 1;
  columns[0].grid = columns[1].grid = 1;
  columns[1].above = {0};
  Tensor rows = torch::tensor({1.22, 0.0, 1.25, 0.1}, torch::kDouble).view({2, 2});
  from_gaps(rows, columns);
  EXPECT_EQ(rows[0][1].item<double>(), 1.3);
  EXPECT_GE(rows[1][1].item<double>(), 1.3);
}

TEST(Rules, WhatHoldsIsProposed) {
  EXPECT_THAT(propose_rules(prices(), named()),
              ElementsAre("Low <= Open <= High", "Low <= Close <= High"));
}

}  // namespace rnngan::columns_test
