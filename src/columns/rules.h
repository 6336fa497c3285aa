// Rules that bind columns: "Low <= Close <= High". They are learnt through an invertible transform:
// a column that must not be below others is modelled as its gap above the largest of them, a
// positive number with a codec of its own, so that no sample breaks a rule.
#pragma once

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

/// Reads "A <= B < C", "A >= B"; columns by name. Throws Error{data} "data.rules: ..." on what is
/// no rule, on columns that are not there or are categories, and on rules that go round in a
/// circle.
std::vector<OrderRule> parse_rules(const std::vector<std::string>& texts,
                                   const std::vector<Column>& columns);

/// The first row of rows [R,F] that breaks a rule, and which; row -1: none does.
struct BrokenRule {
  int64_t row = -1;
  OrderRule rule;
};
BrokenRule first_broken(const at::Tensor& rows, const std::vector<OrderRule>& rules);

/// Fills Column::above.
void apply_rules(const std::vector<OrderRule>& rules, std::vector<Column>& columns);

/// rows [R,F] double, original units -> the same with gaps in place of the columns that rules bind
/// from below. The tensor itself where none is.
at::Tensor to_gaps(const at::Tensor& rows, const std::vector<Column>& columns);
/// The inverse, in place, of rows that decode() made; every sum is on the grid of its column.
void from_gaps(at::Tensor& rows, const std::vector<Column>& columns);

/// Chains that hold in every one of at least 50 rows, as a user would write them: numbers of which
/// each reaches beyond the mean of the other. rows [R,F].
std::vector<std::string> propose_rules(const at::Tensor& rows, const std::vector<Column>& columns);

}  // namespace rnngan
