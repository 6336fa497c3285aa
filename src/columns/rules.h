// Rules that bind columns, and how samples are made to keep them.
//
// "Low <= Close <= High": a column that must not be below others is modelled as its gap above the
// largest of them, a positive number with a codec of its own. "total increasing": within a
// sequence, it is modelled as where it begins and its steps from there, which are positive, too.
// "total = rail + road": a sum is not learnt but computed. "rain >= 0": values are clamped to
// the range of the training data, so that what holds there holds in samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/column.h"

namespace rnngan {

/// One comparison of two columns in every row: lower <= upper, or < where `strict`.
struct OrderRule {
  int64_t lower = 0, upper = 0;
  bool strict = false;
  std::string text;  // as the user wrote it

  bool operator==(const OrderRule&) const = default;
};

/// A column that never falls (direction 1) or never rises (-1) within a sequence.
struct TrendRule {
  int64_t column = 0;
  int direction = 1;
  std::string text;
};

/// A column that is the sum of at least two others, to within half of its last digit.
struct SumRule {
  int64_t total = 0;
  std::vector<int64_t> parts;
  std::string text;
};

/// A column that is nowhere below (lower) or above a number.
struct LimitRule {
  int64_t column = 0;
  double limit = 0;
  bool lower = true, strict = false;
  std::string text;
};

struct Rules {
  std::vector<OrderRule> orders;
  std::vector<TrendRule> trends;
  std::vector<SumRule> sums;
  std::vector<LimitRule> limits;

  /// Columns that are named, but by limits alone.
  std::vector<int64_t> bound_columns() const;
};

/// Reads "A <= B < C", "A >= 0", "A increasing", "A decreasing", "A = B + C"; columns by name.
/// Throws Error{data} "data.rules: ..." on what is no rule, on columns that are not there or are
/// categories, and on rules that go round in a circle or cannot be kept together.
Rules parse_rules(const std::vector<std::string>& texts, const std::vector<Column>& columns);

/// How far a total may be from the sum of its parts: half of the column's last digit.
double sum_tolerance(const Column& column, double total);

/// The first row of rows [R,F] that breaks a rule, and how; row -1: none does. `starts` [R]: a
/// sequence begins with this row.
struct BrokenRule {
  int64_t row = -1;
  std::string rule;      // its text
  std::string fact;      // "Low is 3, High is 2"
  bool missing = false;  // a missing cell breaks it
};
BrokenRule first_broken(const at::Tensor& rows, const std::vector<bool>& starts, const Rules& rules,
                        const std::vector<Column>& columns);

/// Fills Column::above and Column::trend.
void apply_rules(const Rules& rules, std::vector<Column>& columns);
/// Makes derived columns of sums; behind the search for other ones.
void apply_sums(const Rules& rules, std::vector<Column>& columns);

/// All columns, each behind those that it is above.
std::vector<int64_t> bounds_before_bounded(const std::vector<Column>& columns);

/// rows [R,F] double, original units -> the same with gaps in place of the columns that rules bind
/// from below. The tensor itself where none is.
at::Tensor to_gaps(const at::Tensor& rows, const std::vector<Column>& columns);
/// The inverse, in place, of rows that decode() made; every sum is on the grid of its column.
void from_gaps(at::Tensor& rows, const std::vector<Column>& columns);

/// rows [R,F] double, of sequences of `steps` rows each -> the same with steps in place of the
/// columns that have a trend, but for the first row of each sequence. The tensor itself where none
/// has.
at::Tensor to_steps(const at::Tensor& rows, int64_t steps, const std::vector<Column>& columns);
/// The inverse, in place; every value is on the grid of its column.
void from_steps(at::Tensor& rows, int64_t steps, const std::vector<Column>& columns);

/// Rules that hold in every one of at least 50 rows, as a user would write them: chains of numbers
/// of which each reaches beyond the mean of the other; trends; sums; signs of numbers that come
/// near 0. rows [R,F].
std::vector<std::string> propose_rules(const at::Tensor& rows, const std::vector<bool>& starts,
                                       const std::vector<Column>& columns);

}  // namespace rnngan
