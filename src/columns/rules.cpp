#include "columns/rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/text.h"

namespace rnngan {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double largest_of(const std::vector<int64_t>& columns, const double* row) {
  double largest = -kInfinity;
  for (const int64_t f : columns) largest = std::max(largest, row[f]);
  return largest;
}

std::string cell_text(const Column& column, double value) {
  return fmt::format("{} is {}", column.name, std::isnan(value) ? "missing" : shortest(value));
}

/// Looks at one row after the other.
class RuleCheck {
 public:
  RuleCheck(const Rules& rules, const std::vector<Column>& columns)
      : rules_(rules), columns_(columns) {}

  /// Whether all of them hold; `before`: the row before it in its sequence, or null.
  bool holds(const double* row, const double* before) {
    return orders_hold(row) && limits_hold(row) && sums_hold(row) && trends_hold(row, before);
  }
  const BrokenRule& broken() const { return broken_; }

 private:
  const Column& column(int64_t f) const { return columns_[static_cast<size_t>(f)]; }

  bool report(const std::string& rule, std::string fact, bool missing) {
    broken_ = {0, rule, std::move(fact), missing};
    return false;
  }

  // A missing cell breaks a rule as well.
  bool orders_hold(const double* row) {
    for (const OrderRule& rule : rules_.orders) {
      const double lower = row[rule.lower], upper = row[rule.upper];
      if (rule.strict ? lower < upper : lower <= upper) continue;
      return report(rule.text,
                    fmt::format("{}, {}", cell_text(column(rule.lower), lower),
                                cell_text(column(rule.upper), upper)),
                    std::isnan(lower) || std::isnan(upper));
    }
    return true;
  }

  // But not a limit: there is nothing beyond it.
  bool limits_hold(const double* row) {
    for (const LimitRule& rule : rules_.limits) {
      const double value = row[rule.column];
      const double inside = rule.lower ? value - rule.limit : rule.limit - value;
      if (std::isnan(value) || (rule.strict ? inside > 0 : inside >= 0)) continue;
      return report(rule.text, cell_text(column(rule.column), value), false);
    }
    return true;
  }

  bool sums_hold(const double* row) {
    for (const SumRule& rule : rules_.sums) {
      double sum = 0;
      for (const int64_t f : rule.parts) sum += row[f];
      const double total = row[rule.total];
      if (std::abs(sum - total) <= sum_tolerance(column(rule.total), total)) continue;
      return report(rule.text,
                    fmt::format("{}, the sum {}", cell_text(column(rule.total), total),
                                std::isnan(sum) ? "has a missing part" : "is " + shortest(sum)),
                    std::isnan(sum) || std::isnan(total));
    }
    return true;
  }

  bool trends_hold(const double* row, const double* before) {
    for (const TrendRule& rule : rules_.trends) {
      const double value = row[rule.column];
      const double last = before != nullptr ? before[rule.column] : value;
      if ((value - last) * rule.direction >= 0) continue;
      return report(rule.text,
                    fmt::format("{} after {}", cell_text(column(rule.column), value),
                                std::isnan(last) ? "a missing one" : shortest(last)),
                    std::isnan(last) || std::isnan(value));
    }
    return true;
  }

  const Rules& rules_;
  const std::vector<Column>& columns_;
  BrokenRule broken_;
};

}  // namespace

double sum_tolerance(const Column& column, double total) {
  const double digit = column.integer         ? 1
                       : column.decimals >= 0 ? std::pow(10, -column.decimals)
                                              : 0;
  return 0.5 * digit * (1 + 1e-6) + 1e-9 * std::abs(total);
}

std::vector<int64_t> Rules::bound_columns() const {
  std::vector<int64_t> bound;
  for (const OrderRule& rule : orders) bound.insert(bound.end(), {rule.lower, rule.upper});
  for (const TrendRule& rule : trends) bound.push_back(rule.column);
  for (const SumRule& rule : sums) {
    bound.push_back(rule.total);
    bound.insert(bound.end(), rule.parts.begin(), rule.parts.end());
  }
  return bound;
}

BrokenRule first_broken(const at::Tensor& rows, const std::vector<bool>& starts, const Rules& rules,
                        const std::vector<Column>& columns) {
  const at::Tensor table = rows.contiguous();
  const int64_t width = table.size(1);
  RuleCheck check(rules, columns);
  for (int64_t r = 0; r < table.size(0); ++r) {
    const double* row = table.data_ptr<double>() + r * width;
    if (check.holds(row, starts[static_cast<size_t>(r)] ? nullptr : row - width)) continue;
    BrokenRule broken = check.broken();
    broken.row = r;
    return broken;
  }
  return {};
}

void apply_rules(const Rules& rules, std::vector<Column>& columns) {
  for (const OrderRule& rule : rules.orders) {
    Column& column = columns[static_cast<size_t>(rule.upper)];
    if (std::ranges::find(column.above, rule.lower) != column.above.end()) continue;
    column.above.push_back(rule.lower);
    // Differences of decimal fractions are decimal fractions again.
    if (column.integer || column.decimals >= 0) column.grid = 1;
  }
  for (const TrendRule& rule : rules.trends) {
    Column& column = columns[static_cast<size_t>(rule.column)];
    column.trend = rule.direction;
    if (column.integer || column.decimals >= 0) column.grid = 1;
  }
}

void apply_sums(const Rules& rules, std::vector<Column>& columns) {
  for (const SumRule& rule : rules.sums) {
    Column& column = columns[static_cast<size_t>(rule.total)];
    column.kind = ColumnKind::derived;
    if (column.grid > 0) column.grid = 1;  // its parts may be on any grid of their own
    column.readings = {};
    column.dead_band = 0;
    column.derivation = {.source = rule.parts.front(),
                         .plus = {rule.parts.begin() + 1, rule.parts.end()}};
  }
}

std::vector<int64_t> bounds_before_bounded(const std::vector<Column>& columns) {
  std::vector<int64_t> order;
  std::vector<bool> done(columns.size(), false);
  for (size_t pass = 0; pass < columns.size() && order.size() < columns.size(); ++pass) {
    for (size_t f = 0; f < columns.size(); ++f) {
      const auto is_done = [&](int64_t p) { return done[static_cast<size_t>(p)]; };
      if (done[f] || !std::ranges::all_of(columns[f].above, is_done)) continue;
      done[f] = true;
      order.push_back(static_cast<int64_t>(f));
    }
  }
  return order;
}

at::Tensor to_gaps(const at::Tensor& rows, const std::vector<Column>& columns) {
  if (std::ranges::all_of(columns, [](const Column& c) { return c.above.empty(); })) return rows;
  const at::Tensor from = rows.contiguous(), gaps = from.clone();
  const int64_t width = from.size(1);
  for (int64_t r = 0; r < from.size(0); ++r) {
    const double* row = from.data_ptr<double>() + r * width;
    for (int64_t f = 0; f < width; ++f) {
      const Column& column = columns[static_cast<size_t>(f)];
      if (column.above.empty()) continue;
      gaps.data_ptr<double>()[r * width + f] =
          column.on_grid(row[f] - largest_of(column.above, row));
    }
  }
  return gaps;
}

void from_gaps(at::Tensor& rows, const std::vector<Column>& columns) {
  if (std::ranges::all_of(columns, [](const Column& c) { return c.above.empty(); })) return;
  const std::vector<int64_t> order = bounds_before_bounded(columns);
  const int64_t width = rows.size(1);
  for (int64_t r = 0; r < rows.size(0); ++r) {
    double* row = rows.data_ptr<double>() + r * width;
    for (const int64_t f : order) {
      const Column& column = columns[static_cast<size_t>(f)];
      if (column.above.empty()) continue;
      const double bound = largest_of(column.above, row);
      row[f] = column.on_grid(bound + row[f]);
      // A coarser grid than that of the bound may have rounded below it.
      if (row[f] < bound)
        row[f] = column.grid > 0 ? column.on_grid(row[f] + column.grid_step()) : bound;
    }
  }
}

at::Tensor to_steps(const at::Tensor& rows, int64_t steps, const std::vector<Column>& columns) {
  if (std::ranges::all_of(columns, [](const Column& c) { return c.trend == 0; })) return rows;
  const at::Tensor from = rows.contiguous(), to = from.clone();
  const int64_t width = from.size(1);
  const double* in = from.data_ptr<double>();
  for (int64_t f = 0; f < width; ++f) {
    const Column& column = columns[static_cast<size_t>(f)];
    for (int64_t r = 1; column.trend != 0 && r < from.size(0); ++r) {
      if (r % steps == 0) continue;
      const double step = (in[r * width + f] - in[(r - 1) * width + f]) * column.trend;
      to.data_ptr<double>()[r * width + f] = column.on_grid(step);
    }
  }
  return to;
}

void from_steps(at::Tensor& rows, int64_t steps, const std::vector<Column>& columns) {
  const int64_t width = rows.size(1);
  double* const values = rows.data_ptr<double>();
  for (int64_t f = 0; f < width; ++f) {
    const Column& column = columns[static_cast<size_t>(f)];
    for (int64_t r = 1; column.trend != 0 && r < rows.size(0); ++r) {
      if (r % steps == 0) continue;
      double& value = values[r * width + f];
      value = column.on_grid(values[(r - 1) * width + f] + column.trend * std::max(value, 0.0));
    }
  }
}

}  // namespace rnngan
