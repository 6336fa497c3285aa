#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
#include "report/board_figures.h"
#include "report/dot_plot.h"
#include "report/html.h"

namespace rnngan {

namespace {

/// "1 ok, 2 diverged (loss is not finite)", in words, since colour alone tells not everyone.
std::string status_text(const Leaderboard& board, const LeaderboardRow& row) {
  std::string text;
  for (size_t seed = 0; seed < row.runs.size(); ++seed) {
    const RunResult& result = row.runs[seed].result;
    if (!text.empty()) text += ", ";
    text += std::to_string(board.seeds.at(seed));
    if (result.status == RunStatus::ok) {
      text += " ✓";
      continue;
    }
    text += " <span class=\"bad\">" + to_string(result.status) + "</span>";
    if (!result.reason.empty()) text += " (" + html::escape(result.reason) + ")";
  }
  return text;
}

std::string stability_table(const Leaderboard& board) {
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table "
      "class=\"wide\"><thead><tr><th scope=\"col\">"
      "variant</th><th scope=\"col\" class=\"t\">seeds</th><th scope=\"col\">D steps</th><th "
      "scope=\"col\">G parameters</th><th scope=\"col\">D parameters</th><th scope=\"col\">s / "
      "1000 "
      "steps</th></tr></thead><tbody>\n";
  for (const LeaderboardRow& row : board.rows) {
    text += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"t\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td></tr>\n",
        html::escape(row.variant), status_text(board, row), grouped(row.discriminator_steps),
        grouped(row.generator_parameters), grouped(row.discriminator_parameters),
        html::number(row.seconds_per_1000_steps.value_or(NAN), 3));
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace

std::string stability_figure(const Leaderboard& board) {
  if (board.rows.empty()) return {};
  DotPlot plot;
  plot.heading = "time of training";
  plot.x_title = "seconds per 1000 generator steps";
  plot.description = "Seconds per 1000 generator steps of every variant";
  plot.zero = true;
  for (const LeaderboardRow& row : board.rows) {
    DotRow dots;
    dots.name = row.variant;
    dots.mean = row.seconds_per_1000_steps;
    dots.absent = "not measured";
    dots.high = dots.mean.value_or(0);
    plot.rows.push_back(std::move(dots));
  }
  html::Figure figure;
  figure.wide = true;
  figure.drawings = {dot_plot(plot)};
  figure.caption =
      "Wall time of training on the machine of this comparison; where runs share its cores, times "
      "are comparable only with each other.";
  return stability_table(board) + html::figure(figure);
}

}  // namespace rnngan
