#include "report/leaderboard.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/dot_plot.h"
#include "report/html.h"
#include "report/json_access.h"
#include "report/scores.h"

namespace rnngan {

namespace {

using nlohmann::json;

const json& score_at(const json& row, const std::string& metric) {
  return value_at(value_at(row, "scores"), metric);
}

bool is_tie(const json& score) {
  const json& tie = value_at(score, "tie");
  return tie.is_boolean() && tie.get<bool>();
}

/// The score as a cell; ties in another colour and with a sign.
std::string score_cell(const json& score, bool best) {
  const std::string text = mean_and_sd(score);
  const char* const kind = best ? "best" : is_tie(score) ? "tie" : "";
  return fmt::format("<td class=\"{}\">{}{}</td>", kind, html::escape(text),
                     is_tie(score) && !best ? " ≈" : "");
}

/// The row whose mean is best in this score, or -1.
int best_row(const json& board, const std::string& metric) {
  const std::string direction = text_at(value_at(board, "directions"), metric);
  if (direction != "lower" && direction != "higher") return -1;
  int best = -1, index = 0;
  double best_mean = 0;
  for (const json& row : value_at(board, "rows")) {
    const auto mean = number_at(score_at(row, metric), "mean");
    if (mean && (best < 0 || (direction == "lower" ? *mean < best_mean : *mean > best_mean))) {
      best = index;
      best_mean = *mean;
    }
    ++index;
  }
  return best;
}

std::string bound_row(const json& board, const std::string& bound,
                      const std::vector<std::string>& metrics, size_t before, size_t behind) {
  const json& scores = value_at(board, bound);
  if (!scores.is_object() || scores.empty()) return {};
  std::string text = "<tr class=\"soft\"><td></td><th scope=\"row\" class=\"t\">" + bound + "</th>";
  for (size_t i = 2; i < before; ++i) text += "<td></td>";
  for (const auto& metric : metrics) {
    text += "<td>" + html::escape(mean_and_sd(value_at(scores, metric))) + "</td>";
  }
  for (size_t i = 0; i < behind; ++i) text += "<td></td>";
  return text + "</tr>\n";
}

std::string rank_text(const json& row) {
  const auto rank = number_at(row, "rank");
  return rank ? html::number(*rank) : "–";
}

std::string mean_rank_text(const json& row) {
  const auto mean = number_at(row, "mean_rank"), sd = number_at(row, "rank_sd");
  if (!mean) return "–";
  return html::number(*mean, 3) + (sd ? " ±" + html::number(*sd, 2) : "");
}

std::string leaderboard_row(const json& board, const json& row, int index,
                            const std::vector<std::string>& metrics) {
  std::string text = fmt::format(
      "<tr><td>{}</td><th scope=\"row\" class=\"t\">{}<small>{}</small></th><td>{}</td>",
      rank_text(row), html::escape(text_at(row, "variant")),
      html::escape(text_at(row, "objective")), mean_rank_text(row));
  for (const auto& metric : metrics) {
    text += score_cell(score_at(row, metric), best_row(board, metric) == index);
  }
  const auto finished = number_at(row, "finished"), seeds = number_at(row, "seeds");
  const bool all = finished && seeds && *finished == *seeds;
  return text +
         fmt::format("<td class=\"{}\">{} of {}</td><td>{}</td></tr>\n", all ? "" : "bad",
                     finished ? html::number(*finished) : "–", seeds ? html::number(*seeds) : "–",
                     html::number(number_at(row, "seconds_per_1000_steps").value_or(NAN), 3));
}

std::string head_cells(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += "<th scope=\"col\">" + html::escape(name) + "</th>";
  return text;
}

std::string score_plot(const json& board, const std::string& metric) {
  const std::string direction = text_at(value_at(board, "directions"), metric);
  const std::string better = direction == "higher"  ? ", higher is better"
                             : direction == "lower" ? ", lower is better"
                                                    : "";
  const int best = best_row(board, metric);
  DotPlot plot;
  plot.heading = metric;
  plot.x_title = metric + better;
  plot.description = fmt::format("{} of every variant: mean, standard deviation and single seeds{}",
                                 metric, better);
  const json& floor = value_at(value_at(board, "floor"), metric);
  plot.floor = number_at(floor, "mean");
  plot.floor_sd = number_at(floor, "sd").value_or(0);
  plot.ceiling = number_at(value_at(value_at(board, "ceiling"), metric), "mean");
  for (const json& row : value_at(board, "rows")) {
    const json& score = score_at(row, metric);
    DotRow dots;
    dots.name = text_at(row, "variant");
    dots.values = numbers_at(score, "values");
    dots.mean = number_at(score, "mean");
    const double sd = number_at(score, "sd").value_or(0);
    dots.low = dots.mean.value_or(0) - sd;
    dots.high = dots.mean.value_or(0) + sd;
    dots.best = best == static_cast<int>(plot.rows.size());
    dots.marked = is_tie(score) && !dots.best;
    plot.rows.push_back(std::move(dots));
  }
  return dot_plot(plot);
}

}  // namespace

std::string mean_and_sd(const json& score) {
  const auto mean = number_at(score, "mean"), sd = number_at(score, "sd");
  if (!mean) return "–";
  return html::number(*mean, 3) + (sd && *sd > 0 ? " ±" + html::number(*sd, 2) : "");
}

std::vector<std::string> variant_names(const json& board) {
  std::vector<std::string> names;
  for (const json& row : value_at(board, "rows")) names.push_back(text_at(row, "variant"));
  return names;
}

std::string leaderboard_table(const json& board) {
  const json& rows = value_at(board, "rows");
  if (!rows.is_array() || rows.empty()) return {};
  const auto metrics = texts_at(board, "rank_by");
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table "
      "class=\"wide\"><thead><tr><th "
      "scope=\"col\">rank</th><th scope=\"col\" class=\"t\">variant</th><th scope=\"col\">mean "
      "rank</th>" +
      head_cells(metrics) +
      "<th scope=\"col\">seeds</th><th scope=\"col\">s / 1000 steps</th></tr></thead>"
      "<tbody>\n";
  text += bound_row(board, "floor", metrics, 3, 2);
  int index = 0;
  for (const json& row : rows) text += leaderboard_row(board, row, index++, metrics);
  text += bound_row(board, "ceiling", metrics, 3, 2);
  return text + "</tbody></table></div>\n" +
         "<p class=\"note\">Mean ± standard deviation over seeds. Bold: the best mean; ≈: the "
         "difference to the best lies within the floor&#39;s own spread, so the two cannot be told "
         "apart. Floor: what real sequences score; ceiling: white noise.</p>\n";
}

std::string leaderboard_figure(const json& board) {
  html::Figure figure;
  figure.wide = true;
  figure.legend = html::legend({{"p big k0", "mean", html::Key::Shape::dot},
                                {"l k0", "± standard deviation over seeds"},
                                {"p small ink", "one seed", html::Key::Shape::dot},
                                {"l floor", "floor: real sequences"},
                                {"l ceil", "ceiling: white noise"}});
  for (const auto& metric : texts_at(board, "rank_by")) {
    const std::string drawing = score_plot(board, metric);
    if (!drawing.empty()) figure.drawings.push_back(drawing);
  }
  figure.caption =
      "The scores that rank, variants in the order of the leaderboard. Bold: the best mean; ≈: "
      "cannot be told from it; grey band: the floor ± its standard deviation. What lies far beyond "
      "the others stands at the edge with its number. The numbers are in the tables.";
  return html::figure(figure);
}

std::string all_scores_table(const json& board) {
  const json& rows = value_at(board, "rows");
  const auto metrics = texts_at(board, "metrics");
  if (!rows.is_array() || rows.empty() || metrics.empty()) return {};
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Table\"><table><thead><tr><th scope=\"col\">rank</th><th "
      "scope=\"col\" class=\"t\">variant</th>" +
      head_cells(metrics) + "</tr></thead><tbody>\n" + bound_row(board, "floor", metrics, 2, 0);
  int index = 0;
  for (const json& row : rows) {
    text += "<tr><td>" + rank_text(row) + "</td><th scope=\"row\" class=\"t\">" +
            html::escape(text_at(row, "variant")) + "</th>";
    for (const auto& metric : metrics) {
      text += score_cell(score_at(row, metric), best_row(board, metric) == index);
    }
    text += "</tr>\n";
    ++index;
  }
  text +=
      bound_row(board, "ceiling", metrics, 2, 0) + "</tbody></table></div>\n<ul class=\"note\">";
  for (const auto& metric : metrics) {
    const std::string question = metric_question(metric);
    if (!question.empty()) {
      text +=
          fmt::format("<li><code>{}</code> {}</li>", html::escape(metric), html::escape(question));
    }
  }
  return text + "</ul>\n";
}

}  // namespace rnngan
