#include "data/describe_columns.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "config/enum_names.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr size_t kShownClasses = 8;

std::string percent(double share) {
  const double value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value > 99.9 && value < 100) return "> 99.9 %";
  return fmt::format("{:.{}f} %", value, value < 9.95 || (value >= 99 && value < 100) ? 1 : 0);
}

/// A number that was computed, without the digits that computing made.
std::string written(double value) {
  return fmt::format("{:.12g}", value);
}

/// What a value of the column is called.
std::string value_text(double value, const Column& column) {
  if (!column.is_category()) return shortest(value);
  return column.classes.at(static_cast<size_t>(value));
}

/// The states of a source that decide a derived column: its atoms and anything else, or its
/// classes.
std::vector<std::string> states_of(const Column& source) {
  if (source.is_category()) return source.classes;
  std::vector<std::string> states;
  for (const double atom : source.atoms) states.push_back(shortest(atom));
  states.emplace_back("else");
  return states;
}

std::string function_text(const Column& column, const Column& source) {
  const auto states = states_of(source);
  const auto& values = column.derivation.values;
  // The value of the last state, and of all that share it, is said last.
  std::vector<std::string> parts;
  for (size_t i = 0; i + 1 < std::min(states.size(), values.size()); ++i) {
    if (values[i] == values.back()) continue;
    parts.push_back(fmt::format("{} where it is {}", value_text(values[i], column), states[i]));
  }
  parts.push_back(fmt::format("else {}", value_text(values.back(), column)));
  return fmt::format("by {}: {}", source.name, join(parts));
}

/// What a rule keeps the column above.
std::string bound_text(const Column& column, const std::vector<Column>& all) {
  std::vector<std::string> names;
  for (const int64_t f : column.above) names.push_back(all.at(static_cast<size_t>(f)).name);
  return names.size() == 1 ? names.front() : fmt::format("the largest of {}", join(names));
}

bool has_numbers(const Column& column) {
  return !column.is_category() && column.missing < 1;
}

}  // namespace

std::string derivation_text(const Column& column, const std::vector<Column>& all) {
  const Derivation& derivation = column.derivation;
  if (derivation.source < 0) return "constant";
  const Column& source = all.at(static_cast<size_t>(derivation.source));
  if (!derivation.values.empty()) return function_text(column, source);
  std::string text = "= ";
  if (derivation.slope != 1) text += written(derivation.slope) + " ";
  text += source.name;
  for (const int64_t part : derivation.plus) text += " + " + all.at(static_cast<size_t>(part)).name;
  if (derivation.offset == 0) return text;
  return fmt::format("{} {} {}", text, derivation.offset < 0 ? "-" : "+",
                     written(std::abs(derivation.offset)));
}

std::string shares_text(const Column& column) {
  const size_t states = column.is_category() ? column.classes.size() : column.atoms.size();
  if (column.shares.size() != states) return "";
  std::vector<size_t> order(states);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](size_t i) { return column.shares[i]; });
  std::vector<std::string> parts;
  for (const size_t i : order) {
    if (parts.size() == kShownClasses) {
      parts.emplace_back("...");
      break;
    }
    const std::string name = column.is_category() ? column.classes[i] : shortest(column.atoms[i]);
    parts.push_back(fmt::format("{} {}", name, percent(column.shares[i])));
  }
  return join(parts);
}

std::string kind_text(const Column& column, const std::vector<Column>& all) {
  if (column.missing == 1) return "no value in the training split: stays empty";
  if (column.kind == ColumnKind::derived) {
    const std::string how = derivation_text(column, all);
    return column.derivation.source < 0 ? how : "derived " + how;
  }
  if (column.is_category()) {
    const std::string shares = shares_text(column);
    return fmt::format("category of {}{}{}", column.classes.size(), shares.empty() ? "" : ": ",
                       shares);
  }
  std::string text = fmt::format("{}, {}", column.integer ? "whole numbers" : "numbers",
                                 enum_name(column.codec.transform));
  if (column.is_constant()) text = "constant";
  if (const size_t count = column.readings.values.size(); count > 0) {
    text += fmt::format("; {} values that come back", grouped(static_cast<int64_t>(count)));
  }
  if (column.dead_band > 0) {
    text += fmt::format("; unchanged unless by {:.4g}", column.dead_band);
  }
  if (!column.atoms.empty()) text += fmt::format("; again and again {}", shares_text(column));
  if (column.trend != 0)
    text = fmt::format("{} by: {}", column.trend > 0 ? "rises" : "falls", text);
  if (!column.above.empty()) text = fmt::format("gap above {}: {}", bound_text(column, all), text);
  return text;
}

std::string column_table(const std::vector<Column>& columns) {
  size_t width = 6;
  for (const auto& column : columns) width = std::max(width, column.name.size());
  const bool gaps = std::ranges::any_of(columns, [](const Column& c) { return c.missing > 0; });
  const std::string missing_head = gaps ? fmt::format(" {:>8}", "missing") : "";
  std::string out = fmt::format("  {:<{}} {:>12} {:>12} {:>12} {:>12}{}  {}\n", "column", width,
                                "mean", "sd", "min", "max", missing_head, "kind");
  for (const auto& column : columns) {
    out += fmt::format("  {:<{}}", column.name, width);
    for (const double value : {column.mean, column.sd, column.min, column.max}) {
      out += has_numbers(column) ? fmt::format(" {:>12.6g}", value) : fmt::format(" {:>12}", "");
    }
    if (gaps) out += fmt::format(" {:>8}", column.missing > 0 ? percent(column.missing) : "");
    out += fmt::format("  {}\n", kind_text(column, columns));
  }
  return out;
}

}  // namespace rnngan
