#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
#include "report/dot_plot.h"
#include "report/html.h"
#include "report/json_access.h"
#include "report/leaderboard.h"

namespace rnngan {

namespace {

using nlohmann::json;

std::string count_text(const json& row, const char* key) {
  const auto value = number_at(row, key);
  return value ? grouped(std::llround(*value)) : "–";
}

std::string seed_name(const json& board, size_t index) {
  const json& seeds = value_at(board, "seeds");
  return seeds.is_array() && index < seeds.size() ? seeds[index].dump() : std::to_string(index + 1);
}

/// "1 ok, 2 diverged (loss is not finite)", in words, since colour alone tells not everyone.
std::string status_text(const json& board, const json& row) {
  const auto statuses = texts_at(row, "statuses");
  const json& reasons = value_at(row, "reasons");
  std::string text;
  for (size_t i = 0; i < statuses.size(); ++i) {
    if (!text.empty()) text += ", ";
    const bool ok = statuses[i] == "ok";
    text += html::escape(seed_name(board, i)) + (ok ? " ✓" : "");
    if (ok) continue;
    text += " <span class=\"bad\">" + html::escape(statuses[i]) + "</span>";
    if (reasons.is_array() && i < reasons.size() && reasons[i].is_string()) {
      text += " (" + html::escape(reasons[i].get<std::string>()) + ")";
    }
  }
  return text;
}

std::string stability_table(const json& board) {
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table "
      "class=\"wide\"><thead><tr><th scope=\"col\">"
      "variant</th><th scope=\"col\" class=\"t\">seeds</th><th scope=\"col\">D steps</th><th "
      "scope=\"col\">G parameters</th><th scope=\"col\">D parameters</th><th scope=\"col\">s / "
      "1000 "
      "steps</th></tr></thead><tbody>\n";
  for (const json& row : value_at(board, "rows")) {
    text += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"t\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td></tr>\n",
        html::escape(text_at(row, "variant")), status_text(board, row),
        count_text(row, "discriminator_steps"), count_text(row, "generator_parameters"),
        count_text(row, "discriminator_parameters"),
        html::number(number_at(row, "seconds_per_1000_steps").value_or(NAN), 3));
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace

std::string stability_figure(const json& board) {
  const json& rows = value_at(board, "rows");
  if (!rows.is_array() || rows.empty()) return {};
  DotPlot plot;
  plot.heading = "time of training";
  plot.x_title = "seconds per 1000 generator steps";
  plot.description = "Seconds per 1000 generator steps of every variant";
  plot.zero = true;
  for (const json& row : rows) {
    DotRow dots;
    dots.name = text_at(row, "variant");
    dots.mean = number_at(row, "seconds_per_1000_steps");
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
