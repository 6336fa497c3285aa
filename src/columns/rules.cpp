#include "columns/rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr int64_t kLeastRowsToPropose = 50;
constexpr const char* kRulesHint = "for example \"Low <= Close <= High\"";

struct Operator {
  std::string_view text;
  bool reversed, strict;
};
// Longer ones first.
constexpr Operator kOperators[] = {
    {"<=", false, false}, {">=", true, false}, {"<", false, true}, {">", true, true}};

const Operator* operator_at(std::string_view text) {
  for (const Operator& candidate : kOperators) {
    if (text.starts_with(candidate.text)) return &candidate;
  }
  return nullptr;
}

int64_t column_named(const std::string& name, const std::string& rule,
                     const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw Error(ErrorKind::data, "data.rules",
                fmt::format("no column \"{}\" (in \"{}\")", name, rule), did_you_mean(name, names));
  }
  const Column& column = columns[static_cast<size_t>(found - names.begin())];
  if (column.is_category()) {
    throw Error(ErrorKind::data, "data.rules",
                fmt::format("column {} is a category (in \"{}\")", name, rule),
                "rules are about numbers");
  }
  return found - names.begin();
}

std::vector<OrderRule> parse_rule(const std::string& text, const std::vector<Column>& columns) {
  std::vector<std::string> names;
  std::vector<const Operator*> operators;
  std::string name;
  for (size_t at = 0; at < text.size();) {
    if (const Operator* found = operator_at(std::string_view(text).substr(at))) {
      names.emplace_back(trim(name));
      operators.push_back(found);
      name.clear();
      at += found->text.size();
    } else {
      name += text[at++];
    }
  }
  names.emplace_back(trim(name));
  if (operators.empty()) {
    throw Error(ErrorKind::data, "data.rules",
                fmt::format("\"{}\" compares nothing: known are <=, <, >= and >", text),
                kRulesHint);
  }
  std::vector<OrderRule> rules;
  for (size_t i = 0; i < operators.size(); ++i) {
    int64_t lower = column_named(names[i], text, columns),
            upper = column_named(names[i + 1], text, columns);
    if (operators[i]->reversed) std::swap(lower, upper);
    rules.push_back({lower, upper, operators[i]->strict, text});
  }
  return rules;
}

/// Columns in an order in which each stands behind those that it is above.
std::vector<int64_t> in_order(const std::vector<Column>& columns) {
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

double largest_of(const std::vector<int64_t>& columns, const double* row) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const int64_t f : columns) largest = std::max(largest, row[f]);
  return largest;
}

}  // namespace

std::vector<OrderRule> parse_rules(const std::vector<std::string>& texts,
                                   const std::vector<Column>& columns) {
  std::vector<OrderRule> rules;
  for (const std::string& text : texts) {
    for (OrderRule& rule : parse_rule(text, columns)) rules.push_back(std::move(rule));
  }
  std::vector<Column> bound = columns;
  apply_rules(rules, bound);
  if (in_order(bound).size() < columns.size()) {
    throw Error(ErrorKind::data, "data.rules",
                fmt::format("{} go round in a circle", join(texts, "; ")), kRulesHint);
  }
  return rules;
}

BrokenRule first_broken(const at::Tensor& rows, const std::vector<OrderRule>& rules) {
  const at::Tensor table = rows.contiguous();
  const double* values = table.data_ptr<double>();
  for (int64_t r = 0; r < table.size(0); ++r) {
    const double* row = values + r * table.size(1);
    for (const OrderRule& rule : rules) {
      const double lower = row[rule.lower], upper = row[rule.upper];
      // A missing cell breaks it as well.
      const bool holds = rule.strict ? lower < upper : lower <= upper;
      if (!holds) return {r, rule};
    }
  }
  return {};
}

void apply_rules(const std::vector<OrderRule>& rules, std::vector<Column>& columns) {
  for (const OrderRule& rule : rules) {
    Column& column = columns[static_cast<size_t>(rule.upper)];
    if (std::ranges::find(column.above, rule.lower) != column.above.end()) continue;
    column.above.push_back(rule.lower);
    // Differences of decimal fractions are decimal fractions again.
    if (column.integer || column.decimals >= 0) column.grid = 1;
  }
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
  const std::vector<int64_t> order = in_order(columns);
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

std::vector<std::string> propose_rules(const at::Tensor& rows, const std::vector<Column>& columns) {
  const auto width = static_cast<int64_t>(columns.size());
  if (rows.size(0) < kLeastRowsToPropose) return {};
  // Of one scale: each reaches beyond the middle of the other.
  const auto ordered = [&](int64_t a, int64_t b) {
    const at::Tensor lower = rows.select(1, a), upper = rows.select(1, b);
    return lower.le(upper).all().item<bool>() &&
           lower.max().item<double>() > upper.mean().item<double>() &&
           upper.min().item<double>() < lower.mean().item<double>();
  };
  const auto usable = [&](int64_t f) {
    const Column& column = columns[static_cast<size_t>(f)];
    return column.kind == ColumnKind::number && column.missing == 0 && !column.is_category();
  };
  std::vector<std::vector<bool>> below(columns.size(), std::vector<bool>(columns.size(), false));
  for (int64_t a = 0; a < width; ++a) {
    for (int64_t b = 0; b < width; ++b) {
      if (a == b || !usable(a) || !usable(b)) continue;
      below[static_cast<size_t>(a)][static_cast<size_t>(b)] = ordered(a, b);
    }
  }
  // Without what follows from two others.
  auto direct = below;
  for (size_t a = 0; a < columns.size(); ++a) {
    for (size_t b = 0; b < columns.size(); ++b) {
      for (size_t m = 0; m < columns.size(); ++m) {
        if (below[a][m] && below[m][b]) direct[a][b] = false;
      }
    }
  }
  std::vector<std::string> chains;
  const auto has_lower = [&](size_t f) {
    return std::ranges::any_of(direct, [&](const auto& uppers) { return uppers[f]; });
  };
  std::vector<size_t> starts, others;  // chains begin where nothing is below
  for (size_t f = 0; f < columns.size(); ++f) (has_lower(f) ? others : starts).push_back(f);
  starts.insert(starts.end(), others.begin(), others.end());
  for (const size_t a : starts) {
    for (size_t b = 0; b < columns.size(); ++b) {
      if (!direct[a][b]) continue;
      std::string chain = fmt::format("{} <= {}", columns[a].name, columns[b].name);
      direct[a][b] = false;
      for (size_t last = b, next = 0; next < columns.size(); ++next) {
        if (!direct[last][next]) continue;
        chain += fmt::format(" <= {}", columns[next].name);
        direct[last][next] = false;
        last = next;
        next = static_cast<size_t>(-1);
      }
      chains.push_back(std::move(chain));
    }
  }
  return chains;
}

}  // namespace rnngan
