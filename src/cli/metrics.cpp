#include <fmt/format.h>

#include "cli/catalog_json.h"
#include "cli/catalog_texts.h"
#include "cli/console.h"
#include "cli/sheet.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "evaluation/metric.h"

namespace rnngan {

namespace {

void list_metrics() {
  std::string text = fmt::format("{:<18}{:<4}{}\n", "score", "d1", "question");
  for (const MetricRow& row : metric_catalog()) {
    std::string front = fmt::format("  {:<16}{:<4}", row.name, row.has_d1 ? "yes" : "");
    for (const std::string& line : wrap(row.question, 100 - front.size())) {
      text += front + line + "\n";
      front = std::string(22, ' ');
    }
  }
  text += "\ngroups\n";
  for (const MetricGroup& group : metric_groups()) {
    if (group.name == "all") continue;
    std::string front = fmt::format("  {:<20}", group.name);
    for (const std::string& line : wrap(join(group.metrics, " "), 78)) {
      text += front + line + "\n";
      front = std::string(22, ' ');
    }
  }
  print_out("{}\nd1: also exists as NAME_d1, of the differences from step to step.\n", text);
}

std::string metric_sheet(const MetricRow& row) {
  Sheet sheet;
  sheet.heading(row.name, row.trained ? "score by a trained evaluator" : "score");
  sheet.text(row.question);
  sheet.blank();
  sheet.entry("formula", {row.formula});
  if (!row.paper.empty()) sheet.entry("paper", {row.paper});
  sheet.entry("ideal", {describe_ideal(row)});
  const std::vector<std::string> needs = metric_needs(row);
  sheet.entry("needs", needs.empty() ? std::vector<std::string>{"nothing in particular"} : needs);
  sheet.entry("sequences",
              {row.max_count == kAllSequences
                   ? std::string("all (--max-n for fewer)")
                   : fmt::format("at most {} of each side (--max-n)", grouped(row.max_count)),
               row.depends_on_size ? "the value depends on their number: compare at equal n"
                                   : "the value is about the same for any number"});
  if (row.has_d1) sheet.entry("also", {row.name + "_d1, of the differences from step to step"});
  return sheet.str();
}

}  // namespace

std::string describe_ideal(const MetricRow& row) {
  switch (row.direction) {
    case Direction::lower:
      return fmt::format("{}; lower is better", shortest(row.ideal));
    case Direction::higher:
      return fmt::format("{}; higher is better", shortest(row.ideal));
    case Direction::level:
      return fmt::format("about {}; neither more nor less", shortest(row.ideal));
  }
  return {};
}

std::vector<std::string> metric_needs(const MetricRow& row) {
  std::vector<std::string> needs;
  if (row.needs_labels) needs.emplace_back("labels in both sets");
  if (row.needs_train) needs.emplace_back("training and held-out sequences");
  if (!row.needs_of_data.empty()) needs.push_back(row.needs_of_data);
  return needs;
}

int metrics_verb(const MetricsArguments& arguments) {
  if (arguments.name.empty()) {
    if (arguments.json) {
      print_out("{}\n", metrics_json("").dump(2));
    } else {
      list_metrics();
    }
    return 0;
  }
  if (const auto metric = find_metric(arguments.name)) {
    const MetricRow& row = *metric->row;
    print_out("{}", arguments.json ? metrics_json(row.name).dump(2) + "\n" : metric_sheet(row));
    return 0;
  }
  std::vector<std::string> names;
  for (const MetricRow& row : metric_catalog()) names.push_back(row.name);
  for (const MetricGroup& group : metric_groups()) {
    if (group.name != arguments.name) continue;
    print_out("{}\n",
              arguments.json ? metrics_json(group.name).dump(2) : join(group.metrics, "\n"));
    return 0;
  }
  const std::string guess = did_you_mean(arguments.name, names);
  throw Error(ErrorKind::usage, "", arguments.name + ": unknown name",
              guess.empty() ? "rnngan metrics lists all of them" : guess);
}

}  // namespace rnngan
