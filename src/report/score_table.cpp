#include "report/score_table.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/html.h"
#include "report/scale.h"

namespace rnngan {

namespace {

std::string number_text(const std::optional<double>& value) {
  return value ? html::number(*value) : "–";
}

/// "500", or of unequal numbers "500 + 480".
std::string counts_text(const Score& score) {
  const auto text = [](int64_t count) { return html::number(static_cast<double>(count)); };
  if (score.real_count == score.synthetic_count) return text(score.real_count);
  return text(score.real_count) + " + " + text(score.synthetic_count);
}

std::string score_row(const Score& score) {
  const auto norm = score.norm(), sd = score.result.sd;
  return fmt::format(
      "<tr><th scope=\"row\">{}<small>{}</small></th><td class=\"best\">{}</td><td>{}</td>"
      "<td>{}</td><td>{}</td><td>{}</td><td class=\"t\">{}</td><td>{}</td><td class=\"t\">{}</td>"
      "</tr>\n",
      html::escape(score.metric.name()), html::escape(score.metric.question()),
      number_text(score.result.value), sd ? "±" + html::number(*sd, 2) : "",
      number_text(score.floor), number_text(score.ceiling),
      norm ? html::number(std::round(*norm * 1000) / 1000 + 0.0, 3) : "–",
      norm ? norm_bar(*norm) : "", counts_text(score), html::escape(score.remark()));
}

std::string skipped_list(const std::vector<Score>& scores) {
  std::string text;
  for (const Score& score : scores) {
    if (score.result.value) continue;
    const std::string& reason = score.result.reason;
    text += fmt::format("<li><code>{}</code>: {}</li>", html::escape(score.metric.name()),
                        html::escape(reason.empty() ? "no reason given" : reason));
  }
  return text.empty() ? text : "<p>Not scored:</p><ul>" + text + "</ul>\n";
}

}  // namespace

std::string norm_bar(double norm) {
  constexpr double kZero = 14, kOne = 104, kMiddle = 7, kHalf = 4;
  const auto at = [&](double value) { return kZero + value * (kOne - kZero); };
  const double shown = std::clamp(norm, -0.12, 1.1);
  const double from = std::min(at(0), at(shown)), to = std::max(at(0), at(shown));
  std::string arrow;
  if (norm > 1.1) {
    arrow =
        fmt::format("<path class=\"l k1\" style=\"stroke-dasharray:none\" d=\"M{} 4l4 3l-4 3\"/>",
                    coordinate(to + 1));
  }
  return fmt::format(
      "<svg viewBox=\"0 0 120 14\" width=\"120\" height=\"14\" role=\"img\" aria-label=\"norm "
      "{}\"><path class=\"g\" d=\"M{} 7H{}\"/><path class=\"a {}\" style=\"opacity:.75\" "
      "d=\"M{} {}H{}V{}H{}Z\"/><path class=\"x\" d=\"M{} 1V13M{} 1V13\"/>{}</svg>",
      html::number(norm, 3), coordinate(kZero), coordinate(kOne), norm > 1 ? "k1" : "k0",
      coordinate(from), coordinate(kMiddle - kHalf), coordinate(to), coordinate(kMiddle + kHalf),
      coordinate(from), coordinate(kZero), coordinate(kOne), arrow);
}

std::string score_table(const std::vector<Score>& scores) {
  std::string rows;
  for (const Score& score : scores) {
    if (score.result.value) rows += score_row(score);
  }
  std::string text;
  if (!rows.empty()) {
    text =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table "
        "class=\"wide\"><thead><tr>"
        "<th scope=\"col\">score</th><th scope=\"col\">value</th><th scope=\"col\">sd</th>"
        "<th scope=\"col\">floor</th><th scope=\"col\">ceiling</th><th scope=\"col\">norm</th>"
        "<th scope=\"col\" class=\"t\">real … noise</th><th scope=\"col\">n</th>"
        "<th scope=\"col\" class=\"t\">remarks</th></tr></thead><tbody>\n" +
        rows + "</tbody></table></div>\n" +
        "<p class=\"note\">Floor: what real sequences score; ceiling: white noise; norm: 0 as good "
        "as real, 1 as bad as noise (a bar with an arrow is worse than noise), none where these "
        "data "
        "cannot tell. sd: over repeated trainings of an evaluator. n: sequences of each side, of "
        "which "
        "the value is. For scores of differences noise is a "
        "very distant ceiling, so that small norms still matter.</p>\n";
  }
  return text + skipped_list(scores);
}

}  // namespace rnngan
