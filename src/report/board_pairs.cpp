#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/text.h"
#include "report/board_figures.h"
#include "report/dot_plot.h"
#include "report/html.h"

namespace rnngan {

namespace {

std::string cell_of(const std::optional<double>& value) {
  return html::number(value.value_or(NAN), 3);
}

std::string count_cell(int64_t count) {
  return html::number(static_cast<double>(count), 3);
}

/// "tie", or the name of the better one.
std::string verdict_of(const RowDifference& pair) {
  const Verdict verdict = pair.difference.verdict;
  return verdict == Verdict::tie ? "tie" : (verdict == Verdict::a ? pair.a : pair.b) + " is better";
}

/// The other variant minus the best one.
DotRow dots_of(const RowDifference& pair) {
  const PairedDifference& difference = pair.difference;
  DotRow row;
  row.name = pair.b;
  row.mean = -difference.mean;
  row.low = -difference.high.value_or(difference.mean);
  row.high = -difference.low.value_or(difference.mean);
  row.marked = difference.verdict == Verdict::tie;
  row.classes = row.marked ? "mut" : "k0";
  return row;
}

std::string paired_plot(const Leaderboard& board, const MetricId& metric, const std::string& best) {
  DotPlot plot;
  plot.heading = metric.name();
  plot.zero = true;
  plot.x_title = "difference to " + best;
  plot.description =
      fmt::format("{} of every variant minus that of {}, at equal seeds", metric.name(), best);
  for (const RowDifference& pair : board.paired) {
    if (pair.metric == metric) plot.rows.push_back(dots_of(pair));
  }
  return dot_plot(plot);
}

std::string pairs_table(const Leaderboard& board, const MetricId& metric) {
  std::vector<std::vector<std::string>> rows;
  for (const RowDifference& pair : board.paired) {
    if (pair.metric != metric) continue;
    const PairedDifference& difference = pair.difference;
    rows.push_back({pair.a + " − " + pair.b, cell_of(difference.mean), cell_of(difference.sd),
                    cell_of(difference.low), cell_of(difference.high),
                    count_cell(static_cast<int64_t>(difference.seeds)), verdict_of(pair)});
  }
  return html::table({"pair", "mean", "sd", "low", "high", "seeds", "verdict"}, rows);
}

std::string relative_tests_table(const Leaderboard& board) {
  if (!board.relative_tests || board.relative_tests->empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const RelativeTest& test : *board.relative_tests) {
    std::vector<std::string> p;
    for (const auto& of_seed : test.p) p.push_back(of_seed ? html::number(*of_seed, 2) : "–");
    rows.push_back({test.a + ", " + test.b, test.metric, join(p, ", "), count_cell(test.a_closer),
                    count_cell(test.b_closer)});
  }
  return html::details(
      "Is the first closer to the data? Relative test by seed (below 0.05: the second is closer, "
      "above 0.95: the first; of overlapping windows too sure)",
      html::table({"pair", "test", "p", "seeds: first closer", "second closer"}, rows));
}

bool is_descriptive(const Leaderboard& board) {
  return std::ranges::any_of(board.paired,
                             [](const RowDifference& pair) { return pair.difference.descriptive; });
}

}  // namespace

std::string paired_figure(const Leaderboard& board) {
  if (board.rows.size() < 2) return {};
  const std::string& best = board.rows.front().variant;
  html::Figure figure;
  figure.wide = true;
  figure.legend = html::legend({{"p big k0", "mean difference", html::Key::Shape::dot},
                                {"l k0", "its interval"},
                                {"p big mut", "cannot be told apart", html::Key::Shape::dot}});
  std::string tables;
  for (const MetricId& metric : board.rank_by) {
    const std::string drawing = paired_plot(board, metric, best);
    if (drawing.empty()) continue;
    figure.drawings.push_back(drawing);
    tables += html::details(metric.name(), pairs_table(board, metric));
  }
  figure.caption = fmt::format(
      "Every variant against {}, the first of the leaderboard, on the seeds that both finished: "
      "what a seed changes for both alike cancels out. {}",
      best,
      is_descriptive(board) ? "With so few seeds, or windows that overlap, the intervals describe "
                              "these runs and are no test."
                            : "");
  figure.below = html::details("All pairs", tables) + relative_tests_table(board);
  return html::figure(figure);
}

}  // namespace rnngan
