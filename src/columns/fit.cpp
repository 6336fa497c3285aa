#include "columns/fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "columns/dead_band.h"
#include "columns/find_atoms.h"
#include "columns/hard_ends.h"
#include "columns/l_moments.h"
#include "columns/quantiles.h"
#include "columns/readings.h"
#include "columns/schema.h"
#include "columns/state_chain.h"
#include "columns/value_counts.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

// Between that of an exponential distribution (0.167) or of t with 5 degrees of freedom (0.194) and
// that of t with 3 (0.261).
constexpr double kHeavyTails = 0.22;
constexpr size_t kMostKnots = 1000;
constexpr double kExactWhole = 9007199254740992.0;  // 2^53

struct Moments {
  double mean = 0;
  double sd = 0;
  double min = 0;
  double max = 0;
};

Moments moments_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto [low, high] = std::ranges::minmax(values);
  // Exactly zero spread for a constant, whose computed mean may be off by a rounding.
  if (low == high) return {low, 0, low, high};
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return {mean, std::sqrt(squares / count), low, high};
}

std::vector<double> present_of(const ColumnCells& cells) {
  std::vector<double> present;
  std::ranges::copy_if(cells.values, std::back_inserter(present),
                       [](double x) { return !std::isnan(x); });
  return present;
}

/// Of f(x) from one row to the next, where both are present.
template <class F>
std::vector<double> changes_of(const ColumnCells& cells, F f) {
  std::vector<double> changes;
  for (size_t i = 1; i < cells.values.size(); ++i) {
    if (!cells.follows[i] || std::isnan(cells.values[i]) || std::isnan(cells.values[i - 1])) {
      continue;
    }
    changes.push_back(f(cells.values[i]) - f(cells.values[i - 1]));
  }
  return changes;
}

/// The greatest common divisor of all values in units of the last digit; 0 where there is no last
/// digit, or the units are no whole numbers that a double holds.
int64_t grid_of(const std::vector<double>& present, const Column& column) {
  if (!column.integer && column.decimals < 0) return 0;
  const double digits = std::pow(10.0, column.integer ? 0 : column.decimals);
  int64_t grid = 0;
  for (const double x : present) {
    const double units = std::abs(std::nearbyint(x * digits));
    if (units >= kExactWhole) return 0;
    grid = std::gcd(grid, static_cast<int64_t>(units));
  }
  return std::max<int64_t>(grid, 1);
}

/// Distinct values and the normal quantiles of their mid-ranks, at most kMostKnots of them.
void fit_quantiles(const std::vector<double>& sorted, NumberCodec& codec) {
  std::vector<std::pair<double, double>> all;
  const auto count = static_cast<double>(sorted.size());
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::upper_bound(begin, sorted.end(), *begin);
    const double middle =
        static_cast<double>((begin - sorted.begin()) + (end - sorted.begin())) / 2;
    all.emplace_back(*begin, normal_quantile(middle / count));
    begin = end;
  }
  const size_t most = std::min(kMostKnots, all.size());
  for (size_t i = 0; i < most; ++i) {
    const auto& [knot, level] = all[most == 1 ? 0 : i * (all.size() - 1) / (most - 1)];
    codec.knots.push_back(knot);
    codec.levels.push_back(level);
  }
}

/// What the transform is shaped by: values that are no atoms, sorted; all where all are.
std::vector<double> bulk_of(const std::vector<double>& present, const Column& column) {
  std::vector<double> bulk;
  for (const double x : present) {
    if (!std::ranges::binary_search(column.atoms, x)) bulk.push_back(x);
  }
  if (bulk.empty()) bulk = present;
  std::ranges::sort(bulk);
  return bulk;
}

/// center, spread, knots and levels.
void shape_transform(const std::vector<double>& present, const Column& column,
                     const std::string& place, NumberCodec& codec) {
  const std::vector<double> bulk = bulk_of(present, column);
  if (codec.transform == Scaling::asinh) {
    constexpr double kNormalRange = 1.3489795;  // between the quartiles of a normal distribution
    codec.center = quantile(bulk, 0.5);
    codec.spread = (quantile(bulk, 0.75) - quantile(bulk, 0.25)) / kNormalRange;
    if (codec.spread <= 0) codec.spread = column.sd;
  } else if (codec.transform == Scaling::log) {
    if (bulk.front() <= 0) {
      throw Error(ErrorKind::data, place,
                  fmt::format("column {}: log needs values above 0, but there is {}", column.name,
                              shortest(bulk.front())),
                  "choose asinh or quantile for it");
    }
    codec.spread = bulk.front();
  } else if (codec.transform == Scaling::quantile) {
    fit_quantiles(bulk, codec);
  }
}

NumberCodec fit_codec(const ColumnCells& cells, const std::vector<double>& present,
                      const Column& column, Scaling transform, double margin,
                      const std::string& place) {
  if (present.empty()) return affine_codec(column, Scaling::standard);
  if (transform == Scaling::automatic) {
    transform = l_moment_ratios(bulk_of(present, column)).kurtosis > kHeavyTails
                    ? Scaling::asinh
                    : Scaling::standard;
  }
  NumberCodec codec = affine_codec(column, transform, margin);
  if (codec.is_affine()) return codec;
  shape_transform(present, column, place, codec);
  std::vector<double> channel;
  for (const double x : present) channel.push_back(codec.encode(x));
  const Moments moments = moments_of(channel);
  codec.offset = moments.mean;
  codec.scale = moments.sd > 0 ? moments.sd : 1;
  codec.channel_sd = moments.sd > 0 ? 1 : 0;
  codec.channel_step_sd =
      moments_of(changes_of(cells, [&](double x) { return codec.encode(x); })).sd;
  return codec;
}

void count_shares(const std::vector<double>& present, Column& column) {
  const bool category = column.is_category();
  column.shares.assign(category ? column.classes.size() : column.atoms.size(), 0);
  for (const double x : present) {
    size_t state = column.shares.size();
    if (category) {
      state = static_cast<size_t>(x);
    } else if (const auto atom = std::ranges::find(column.atoms, x); atom != column.atoms.end()) {
      state = static_cast<size_t>(atom - column.atoms.begin());
    }
    if (state < column.shares.size()) column.shares[state] += 1;
  }
  for (double& share : column.shares)
    share /= static_cast<double>(std::max<size_t>(present.size(), 1));
}

}  // namespace

void fill_statistics(Column& column, const ColumnCells& cells) {
  const std::vector<double> present = present_of(cells);
  const size_t rows = cells.values.size();
  column.missing = present.size() == rows
                       ? 0
                       : static_cast<double>(rows - present.size()) / static_cast<double>(rows);
  const Moments moments = moments_of(present);
  column.mean = moments.mean;
  column.sd = moments.sd;
  column.min = moments.min;
  column.max = moments.max;
  column.difference_sd = moments_of(changes_of(cells, [](double x) { return x; })).sd;
}

void fit_column(Column& column, const ColumnCells& cells, const ColumnConfig& chosen,
                Scaling scaling, double margin, const std::string& place) {
  fill_statistics(column, cells);
  const std::vector<double> present = present_of(cells);
  if (column.is_category()) {
    column.kind = ColumnKind::category;
    if (column.classes.size() == 1 && column.missing == 0) column.kind = ColumnKind::derived;
    count_shares(present, column);
    count_transitions(cells, column);
    return;
  }
  if (chosen.decimals) {
    column.decimals = static_cast<int>(*chosen.decimals);
    column.integer = column.decimals == 0;
  }
  column.grid = grid_of(present, column);
  // What a gap or a step is added to knows no grid but that of the digits.
  if ((!column.above.empty() || column.trend != 0) && column.grid > 0) column.grid = 1;
  if (chosen.decimals) {
    column.min = column.on_grid(column.min);
    column.max = column.on_grid(column.max);
  }
  if (column.is_constant() && column.missing == 0) {
    column.kind = ColumnKind::derived;
    column.derivation.offset = column.min;
    return;
  }
  // Steps of 0 are the end of their range, which clamping gives; the first step has no gates.
  if (column.trend == 0) {
    column.atoms = chosen.atoms ? *chosen.atoms : find_atoms(counts_of(present), column);
    // Digits that were asked for are kept by all that is written.
    if (!chosen.atoms && chosen.decimals) {
      std::erase_if(column.atoms, [&](double atom) { return column.on_grid(atom) != atom; });
    }
  }
  std::ranges::sort(column.atoms);
  const auto repeated = std::ranges::unique(column.atoms);
  column.atoms.erase(repeated.begin(), repeated.end());
  count_shares(present, column);
  mark_hard_ends(cells, present, column);
  const Scaling transform = chosen.transform.value_or(scaling);
  column.codec = fit_codec(cells, present, column, transform, margin, place);
  if (!chosen.decimals) find_readings(counts_of(present), column);
  set_dead_band(cells, chosen.dead_band, place, column);
  count_transitions(cells, column);
}

}  // namespace rnngan
