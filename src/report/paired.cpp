#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/text.h"
#include "report/dot_plot.h"
#include "report/html.h"
#include "report/json_access.h"
#include "report/leaderboard.h"

namespace rnngan {

namespace {

using nlohmann::json;

std::string cell_of(const json& pair, const char* key) {
  return html::number(number_at(pair, key).value_or(NAN), 3);
}

/// "tie", or the name of the better one.
std::string verdict_of(const json& pair) {
  const std::string verdict = text_at(pair, "verdict");
  return verdict == "a" || verdict == "b" ? text_at(pair, verdict.c_str()) + " is better" : verdict;
}

/// The other variant minus the best one, whichever way the pair is written.
std::optional<DotRow> row_against(const std::string& best, const json& pair) {
  const bool first = text_at(pair, "a") == best;
  if (!first && text_at(pair, "b") != best) return std::nullopt;
  const auto mean = number_at(pair, "mean");
  const double low = number_at(pair, "low").value_or(mean.value_or(0));
  const double high = number_at(pair, "high").value_or(mean.value_or(0));
  DotRow row;
  row.name = text_at(pair, first ? "b" : "a");
  row.absent = "no common seed";
  if (mean) row.mean = first ? -*mean : *mean;
  row.low = first ? -high : low;
  row.high = first ? -low : high;
  row.marked = text_at(pair, "verdict") == "tie";
  row.classes = row.marked ? "mut" : "k0";
  return row;
}

std::vector<std::string> paired_metrics(const json& board) {
  std::vector<std::string> metrics;
  for (const json& pair : value_at(board, "paired")) {
    const std::string metric = text_at(pair, "metric");
    if (std::ranges::find(metrics, metric) == metrics.end()) metrics.push_back(metric);
  }
  return metrics;
}

std::string paired_plot(const json& board, const std::string& metric, const std::string& best) {
  DotPlot plot;
  plot.heading = metric;
  plot.zero = true;
  plot.x_title = "difference to " + best;
  plot.description =
      fmt::format("{} of every variant minus that of {}, at equal seeds", metric, best);
  for (const auto& name : variant_names(board)) {
    for (const json& pair : value_at(board, "paired")) {
      if (text_at(pair, "metric") != metric) continue;
      auto row = row_against(best, pair);
      if (row && row->name == name) plot.rows.push_back(std::move(*row));
    }
  }
  return dot_plot(plot);
}

std::string pairs_table(const json& board, const std::string& metric) {
  std::vector<std::vector<std::string>> rows;
  for (const json& pair : value_at(board, "paired")) {
    if (text_at(pair, "metric") != metric) continue;
    rows.push_back({text_at(pair, "a") + " − " + text_at(pair, "b"), cell_of(pair, "mean"),
                    cell_of(pair, "sd"), cell_of(pair, "low"), cell_of(pair, "high"),
                    cell_of(pair, "seeds"), verdict_of(pair)});
  }
  return html::table({"pair", "mean", "sd", "low", "high", "seeds", "verdict"}, rows);
}

std::string relative_tests_table(const json& board) {
  const json& tests = value_at(board, "cmp_rmmd");
  if (!tests.is_array() || tests.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const json& test : tests) {
    std::vector<std::string> p;
    for (const json& of_seed : value_at(test, "p")) {
      p.push_back(of_seed.is_number() ? html::number(of_seed.get<double>(), 2) : "–");
    }
    rows.push_back({text_at(test, "a") + ", " + text_at(test, "b"), text_at(test, "metric"),
                    join(p, ", "), cell_of(test, "a_closer"), cell_of(test, "b_closer")});
  }
  return html::details(
      "Is the first closer to the data? Relative test by seed (below 0.05: the second is closer, "
      "above 0.95: the first; of overlapping windows too sure)",
      html::table({"pair", "test", "p", "seeds: first closer", "second closer"}, rows));
}

bool is_descriptive(const json& board) {
  return std::ranges::any_of(value_at(board, "paired"), [](const json& pair) {
    const json& flag = value_at(pair, "descriptive");
    return flag.is_boolean() && flag.get<bool>();
  });
}

}  // namespace

std::string paired_figure(const json& board) {
  const auto names = variant_names(board);
  if (names.size() < 2 || !value_at(board, "paired").is_array()) return {};
  html::Figure figure;
  figure.wide = true;
  figure.legend = html::legend({{"p big k0", "mean difference", html::Key::Shape::dot},
                                {"l k0", "its interval"},
                                {"p big mut", "cannot be told apart", html::Key::Shape::dot}});
  std::string tables;
  for (const auto& metric : paired_metrics(board)) {
    const std::string drawing = paired_plot(board, metric, names.front());
    if (!drawing.empty()) figure.drawings.push_back(drawing);
    tables += html::details(metric, pairs_table(board, metric));
  }
  figure.caption = fmt::format(
      "Every variant against {}, the first of the leaderboard, on the seeds that both finished: "
      "what a seed changes for both alike cancels out. {}",
      names.front(),
      is_descriptive(board) ? "With so few seeds, or windows that overlap, the intervals describe "
                              "these runs and are no test."
                            : "");
  figure.below = html::details("All pairs", tables) + relative_tests_table(board);
  return html::figure(figure);
}

}  // namespace rnngan
