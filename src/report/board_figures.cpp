#include "report/board_figures.h"

#include <cmath>

#include <fmt/format.h>

#include "report/dot_plot.h"
#include "report/html.h"

namespace rnngan {

namespace {

using Bounds = std::map<MetricId, SeedScores>;

/// "0.123 ±0.004"
std::string spread_text(const Summary& summary) {
  if (!summary.mean) return "–";
  const bool spread = summary.sd && *summary.sd > 0;
  return html::number(*summary.mean, 3) + (spread ? " ±" + html::number(*summary.sd, 2) : "");
}

Summary bound_at(const Bounds& bounds, const MetricId& metric) {
  const auto found = bounds.find(metric);
  return found == bounds.end() ? Summary() : found->second.over_seeds;
}

/// The score as a cell; ties in another colour and with a sign.
std::string score_cell(const SeedScores& score, bool best) {
  const char* const kind = best ? "best" : score.tie ? "tie" : "";
  return fmt::format("<td class=\"{}\">{}{}</td>", kind,
                     html::escape(spread_text(score.over_seeds)), score.tie && !best ? " ≈" : "");
}

/// The row whose mean is best in this score; none of a score that is a level.
const LeaderboardRow* best_row(const Leaderboard& board, const MetricId& metric) {
  const ScoreScale scale = scale_of(metric);
  const LeaderboardRow* best = nullptr;
  if (scale.direction == Direction::level) return best;
  double best_loss = 0;
  for (const LeaderboardRow& row : board.rows) {
    const auto mean = row.score(metric).over_seeds.mean;
    if (!mean || (best != nullptr && scale.loss(*mean) >= best_loss)) continue;
    best = &row;
    best_loss = scale.loss(*mean);
  }
  return best;
}

std::string bound_row(const char* name, const Bounds& bounds, const std::vector<MetricId>& metrics,
                      size_t before, size_t behind) {
  if (bounds.empty()) return {};
  std::string text =
      fmt::format("<tr class=\"soft\"><td></td><th scope=\"row\" class=\"t\">{}</th>", name);
  for (size_t i = 2; i < before; ++i) text += "<td></td>";
  for (const MetricId& metric : metrics) {
    text += "<td>" + html::escape(spread_text(bound_at(bounds, metric))) + "</td>";
  }
  for (size_t i = 0; i < behind; ++i) text += "<td></td>";
  return text + "</tr>\n";
}

std::string rank_text(const LeaderboardRow& row) {
  return row.rank ? html::number(*row.rank) : "–";
}

std::string mean_rank_text(const LeaderboardRow& row) {
  if (!row.mean_rank) return "–";
  return html::number(*row.mean_rank, 3) +
         (row.rank_sd ? " ±" + html::number(*row.rank_sd, 2) : "");
}

std::string score_cells(const Leaderboard& board, const LeaderboardRow& row,
                        const std::vector<MetricId>& metrics) {
  std::string text;
  for (const MetricId& metric : metrics) {
    text += score_cell(row.score(metric), best_row(board, metric) == &row);
  }
  return text;
}

std::string ranks_row(const Leaderboard& board, const LeaderboardRow& row) {
  const auto seeds = static_cast<int64_t>(row.runs.size());
  return fmt::format(
      "<tr><td>{}</td><th scope=\"row\" class=\"t\">{}<small>{}</small></th><td>{}</td>{}"
      "<td class=\"{}\">{} of {}</td><td>{}</td></tr>\n",
      rank_text(row), html::escape(row.variant), html::escape(row.objective), mean_rank_text(row),
      score_cells(board, row, board.rank_by), row.finished() == seeds ? "" : "bad",
      html::number(static_cast<double>(row.finished())), html::number(static_cast<double>(seeds)),
      html::number(row.seconds_per_1000_steps.value_or(NAN), 3));
}

std::string head_cells(const std::vector<MetricId>& metrics) {
  std::string text;
  for (const MetricId& metric : metrics) {
    text += "<th scope=\"col\">" + html::escape(metric.name()) + "</th>";
  }
  return text;
}

std::string score_plot(const Leaderboard& board, const MetricId& metric) {
  const Direction direction = metric.row->direction;
  const std::string name = metric.name();
  const std::string better =
      direction == Direction::level ? "" : ", " + to_string(direction) + " is better";
  const LeaderboardRow* const best = best_row(board, metric);
  DotPlot plot;
  plot.heading = name;
  plot.x_title = name + better;
  plot.description =
      fmt::format("{} of every variant: mean, standard deviation and single seeds{}", name, better);
  plot.floor = bound_at(board.floor, metric).mean;
  plot.floor_sd = bound_at(board.floor, metric).sd.value_or(0);
  plot.ceiling = bound_at(board.ceiling, metric).mean;
  for (const LeaderboardRow& row : board.rows) {
    const SeedScores& score = row.score(metric);
    DotRow dots;
    dots.name = row.variant;
    for (const auto& value : score.values) {
      if (value) dots.values.push_back(*value);
    }
    dots.mean = score.over_seeds.mean;
    const double sd = score.over_seeds.sd.value_or(0);
    dots.low = dots.mean.value_or(0) - sd;
    dots.high = dots.mean.value_or(0) + sd;
    dots.best = best == &row;
    dots.marked = score.tie && !dots.best;
    plot.rows.push_back(std::move(dots));
  }
  return dot_plot(plot);
}

}  // namespace

std::string ranks_table(const Leaderboard& board) {
  if (board.rows.empty()) return {};
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table "
      "class=\"wide\"><thead><tr><th "
      "scope=\"col\">rank</th><th scope=\"col\" class=\"t\">variant</th><th scope=\"col\">mean "
      "rank</th>" +
      head_cells(board.rank_by) +
      "<th scope=\"col\">seeds</th><th scope=\"col\">s / 1000 steps</th></tr></thead>"
      "<tbody>\n";
  text += bound_row("floor", board.floor, board.rank_by, 3, 2);
  for (const LeaderboardRow& row : board.rows) text += ranks_row(board, row);
  text += bound_row("ceiling", board.ceiling, board.rank_by, 3, 2);
  return text + "</tbody></table></div>\n" +
         "<p class=\"note\">Mean ± standard deviation over seeds. Bold: the best mean; ≈: the "
         "difference to the best lies within the floor&#39;s own spread, so the two cannot be told "
         "apart. Floor: what real sequences score; ceiling: white noise.</p>\n";
}

std::string ranks_figure(const Leaderboard& board) {
  html::Figure figure;
  figure.wide = true;
  figure.legend = html::legend({{"p big k0", "mean", html::Key::Shape::dot},
                                {"l k0", "± standard deviation over seeds"},
                                {"p small ink", "one seed", html::Key::Shape::dot},
                                {"l floor", "floor: real sequences"},
                                {"l ceil", "ceiling: white noise"}});
  for (const MetricId& metric : board.rank_by) {
    const std::string drawing = score_plot(board, metric);
    if (!drawing.empty()) figure.drawings.push_back(drawing);
  }
  figure.caption =
      "The scores that rank, variants in the order of the leaderboard. Bold: the best mean; ≈: "
      "cannot be told from it; grey band: the floor ± its standard deviation. What lies far beyond "
      "the others stands at the edge with its number. The numbers are in the tables.";
  return html::figure(figure);
}

std::string all_scores_table(const Leaderboard& board) {
  if (board.rows.empty() || board.metrics.empty()) return {};
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Table\"><table><thead><tr><th scope=\"col\">rank</th><th "
      "scope=\"col\" class=\"t\">variant</th>" +
      head_cells(board.metrics) + "</tr></thead><tbody>\n" +
      bound_row("floor", board.floor, board.metrics, 2, 0);
  for (const LeaderboardRow& row : board.rows) {
    text += "<tr><td>" + rank_text(row) + "</td><th scope=\"row\" class=\"t\">" +
            html::escape(row.variant) + "</th>" + score_cells(board, row, board.metrics) +
            "</tr>\n";
  }
  text += bound_row("ceiling", board.ceiling, board.metrics, 2, 0) +
          "</tbody></table></div>\n<ul class=\"note\">";
  for (const MetricId& metric : board.metrics) {
    text += fmt::format("<li><code>{}</code> {}</li>", html::escape(metric.name()),
                        html::escape(metric.question()));
  }
  return text + "</ul>\n";
}

}  // namespace rnngan
