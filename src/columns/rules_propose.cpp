// What holds on every row, put as rules.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/rules.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr int64_t kLeastRowsToPropose = 50;
constexpr size_t kMostColumnsToAdd = 60;  // pairs are tried for each total

/// Columns that may be bound, as plain vectors.
struct BoundColumns {
  std::vector<std::string> names;
  std::vector<const Column*> columns;
  std::vector<std::vector<double>> values;

  size_t count() const { return names.size(); }
};

/// Columns that a rule can name: none of an operator's signs.
BoundColumns bindable(const at::Tensor& rows, const std::vector<Column>& columns) {
  BoundColumns bound;
  for (size_t f = 0; f < columns.size(); ++f) {
    const Column& column = columns[f];
    if (column.kind != ColumnKind::number || column.missing > 0 || column.is_category()) continue;
    if (column.name.find_first_of("<>=") != std::string::npos) continue;
    const at::Tensor values = rows.select(1, static_cast<int64_t>(f)).contiguous();
    if (values.isnan().any().item<bool>()) continue;
    bound.names.push_back(column.name);
    bound.columns.push_back(&column);
    bound.values.emplace_back(values.data_ptr<double>(),
                              values.data_ptr<double>() + values.numel());
  }
  return bound;
}

double mean_of_values(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Of one scale: each reaches beyond the middle of the other.
bool ordered(const std::vector<double>& lower, const std::vector<double>& upper) {
  for (size_t r = 0; r < lower.size(); ++r) {
    if (!(lower[r] <= upper[r])) return false;
  }
  return std::ranges::max(lower) > mean_of_values(upper) &&
         std::ranges::min(upper) < mean_of_values(lower);
}

using Below = std::vector<std::vector<bool>>;  // [lower][upper]

/// Without what follows from two others.
Below direct_ones(const Below& below) {
  Below direct = below;
  for (size_t a = 0; a < below.size(); ++a) {
    for (size_t b = 0; b < below.size(); ++b) {
      for (size_t m = 0; m < below.size(); ++m) {
        if (below[a][m] && below[m][b]) direct[a][b] = false;
      }
    }
  }
  return direct;
}

/// The chain that goes on from a <= b; takes its links out of `direct`.
std::string chain_from(size_t a, size_t b, const std::vector<std::string>& names, Below& direct) {
  std::string chain = fmt::format("{} <= {}", names[a], names[b]);
  direct[a][b] = false;
  for (auto next = std::ranges::find(direct[b], true); next != direct[b].end();
       next = std::ranges::find(direct[b], true)) {
    const auto c = static_cast<size_t>(next - direct[b].begin());
    direct[b][c] = false;
    chain += fmt::format(" <= {}", names[c]);
    b = c;
  }
  return chain;
}

/// `uppers` [columns]: what is bound from below.
void propose_chains(const BoundColumns& of, std::vector<std::string>& rules,
                    std::vector<bool>& uppers) {
  Below below(of.count(), std::vector<bool>(of.count(), false));
  for (size_t a = 0; a < of.count(); ++a) {
    for (size_t b = 0; b < of.count(); ++b) {
      // What stands above others is learnt as a gap, which knows nothing of a cap.
      const bool capped = !of.columns[b]->atoms.empty();
      below[a][b] = a != b && !capped && ordered(of.values[a], of.values[b]);
    }
  }
  Below direct = direct_ones(below);
  std::vector<size_t> starts, others;  // chains begin where nothing is below
  for (size_t f = 0; f < of.count(); ++f) {
    uppers[f] =
        std::ranges::any_of(direct, [&](const std::vector<bool>& above) { return above[f]; });
    (uppers[f] ? others : starts).push_back(f);
  }
  starts.insert(starts.end(), others.begin(), others.end());
  for (const size_t a : starts) {
    for (size_t b = 0; b < of.count(); ++b) {
      if (direct[a][b]) rules.push_back(chain_from(a, b, of.names, direct));
    }
  }
}

bool takes_two_values(const std::vector<double>& values) {
  const auto [least, most] = std::ranges::minmax(values);
  return std::ranges::all_of(values, [least = least, most = most](double value) {
    return value == least || value == most;
  });
}

/// Numbers of one sign that come near 0; far from it, and of a yes or no, the range says more.
void propose_signs(const BoundColumns& of, std::vector<std::string>& rules) {
  constexpr double kNear = 0.1;  // of the mean
  for (size_t f = 0; f < of.count(); ++f) {
    if (takes_two_values(of.values[f])) continue;
    const auto [least, most] = std::ranges::minmax(of.values[f]);
    const double near = kNear * std::abs(mean_of_values(of.values[f]));
    if (least >= 0 && least < near) rules.push_back(of.names[f] + " >= 0");
    if (most <= 0 && -most < near) rules.push_back(of.names[f] + " <= 0");
  }
}

void propose_trends(const BoundColumns& of, const std::vector<bool>& starts,
                    std::vector<std::string>& rules) {
  for (size_t f = 0; f < of.count(); ++f) {
    const std::vector<double>& values = of.values[f];
    int64_t up = 0, down = 0;
    for (size_t r = 1; r < values.size(); ++r) {
      if (starts[r]) continue;
      up += values[r] > values[r - 1] ? 1 : 0;
      down += values[r] < values[r - 1] ? 1 : 0;
    }
    // Few steps are a column that hardly changes.
    if (std::min(up, down) > 0 || std::max(up, down) < kLeastRowsToPropose / 2) continue;
    rules.push_back(fmt::format("{} {}", of.names[f], up > 0 ? "increasing" : "decreasing"));
  }
}

/// Whether the total is the sum of these columns on every row.
bool adds_up(const BoundColumns& of, size_t total, const std::vector<size_t>& parts) {
  for (size_t r = 0; r < of.values[total].size(); ++r) {
    double sum = 0;
    for (const size_t f : parts) sum += of.values[f][r];
    const double value = of.values[total][r];
    if (!(std::abs(sum - value) <= sum_tolerance(*of.columns[total], value))) return false;
  }
  return true;
}

/// The columns that a total is the sum of: two, or all others; empty: none found. None of `totals`.
std::vector<size_t> parts_of(const BoundColumns& of, size_t total,
                             const std::vector<bool>& totals) {
  std::vector<size_t> others;
  for (size_t f = 0; f < of.count(); ++f) {
    if (f != total && !totals[f] && !of.columns[f]->is_constant()) others.push_back(f);
  }
  for (size_t i = 0; i < others.size(); ++i) {
    for (size_t k = i + 1; k < others.size(); ++k) {
      if (adds_up(of, total, {others[i], others[k]})) return {others[i], others[k]};
    }
  }
  return others.size() > 2 && adds_up(of, total, others) ? others : std::vector<size_t>();
}

struct ProposedSum {
  size_t total;
  std::vector<size_t> parts;
};

/// Puts the parts of `inner` where its total is a part, since nothing may build on a sum; false,
/// and nothing changed, where that does not add up.
bool build_on_parts(const BoundColumns& of, const ProposedSum& inner,
                    std::vector<ProposedSum>& sums) {
  std::vector<ProposedSum> flat = sums;
  for (ProposedSum& sum : flat) {
    const auto found = std::ranges::find(sum.parts, inner.total);
    if (found == sum.parts.end()) continue;
    sum.parts.erase(found);
    for (const size_t part : inner.parts) {
      if (std::ranges::find(sum.parts, part) != sum.parts.end()) return false;
      sum.parts.push_back(part);
    }
    if (!adds_up(of, sum.total, sum.parts)) return false;
  }
  sums = std::move(flat);
  return true;
}

void propose_sums(const BoundColumns& of, std::vector<std::string>& rules,
                  std::vector<bool>& totals) {
  if (of.count() > kMostColumnsToAdd) return;
  std::vector<ProposedSum> sums;
  for (size_t total = 0; total < of.count(); ++total) {
    if (of.columns[total]->is_constant()) continue;
    const ProposedSum sum{total, parts_of(of, total, totals)};
    if (sum.parts.empty() || !build_on_parts(of, sum, sums)) continue;
    totals[total] = true;
    sums.push_back(sum);
  }
  for (const ProposedSum& sum : sums) {
    std::vector<std::string> names;
    for (const size_t f : sum.parts) names.push_back(of.names[f]);
    rules.push_back(fmt::format("{} = {}", of.names[sum.total], join(names, " + ")));
  }
}

BoundColumns without(const BoundColumns& of, const std::vector<bool>& left_out) {
  BoundColumns rest;
  for (size_t f = 0; f < of.count(); ++f) {
    if (left_out[f]) continue;
    rest.names.push_back(of.names[f]);
    rest.columns.push_back(of.columns[f]);
    rest.values.push_back(of.values[f]);
  }
  return rest;
}

}  // namespace

std::vector<std::string> propose_rules(const at::Tensor& rows, const std::vector<bool>& starts,
                                       const std::vector<Column>& columns) {
  if (rows.size(0) < kLeastRowsToPropose) return {};
  const BoundColumns all = bindable(rows, columns);
  std::vector<std::string> rules;
  std::vector<bool> totals(all.count(), false);
  propose_sums(all, rules, totals);
  // A total is decided by its parts, and a column that only rises by the step before: neither may
  // stand above others as well.
  const BoundColumns others = without(all, totals);
  std::vector<std::string> trends, chains;
  propose_trends(others, starts, trends);
  std::vector<bool> moving(others.count(), false);
  for (size_t f = 0; f < others.count(); ++f) {
    moving[f] = std::ranges::any_of(
        trends, [&](const std::string& rule) { return rule.starts_with(others.names[f] + " "); });
  }
  const BoundColumns levels = without(others, moving);
  std::vector<bool> uppers(levels.count(), false);
  propose_chains(levels, chains, uppers);
  rules.insert(rules.end(), trends.begin(), trends.end());
  rules.insert(rules.end(), chains.begin(), chains.end());
  propose_signs(without(levels, uppers), rules);
  return rules;
}

}  // namespace rnngan
