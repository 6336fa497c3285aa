#include "report/scores.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "evaluation/metric.h"
#include "report/html.h"
#include "report/json_access.h"
#include "report/scale.h"

namespace rnngan {

namespace {

using nlohmann::json;

std::string number_text(const std::optional<double>& value) {
  return value ? html::number(*value) : "–";
}

/// "500", or of unequal numbers "500 + 480".
std::string counts_text(const json& record) {
  const auto real = number_at(record, "n_real"), synthetic = number_at(record, "n_syn");
  if (real == synthetic) return number_text(real);
  return number_text(real) + " + " + number_text(synthetic);
}

std::string row_of(const json& record) {
  const std::string metric = text_at(record, "metric");
  const auto norm = number_at(record, "norm"), sd = number_at(record, "std");
  return fmt::format(
      "<tr><th scope=\"row\">{}<small>{}</small></th><td class=\"best\">{}</td><td>{}</td>"
      "<td>{}</td><td>{}</td><td>{}</td><td class=\"t\">{}</td><td>{}</td><td class=\"t\">{}</td>"
      "</tr>\n",
      html::escape(metric), html::escape(metric_question(metric)),
      number_text(number_at(record, "value")), sd ? "±" + html::number(*sd, 2) : "",
      number_text(number_at(record, "floor")), number_text(number_at(record, "ceiling")),
      norm ? html::number(std::round(*norm * 1000) / 1000 + 0.0, 3) : "–",
      norm ? norm_bar(*norm) : "", counts_text(record), html::escape(text_at(record, "remark")));
}

std::string skipped_list(const json& records) {
  std::string text;
  for (const json& record : records) {
    if (number_at(record, "value")) continue;
    const std::string reason = text_at(record, "reason");
    text += fmt::format("<li><code>{}</code>: {}</li>", html::escape(text_at(record, "metric")),
                        html::escape(reason.empty() ? "no reason given" : reason));
  }
  return text.empty() ? text : "<p>Not scored:</p><ul>" + text + "</ul>\n";
}

}  // namespace

std::string metric_question(const std::string& metric) {
  constexpr std::string_view kDifferences = "_d1";
  const bool differenced = metric.ends_with(kDifferences);
  const std::string base =
      differenced ? metric.substr(0, metric.size() - kDifferences.size()) : metric;
  for (const MetricRow& row : metric_catalog()) {
    if (row.name == metric) return row.question;
    if (row.name == base && row.has_d1) return row.question + " (first differences)";
  }
  return {};
}

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

std::string score_table(const json& records) {
  if (!records.is_array() || records.empty()) return {};
  std::string rows;
  for (const json& record : records) {
    if (number_at(record, "value")) rows += row_of(record);
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
  return text + skipped_list(records);
}

}  // namespace rnngan
