#include "columns/fit.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "columns/derive.h"
#include "columns/l_moments.h"
#include "core/error.h"
#include "support.h"

namespace rnngan::columns_test {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<double> draws(int64_t count, double freedom) {
  std::mt19937_64 engine(7);
  std::student_t_distribution<double> t(freedom);
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(t(engine));
  return values;
}

TEST(Fit, LKurtosisOfKnownDistributions) {
  std::vector<double> uniform;
  for (int i = 0; i < 1000; ++i) uniform.push_back(i);
  EXPECT_NEAR(l_moment_ratios(uniform).kurtosis, 0, 1e-3);
  EXPECT_NEAR(l_moment_ratios(draws(200000, 1e9)).kurtosis, 0.1226, 0.003);
  EXPECT_NEAR(l_moment_ratios(draws(200000, 3)).kurtosis, 0.2612, 0.01);
  EXPECT_EQ(l_moment_ratios({3, 3, 3, 3, 3}).kurtosis, 0);
}

TEST(Fit, AsinhAndSinhAreThoseOfTheLibrary) {
  NumberCodec codec;
  codec.transform = Scaling::asinh;
  for (const double size : {0.0, 1e-12, 1e-3, 0.7, 5.0, 300.0, 9.9e7, 1.1e8, 1e200}) {
    for (const double x : {size, -size}) {
      EXPECT_NEAR(codec.encode(x), std::asinh(x), 1e-15 * (1 + std::abs(std::asinh(x))));
      const double y = std::asinh(x);
      EXPECT_NEAR(codec.decode(y), std::sinh(y), 1e-15 * (1 + std::abs(std::sinh(y))));
    }
  }
  EXPECT_EQ(codec.encode(HUGE_VAL), HUGE_VAL);
}

TEST(Fit, HeavyTailsChooseAsinh) {
  EXPECT_EQ(fitted("x", draws(5000, 3), {}, {}, -1).codec.transform, Scaling::asinh);
  EXPECT_EQ(fitted("x", draws(5000, 30), {}, {}, -1).codec.transform, Scaling::standard);
}

TEST(Fit, EveryCodecIsItsOwnInverseAndStandardises) {
  std::vector<double> values;
  for (const double x : draws(2000, 3)) values.push_back(std::abs(x) + 0.01);
  for (const Scaling scaling : {Scaling::standard, Scaling::asinh, Scaling::log, Scaling::quantile,
                                Scaling::minmax, Scaling::none}) {
    ColumnConfig chosen;
    chosen.transform = scaling;
    const Column column = fitted("x", values, chosen, {}, -1);
    ASSERT_EQ(column.codec.transform, scaling);
    double sum = 0, squares = 0;
    for (const double x : values) {
      const double channel = column.codec.encode(x);
      sum += channel;
      squares += channel * channel;
      EXPECT_NEAR(column.codec.decode(channel), x, 1e-9 * (1 + x));
    }
    const double mean = sum / 2000, sd = std::sqrt(squares / 2000 - mean * mean);
    EXPECT_NEAR(sd, column.codec.channel_sd, 1e-9);
    if (scaling != Scaling::minmax && scaling != Scaling::none) {
      EXPECT_NEAR(mean, 0, 1e-9);
    }
  }
}

TEST(Fit, LogOfZeroIsRefused) {
  ColumnConfig chosen;
  chosen.transform = Scaling::log;
  EXPECT_THROW(fitted("x", {-1, 2, 3, 4}, chosen), Error);
}

TEST(Fit, GridsAreFound) {
  EXPECT_EQ(fitted("x", {0.5, 1.5, 3.0}, {}, {}, 1).grid, 5);
  EXPECT_EQ(fitted("x", {0.5, 1.5, 3.0}, {}, {}, 1).grid_step(), 0.5);
  EXPECT_EQ(fitted("x", {10, 20, 50}, {}, {}, 0).grid, 10);
  EXPECT_EQ(fitted("x", {0.1, 0.2, 0.7}, {}, {}, 1).grid, 1);
  EXPECT_EQ(fitted("x", {0.1, 0.2, 0.7}, {}, {}, 1).on_grid(0.31), 0.3);
  EXPECT_EQ(fitted("x", {0.1, 0.2}, {}, {}, -1).grid, 0);
}

// A sensor that reports in steps of .1 with noise of the last digits: every tenth is frequent.
TEST(Fit, TheResolutionOfASensorMakesNoAtoms) {
  std::vector<double> sensor;
  for (int i = 0; i < 5000; ++i) {
    sensor.push_back(i % 2 == 0 ? (i / 2 % 30) / 10.0 : (i % 2999) / 1000.0);
  }
  EXPECT_THAT(fitted("sensor", sensor, {}, {}, 3).atoms, IsEmpty());
  std::ranges::fill(sensor.begin(), sensor.begin() + 1000, 1.5);  // one of them stands out
  EXPECT_THAT(fitted("sensor", sensor, {}, {}, 3).atoms, ElementsAre(1.5));
}

TEST(Fit, NumbersFarApartAreAtoms) {
  std::vector<double> lamps, door, many, odd, calls;
  for (int i = 0; i < 5000; ++i) {
    lamps.push_back(i % 10 < 7 ? 0 : i % 1000 == 9 ? 70 : 10 * (1 + i % 3));
    door.push_back(i % 7 < 2 ? 1 : 0);
    many.push_back(i % 20);
    odd.push_back(i % 7 < 2 ? 0.77 : i % 7 == 6 ? 0.31 : 0.13);
  }
  const int percent[] = {2, 8, 15, 20, 19, 15, 10, 6, 3, 2};
  for (int value = 0; value < 10; ++value) calls.insert(calls.end(), 50 * percent[value], value);
  EXPECT_THAT(fitted("lamps", lamps, {}, {}, 0).atoms, ElementsAre(0, 10, 20, 30)) << "70: rare";
  EXPECT_THAT(fitted("door", door, {}, {}, 0).atoms, ElementsAre(0, 1));
  EXPECT_THAT(fitted("many", many, {}, {}, 0).atoms, IsEmpty());
  EXPECT_THAT(fitted("odd", odd, {}, {}, 2).atoms, ElementsAre(0.13, 0.31, 0.77)) << "no grid";
  EXPECT_THAT(fitted("odd", odd, {}, {}, -1).atoms, ElementsAre(0.13, 0.31, 0.77));
  EXPECT_THAT(fitted("calls", calls, {}, {}, 0).atoms, SizeIs(10));
  ColumnConfig whole;
  whole.decimals = 0;
  EXPECT_THAT(fitted("odd", odd, whole, {}, 2).atoms, IsEmpty()) << "none is whole";
}

// Means of three readings of a tenth each: mostly whole tenths.
TEST(Fit, ValuesOfASensorComeBack) {
  const auto sensor = [](int count, int every) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
      const double tenths = i * 37 % 200;
      values.push_back((tenths + (i / 200 % every == 1 ? 1 / 3.0 : 0)) / 10);
    }
    return values;
  };
  const Column column = fitted("sensor", sensor(3000, 4), {}, {}, -1);
  const auto& [values, bounds] = column.readings;
  ASSERT_EQ(values.size(), 400U) << "4 of 15 times there is a third behind the tenth";
  ASSERT_EQ(bounds.size(), 399U);
  EXPECT_EQ(column.on_grid(values[7]), values[7]);
  EXPECT_EQ(column.on_grid(-3), values.front());
  EXPECT_EQ(column.on_grid(99), values.back());
  // .0333 occurs 4 times, .1 11 times: the bound between them is nearer to the rarer one.
  EXPECT_DOUBLE_EQ(values[1], 1 / 30.0);
  const double third = column.on_grid(1 / 30.0);
  EXPECT_EQ(third, values[1]);
  EXPECT_GT(bounds[1] - values[1], 0);
  EXPECT_LT(bounds[1] - values[1], values[2] - bounds[1]);

  ColumnConfig chosen;
  chosen.decimals = 2;
  EXPECT_THAT(fitted("sensor", sensor(3000, 4), chosen, {}, -1).readings.values, IsEmpty());
  EXPECT_THAT(fitted("rare", sensor(300, 4), {}, {}, -1).readings.values, IsEmpty());
  EXPECT_THAT(fitted("tenths", sensor(3000, 4000), {}, {}, 1).readings.values, IsEmpty());
  std::vector<double> prices;
  for (int i = 0; i < 3000; ++i) prices.push_back(i * 37 % 200 + 0.99);
  EXPECT_EQ(fitted("prices", prices, {}, {}, 2).readings.values.size(), 200U);
}

TEST(Fit, ReadingsThatFloatsDoNotTellApartAreOne) {
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(i % 100 + (i % 300 < 100 ? 1e-7 : 0));
  const Column column = fitted("x", values, {}, {}, -1);
  ASSERT_EQ(column.readings.values.size(), 100U);
  EXPECT_EQ(column.readings.values[42], 42) << "the more frequent one";
}

TEST(Fit, HardEndsAreFolded) {
  const auto ends = [](double low, double high, int decimals, int stride = 839,
                       double range = 10.2) {
    std::vector<double> values;
    for (int i = 0; i < 2000; ++i) {  // each of 2000 values once, mixed
      const double value = std::clamp(i * stride % 2000 * range / 2000, low, high);
      const double digits = std::pow(10, decimals);
      values.push_back(decimals >= 0 ? std::round(value * digits) / digits : value);
    }
    const Column column = fitted("x", values, {}, {}, decimals);
    return std::pair(column.folds_low, column.folds_high);
  };
  EXPECT_EQ(ends(0, 20, -1), std::pair(true, true));
  EXPECT_EQ(ends(0, 9.5, -1), std::pair(true, false)) << "a cap";
  EXPECT_EQ(ends(2, 20, -1), std::pair(false, true)) << "zeros, say";
  EXPECT_EQ(ends(0, 20, 0), std::pair(false, false)) << "counts";
  EXPECT_EQ(ends(0, 20, 1, 839, 7.2), std::pair(true, true)) << "rounding puts .7 % at each end";
  EXPECT_EQ(ends(0, 9.5, 1), std::pair(true, false)) << "a cap";
  EXPECT_EQ(ends(0, 20, -1, 1), std::pair(false, false)) << "glides";
  for (const std::vector<double>& few : {std::vector<double>{}, {1.5, kNan}, {2.5, 2.5, kNan}}) {
    const Column column = fitted("x", few, {}, {}, -1);
    EXPECT_FALSE(column.folds_low || column.folds_high) << "no range";
  }
  const Column tails = fitted("x", draws(5000, 100), {}, {}, -1);
  EXPECT_FALSE(tails.folds_low || tails.folds_high) << "thin out";
}

TEST(Fit, AtomsStandOutFromTheirNeighbours) {
  std::vector<double> rain, counts, capped;
  for (int i = 0; i < 1000; ++i) {
    rain.push_back(i % 5 < 3 ? 0 : (1 + i % 37) / 10.0);
    counts.push_back(i % 2 == 0 ? 0 : 1 + i % 7);  // 0 is frequent, and so are others
    capped.push_back(std::min((i % 100 + 30) / 100.0, 1.0));
  }
  EXPECT_THAT(fitted("rain", rain).atoms, ElementsAre(0));
  EXPECT_THAT(fitted("rain", rain).shares, ElementsAre(DoubleNear(0.6, 1e-9)));
  EXPECT_THAT(fitted("counts", counts, {}, {}, 0).atoms, ElementsAre(0));
  EXPECT_THAT(fitted("capped", capped, {}, {}, 2).atoms, ElementsAre(1));
  ColumnConfig chosen;
  chosen.atoms = {2, 1};
  EXPECT_THAT(fitted("counts", counts, chosen, {}, 0).atoms, ElementsAre(1, 2));
}

TEST(Fit, MissingCellsAreNoValues) {
  const Column column = fitted("x", {1, kNan, 3, kNan, kNan, 5, 6, kNan});
  EXPECT_EQ(column.missing, 0.5);
  EXPECT_EQ(column.mean, 3.75);
  EXPECT_EQ(column.difference_sd, 0) << "one pair of neighbours";
  const Column flat = fitted("x", {2, 2, 2});
  EXPECT_EQ(flat.kind, ColumnKind::derived);
  EXPECT_EQ(fitted("x", {2, kNan, 2}).kind, ColumnKind::number) << "missing or not is to be learnt";
  EXPECT_EQ(fitted("x", {kNan, kNan}).missing, 1);
  for (const Scaling scaling : {Scaling::asinh, Scaling::log, Scaling::quantile}) {
    ColumnConfig chosen;
    chosen.transform = scaling;
    EXPECT_EQ(fitted("x", {kNan, kNan}, chosen).missing, 1) << "nothing to shape a transform by";
  }
}

// What is finer takes values that the coarser one does not lead to.
TEST(Derive, TheFinerColumnFollowsTheCoarser) {
  std::vector<double> x, aff;
  for (int i = 0; i < 300; ++i) {
    x.push_back(((i * 37) % 201) / 100.0);
    aff.push_back(std::floor(100 * (9.81 * x.back() + 3) + 0.5) / 100);
  }
  const at::Tensor rows =
      torch::stack({torch::tensor(aff, torch::kDouble), torch::tensor(x, torch::kDouble)}, 1);
  std::vector<Column> columns = {fitted("aff", aff, {}, {}, 2), fitted("x", x, {}, {}, 2)};
  find_derivations(rows, {false, false}, columns);
  EXPECT_EQ(columns[1].kind, ColumnKind::number);
  EXPECT_EQ(columns[0].kind, ColumnKind::derived);
  EXPECT_EQ(columns[0].derivation.source, 1);
}

TEST(Derive, DerivedColumnsKeepNoReadingsOfTheirOwn) {
  std::vector<double> x;
  for (int i = 0; i < 3000; ++i) x.push_back(i * 37 % 200 + 0.99);
  std::vector<Column> columns = {fitted("x", x, {}, {}, 2), fitted("y", x, {}, {}, 2)};
  ASSERT_THAT(columns[1].readings.values, Not(IsEmpty()));
  const at::Tensor one = torch::tensor(x, torch::kDouble);
  find_derivations(torch::stack({one, one}, 1), {false, false}, columns);
  ASSERT_EQ(columns[1].kind, ColumnKind::derived);
  EXPECT_THAT(columns[1].readings.values, IsEmpty());
  EXPECT_THAT(columns[0].readings.values, Not(IsEmpty()));
}

TEST(Derive, FindsCopiesLinesAndFunctions) {
  Mixed mixed;
  std::vector<Column> columns = mixed.schema.columns;
  std::vector<double> copy, celsius;
  for (const double x : mixed.columns[0]) {
    copy.push_back(x);
    celsius.push_back(std::round(10 * (1.8 * x + 32)) / 10);
  }
  columns.push_back(fitted("copy", copy));
  columns.push_back(fitted("fahrenheit", celsius));
  const at::Tensor rows = torch::cat({mixed.rows, torch::tensor(copy, torch::kDouble).unsqueeze(1),
                                      torch::tensor(celsius, torch::kDouble).unsqueeze(1)},
                                     1);
  auto found = columns;
  find_derivations(rows, std::vector<bool>(8, false), found);
  EXPECT_EQ(found[6].kind, ColumnKind::derived);
  EXPECT_EQ(found[6].derivation.source, 0);
  EXPECT_EQ(found[7].kind, ColumnKind::derived);
  EXPECT_NEAR(found[7].derivation.slope, 1.8, 1e-3);
  EXPECT_EQ(found[4].derivation.source, 1);
  EXPECT_THAT(found[4].derivation.values, ElementsAre(7, 9, 9));
  for (const size_t f : {0, 1, 2, 3, 5}) EXPECT_NE(found[f].kind, ColumnKind::derived) << f;

  found = columns;
  at::Tensor broken = rows.clone();
  broken[17][6] += 0.1;
  broken[1][4] = 7;
  find_derivations(broken, {false, false, false, false, false, false, false, true}, found);
  EXPECT_EQ(found[6].kind, ColumnKind::number) << "one row differs";
  EXPECT_EQ(found[4].kind, ColumnKind::number) << "one row differs";
  EXPECT_EQ(found[7].kind, ColumnKind::number) << "kept";
}

}  // namespace rnngan::columns_test
