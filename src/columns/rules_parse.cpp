// Reads what a user says of columns: "Low <= Close <= High".
#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "columns/rules.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr const char* kRulesHint =
    "for example \"Low <= Close <= High\", \"rain >= 0\", \"meter increasing\" or \"total = rail + "
    "road\"";

constexpr const char* kComputesHint =
    "a rule compares columns with each other or with a number, or adds columns up "
    "(\"total = rail + road\"); anything else can be a column of the file";

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

[[noreturn]] void refuse_rule(const std::string& fact, const std::string& hint = kRulesHint) {
  throw Error(ErrorKind::data, "data.rules", fact, hint);
}

/// Reads one rule after the other into `rules_`.
class RuleParser {
 public:
  explicit RuleParser(const std::vector<Column>& columns) : columns_(columns) {
    for (const Column& column : columns) names_.push_back(column.name);
  }

  void add(const std::string& text) {
    if (add_trend(text) || add_comparisons(text) || add_sum(text)) return;
    refuse_rule(
        fmt::format("\"{}\" compares nothing: known are <=, <, >=, >, =, increasing and "
                    "decreasing",
                    text));
  }

  Rules take() { return std::move(rules_); }

 private:
  int64_t column_named(const std::string& name, const std::string& rule) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      const std::string meant = did_you_mean(name, names_);
      const bool computes = name.find_first_of("+-*/(") != std::string::npos;
      const char* const shapes = computes ? kComputesHint : kRulesHint;
      refuse_rule(fmt::format("no column \"{}\" (in \"{}\")", name, rule),
                  meant.empty() ? shapes : meant);
    }
    if (columns_[static_cast<size_t>(found - names_.begin())].is_category()) {
      refuse_rule(fmt::format("column {} is a category (in \"{}\")", name, rule),
                  "rules are about numbers");
    }
    return found - names_.begin();
  }

  bool add_trend(const std::string& text) {
    for (const auto& [word, direction] : {std::pair{" increasing", 1}, {" decreasing", -1}}) {
      if (!trim(text).ends_with(word)) continue;
      const std::string name(trim(trim(text).substr(0, trim(text).size() - 11)));
      rules_.trends.push_back({column_named(name, text), direction, text});
      return true;
    }
    return false;
  }

  bool add_comparisons(const std::string& text) {
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
    for (size_t i = 0; i < operators.size(); ++i) {
      const bool reversed = operators[i]->reversed;
      add_comparison(names[reversed ? i + 1 : i], names[reversed ? i : i + 1], operators[i]->strict,
                     text);
    }
    return !operators.empty();
  }

  void add_comparison(const std::string& lower, const std::string& upper, bool strict,
                      const std::string& text) {
    const auto number = [&](const std::string& name) -> std::optional<double> {
      if (std::ranges::find(names_, name) != names_.end()) return std::nullopt;
      const auto value = parse_double(name);
      if (value && !std::isfinite(*value)) {
        refuse_rule(fmt::format("{} is no limit (in \"{}\")", name, text));
      }
      return value;
    };
    const auto least = number(lower), most = number(upper);
    if (least && most) refuse_rule(fmt::format("\"{}\" compares two numbers", text));
    if (least) {
      rules_.limits.push_back({column_named(upper, text), *least, true, strict, text});
    } else if (most) {
      rules_.limits.push_back({column_named(lower, text), *most, false, strict, text});
    } else {
      rules_.orders.push_back({column_named(lower, text), column_named(upper, text), strict, text});
    }
  }

  bool add_sum(const std::string& text) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return false;
    if (text.find("==") != std::string::npos) {
      refuse_rule(fmt::format("\"{}\" has ==", text), "a sum has one =: \"total = rail + road\"");
    }
    SumRule rule;
    rule.text = text;
    rule.total = column_named(std::string(trim(std::string_view(text).substr(0, equals))), text);
    std::string_view rest = std::string_view(text).substr(equals + 1);
    for (size_t plus = 0; plus != std::string_view::npos;) {
      plus = rest.find('+');
      rule.parts.push_back(column_named(std::string(trim(rest.substr(0, plus))), text));
      if (plus != std::string_view::npos) rest.remove_prefix(plus + 1);
    }
    if (rule.parts.size() < 2) {
      refuse_rule(fmt::format("\"{}\" adds nothing up", text),
                  "a column that equals another one is found without a rule");
    }
    rules_.sums.push_back(std::move(rule));
    return true;
  }

  const std::vector<Column>& columns_;
  std::vector<std::string> names_;
  Rules rules_;
};

/// The columns that stand behind their lower ones in some order; fewer than all: a circle.
bool go_in_a_circle(const std::vector<OrderRule>& rules, size_t columns) {
  std::vector<bool> done(columns, false);
  for (size_t pass = 0; pass <= columns; ++pass) {
    bool changed = false;
    for (size_t f = 0; f < columns; ++f) {
      const auto waits = [&](const OrderRule& rule) {
        return rule.upper == static_cast<int64_t>(f) && !done[static_cast<size_t>(rule.lower)];
      };
      if (done[f] || std::ranges::any_of(rules, waits)) continue;
      done[f] = changed = true;
    }
    if (!changed) break;
  }
  return std::ranges::find(done, false) != done.end();
}

/// What decides the values of a column: one thing may.
void require_one_way(const Rules& rules, const std::vector<Column>& columns) {
  std::vector<std::string> ways(columns.size());
  const auto claim = [&](int64_t column, const std::string& text) {
    std::string& way = ways[static_cast<size_t>(column)];
    if (!way.empty() && way != text) {
      refuse_rule(fmt::format("\"{}\" and \"{}\" both decide {}", way, text,
                              columns[static_cast<size_t>(column)].name),
                  "leave one of them out");
    }
    way = text;
  };
  for (const TrendRule& rule : rules.trends) claim(rule.column, rule.text);
  for (const SumRule& rule : rules.sums) claim(rule.total, rule.text);
  for (const OrderRule& rule : rules.orders) {
    if (!ways[static_cast<size_t>(rule.upper)].empty()) claim(rule.upper, rule.text);
  }
  for (const LimitRule& rule : rules.limits) {
    const auto is_upper = [&](const OrderRule& order) { return order.upper == rule.column; };
    const auto is_total = [&](const SumRule& sum) { return sum.total == rule.column; };
    if (std::ranges::none_of(rules.orders, is_upper) && std::ranges::none_of(rules.sums, is_total))
      continue;
    refuse_rule(fmt::format("\"{}\" limits {}, which another rule decides", rule.text,
                            columns[static_cast<size_t>(rule.column)].name),
                "leave the number out");
  }
}

/// Sums are computed at the end, so nothing may build on one.
void require_plain_parts(const Rules& rules, const std::vector<Column>& columns) {
  const auto is_sum = [&](int64_t column) {
    return std::ranges::any_of(rules.sums, [&](const SumRule& r) { return r.total == column; });
  };
  const auto refuse = [&](int64_t column, const std::string& text) {
    refuse_rule(fmt::format("{} is a sum, so \"{}\" cannot build on it",
                            columns[static_cast<size_t>(column)].name, text),
                "name the columns that it is the sum of");
  };
  for (const SumRule& rule : rules.sums) {
    for (const int64_t part : rule.parts) {
      if (is_sum(part)) refuse(part, rule.text);
    }
  }
  for (const OrderRule& rule : rules.orders) {
    if (is_sum(rule.lower)) refuse(rule.lower, rule.text);
  }
}

}  // namespace

Rules parse_rules(const std::vector<std::string>& texts, const std::vector<Column>& columns) {
  RuleParser parser(columns);
  for (const std::string& text : texts) parser.add(text);
  Rules rules = parser.take();
  if (go_in_a_circle(rules.orders, columns.size())) {
    refuse_rule(fmt::format("{} go round in a circle", join(texts, "; ")));
  }
  require_one_way(rules, columns);
  require_plain_parts(rules, columns);
  return rules;
}

}  // namespace rnngan
