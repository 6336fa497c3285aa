#include "columns/rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
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
    return fmt::format("{}; {}", error.what(), error.problems()[0].hint);
  }
  return "";
}

TEST(Rules, AreRead) {
  const auto rules = parse_rules({"Low <= Close<=High", "other > Low"}, named()).orders;
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].lower, 2);
  EXPECT_EQ(rules[0].upper, 3);
  EXPECT_EQ(rules[1].lower, 3);
  EXPECT_EQ(rules[1].upper, 1);
  EXPECT_EQ(rules[2].lower, 2);
  EXPECT_TRUE(rules[2].strict);
  EXPECT_THAT(fact_of({"Low <= Hgh"}), HasSubstr("no column \"Hgh\""));
  EXPECT_THAT(fact_of({"Low"}), HasSubstr("compares nothing"));
  EXPECT_THAT(fact_of({"High == Low + Open"}), HasSubstr("a sum has one ="));
  EXPECT_THAT(fact_of({"2*Low <= High"}), HasSubstr("anything else can be a column"));
  EXPECT_THAT(fact_of({"Low <= High", "High <= Low"}), HasSubstr("circle"));
}

TEST(Rules, OfOneColumnAndSumsAreRead) {
  const Rules rules = parse_rules(
      {"other increasing", "Low decreasing", "High = Open + Close", "0 <= Open < 5"}, named());
  EXPECT_TRUE(rules.orders.empty());
  ASSERT_EQ(rules.trends.size(), 2U);
  EXPECT_EQ(rules.trends[0].column, 4);
  EXPECT_EQ(rules.trends[0].direction, 1);
  EXPECT_EQ(rules.trends[1].direction, -1);
  ASSERT_EQ(rules.sums.size(), 1U);
  EXPECT_EQ(rules.sums[0].total, 1);
  EXPECT_THAT(rules.sums[0].parts, ElementsAre(0, 3));
  ASSERT_EQ(rules.limits.size(), 2U);
  EXPECT_TRUE(rules.limits[0].lower);
  EXPECT_FALSE(rules.limits[1].lower);
  EXPECT_TRUE(rules.limits[1].strict);
  EXPECT_EQ(rules.limits[1].limit, 5);
  EXPECT_THAT(rules.bound_columns(), testing::UnorderedElementsAre(4, 2, 1, 0, 3));
}

TEST(Rules, ThatCannotBeKeptTogetherAreRefused) {
  EXPECT_THAT(fact_of({"Low <= High", "High increasing"}), HasSubstr("both decide High"));
  EXPECT_THAT(fact_of({"High = Low + Open", "High increasing"}), HasSubstr("both decide High"));
  EXPECT_THAT(fact_of({"High = Low + Open", "High <= other"}), HasSubstr("High is a sum"));
  EXPECT_THAT(fact_of({"High = Low + Open", "other = High + Low"}), HasSubstr("High is a sum"));
  EXPECT_THAT(fact_of({"Low <= High", "High <= 200"}), HasSubstr("limits High"));
  EXPECT_THAT(fact_of({"1 <= 2"}), HasSubstr("two numbers"));
  EXPECT_THAT(fact_of({"Low <= nan"}), HasSubstr("nan is no limit"));
  EXPECT_THAT(fact_of({"High = Low"}), HasSubstr("adds nothing up"));
}

/// One sequence, or one per `length` rows.
std::vector<bool> starting(int64_t rows, int64_t length = 0) {
  std::vector<bool> starts(static_cast<size_t>(rows), false);
  for (int64_t r = 0; r<rows; r += length> 0 ? length : rows) {
    starts[static_cast<size_t>(r)] = true;
  }
  return starts;
}

BrokenRule broken_by(const Tensor& rows, const std::vector<std::string>& rules,
                     int64_t length = 0) {
  return first_broken(rows, starting(rows.size(0), length), parse_rules(rules, named()), named());
}

TEST(Rules, TheFirstBrokenRowIsFound) {
  const Tensor rows = prices();
  const std::vector<std::string> rules = {"Low <= Close <= High"};
  EXPECT_EQ(broken_by(rows, rules).row, -1);
  rows[17][3] = 1;
  EXPECT_EQ(broken_by(rows, rules).row, 17);
  EXPECT_THAT(broken_by(rows, rules).fact, testing::EndsWith("Close is 1"));
  rows[9][2] = kNan;
  EXPECT_EQ(broken_by(rows, rules).row, 9) << "nothing is known of a missing cell";
  EXPECT_TRUE(broken_by(rows, rules).missing);
}

TEST(Rules, TrendsSumsAndLimitsAreChecked) {
  const Tensor rows = torch::zeros({6, 5}, torch::kDouble);
  rows.select(1, 4).copy_(torch::tensor({3, 4, 5, 1, 1, 2}));
  EXPECT_EQ(broken_by(rows, {"other increasing"}).row, 3);
  EXPECT_EQ(broken_by(rows, {"other increasing"}).fact, "other is 1 after 5");
  EXPECT_EQ(broken_by(rows, {"other increasing"}, 3).row, -1) << "another sequence begins";
  EXPECT_EQ(broken_by(rows, {"other decreasing"}, 3).row, 1);
  EXPECT_EQ(broken_by(rows, {"other >= 1"}).row, -1);
  EXPECT_EQ(broken_by(rows, {"other > 1"}).row, 3);
  EXPECT_EQ(broken_by(rows, {"other <= 4"}).row, 2);
  rows.select(1, 0).copy_(rows.select(1, 4) * 0.25);
  rows.select(1, 3).copy_(rows.select(1, 0) + rows.select(1, 4));
  EXPECT_EQ(broken_by(rows, {"Close = Open + other"}).row, -1);
  rows[4][3] = 1.256;  // of two digits: 1.25 to within half a last digit it is not
  EXPECT_EQ(broken_by(rows, {"Close = Open + other"}).row, 4);
  EXPECT_EQ(broken_by(rows, {"Close = Open + other"}).fact, "Close is 1.256, the sum is 1.25");
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
  EXPECT_EQ(broken_by(made, {"Low <= Open <= High", "Low <= Close <= High"}).row, -1);
  EXPECT_TRUE(at::equal(encode(made.view({200, 20, 5}), schema), x));
  // Without the rules they are broken all the time.
  const Schema loose = bound_schema({});
  const Tensor free =
      decode(3 * torch::randn({200, 20, Layout(loose).width()}), loose).view({-1, 5});
  EXPECT_GE(broken_by(free, {"Low <= High"}).row, 0);
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
  EXPECT_THAT(propose_rules(prices(), starting(300), named()),
              ElementsAre("Low <= Open <= High", "Low <= Close <= High", "other >= 0"));
}

/// A counter that rises in one sequence of 20 rows after the other, a stock that falls, both added
/// up.
Tensor counters() {
  std::vector<double> rows;
  for (int i = 0; i < 200; ++i) {
    const double up = 3 * (i % 20) + i / 20, down = 50 - 2 * (i % 20) + i % 3 * 0.25;
    for (const double value : {up, down + up, down, (i * 37) % 11 * 1.0, (i * 53) % 7 * 1.0})
      rows.push_back(value);
  }
  return torch::tensor(rows, torch::kDouble).view({200, 5});
}

/// Columns fitted as fit_columns() (data/) does.
Schema counting_schema(const std::vector<std::string>& texts) {
  Schema schema;
  schema.columns = named();
  schema.columns[0].integer = true;
  const Rules rules = parse_rules(texts, schema.columns);
  apply_rules(rules, schema.columns);
  const Tensor steps = to_steps(counters(), 20, schema.columns);
  for (int64_t f = 0; f < 5; ++f) {
    Column& column = schema.columns[static_cast<size_t>(f)];
    ColumnCells cells, levels;
    for (int64_t r = 0; r < 200; ++r) {
      levels.values.push_back(counters()[r][f].item<double>());
      levels.follows.push_back(r % 20 > 0);
      if (column.trend != 0 && r % 20 == 0) continue;
      cells.values.push_back(steps[r][f].item<double>());
      cells.follows.push_back(r % 20 > 1);
    }
    if (column.trend != 0) {
      Column of_levels;
      fill_statistics(of_levels, levels);
      column.start = {of_levels.mean, of_levels.sd, of_levels.min, of_levels.max};
    }
    fit_column(column, cells, {}, Scaling::automatic, 0, "");
  }
  apply_sums(rules, schema.columns);
  return schema;
}

TEST(Rules, TrendsAndSumsAreProposed) {
  const Schema schema = counting_schema({});
  EXPECT_THAT(propose_rules(counters(), starting(200, 20), schema.columns),
              ElementsAre("High = Open + Low", "Open increasing", "Low decreasing", "Close >= 0",
                          "other >= 0"));
  EXPECT_THAT(propose_rules(counters(), starting(200), schema.columns),
              ElementsAre("High = Open + Low", "Open >= 0", "Close >= 0", "other >= 0"));
}

// Signs of what comes near 0 and nothing else decides.
TEST(Rules, SignsAreProposed) {
  Tensor rows = torch::full({60, 5}, 5.0, torch::kDouble);
  const Tensor ramp = torch::arange(60, torch::kDouble);
  rows.select(1, 0).copy_((ramp * 7) % 11);        // from 0
  rows.select(1, 1).copy_((ramp * 7) % 11 + 100);  // far from 0
  rows.select(1, 2).copy_(-((ramp * 5) % 13));     // up to 0
  rows.select(1, 3).copy_((ramp * 3) % 17 - 5);    // of both signs
  rows.select(1, 4).copy_(ramp % 2);               // a yes or no
  EXPECT_THAT(propose_rules(rows, starting(60), named()), ElementsAre("Open >= 0", "Low <= 0"));
}

// Nothing may build on a sum, so a total of totals is one of their parts.
TEST(Rules, ProposedSumsAreFlat) {
  Tensor rows = torch::full({60, 5}, 5.0, torch::kDouble);
  const Tensor ramp = torch::arange(60, torch::kDouble);
  rows.select(1, 2).copy_((ramp * 7) % 11);
  rows.select(1, 3).copy_((ramp * 5) % 13);
  rows.select(1, 4).copy_((ramp * 3) % 17);
  rows.select(1, 1).copy_(rows.select(1, 2) + rows.select(1, 3));
  rows.select(1, 0).copy_(rows.select(1, 1) + rows.select(1, 4));
  std::vector<Column> columns = named();
  for (Column& column : columns) column.max = 50;
  const std::vector<std::string> rules = propose_rules(rows, starting(60), columns);
  EXPECT_THAT(rules, testing::Contains(columns[0].name + " = " + columns[4].name + " + " +
                                       columns[2].name + " + " + columns[3].name));
  EXPECT_NO_THROW(parse_rules(rules, columns));
}

TEST(Rules, NoColumnIsProposedThatARuleCannotName) {
  Tensor rows = torch::zeros({60, 5}, torch::kDouble);
  const Tensor ramp = torch::arange(60, torch::kDouble);
  for (int64_t f = 0; f < 5; ++f) rows.select(1, f).copy_((ramp * (f + 3)) % 11);
  std::vector<Column> columns = named();
  columns[0].name = "size <5um";
  columns[1].name = "v = 1";
  const std::vector<std::string> rules = propose_rules(rows, starting(60), columns);
  EXPECT_FALSE(rules.empty());
  EXPECT_NO_THROW(parse_rules(rules, columns));
}

TEST(Rules, SamplesKeepTrendsAndSums) {
  const std::vector<std::string> rules = {"Open increasing", "Low decreasing", "High = Open + Low"};
  const Schema schema = counting_schema(rules);
  EXPECT_EQ(Layout(schema).values(), 4) << "a sum has no channel";
  const Activation activation(schema, OutputActivation::straight_through);
  torch::manual_seed(2);
  const Tensor raw = torch::randn({50, 20, activation.layout().width()});
  const Tensor x = activation(raw).x;
  const Tensor made = decode(x, schema);
  EXPECT_EQ(broken_by(made.view({-1, 5}), rules, 20).row, -1);
  EXPECT_TRUE(at::equal(encode(made, schema), x)) << "the critic sees what the user gets";
  EXPECT_GT(made.select(2, 0).std().item<double>(), 1) << "they do move";
  EXPECT_TRUE(at::equal(activation(x).x, x));
  const Tensor real = counters().view({10, 20, 5});
  EXPECT_TRUE(at::equal(decode(encode(real, schema), schema), real));
  // Step by step, as an autoregressive generator runs.
  for (int64_t t = 0; t < 20; ++t) {
    EXPECT_TRUE(at::equal(activation(raw.narrow(1, t, 1), t == 0).x, x.narrow(1, t, 1))) << t;
  }
  // What never went through an activation is kept in order by decode().
  EXPECT_EQ(broken_by(decode(raw, schema).view({-1, 5}), rules, 20).row, -1);
  Schema whole = schema;
  whole.distribution = {{20, -1, {}, 10}};
  const nlohmann::json document = whole;
  EXPECT_EQ(document.get<Schema>(), whole);
}

TEST(Rules, StartLevelsPassTheirGradientOnButNotOutwards) {
  const Schema schema = counting_schema({"Open increasing"});
  const Activation activation(schema, OutputActivation::straight_through);
  const Tensor raw = torch::zeros({2, 3, activation.layout().width()}).requires_grad_();
  const Tensor shift = torch::tensor({0.3F, 9.0F}).view({2, 1, 1});
  const Tensor x = activation(raw + shift).x;
  x.select(2, 0).select(1, 0).sum().neg().backward();
  EXPECT_EQ(raw.grad()[0][0][0].item<float>(), -1);
  EXPECT_EQ(raw.grad()[1][0][0].item<float>(), 0) << "a level beyond the range is not pushed out";
  EXPECT_EQ(x[1][0][0].item<float>(), static_cast<float>(schema.columns[0].start.encode(66)));
}

}  // namespace rnngan::columns_test
