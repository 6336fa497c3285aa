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

/// The scale from real to noise is upside down, as where the reference lies apart from the training
/// sequences.
bool floor_beyond_ceiling(const json& record) {
  const auto floor = number_at(record, "floor"), ceiling = number_at(record, "ceiling");
  const std::string direction = text_at(record, "direction");
  if (!floor || !ceiling) return false;
  return (direction == "lower" && *floor > *ceiling) ||
         (direction == "higher" && *floor < *ceiling);
}

/// What a reader ought to know beside the number.
std::string remark(const json& record) {
  std::vector<std::string> remarks;
  if (text_at(record, "status") == "partial")
    remarks.push_back("partial: " + text_at(record, "reason"));
  const auto norm = number_at(record, "norm");
  const auto sd = number_at(record, "std");
  const json detail = record.value("detail", json::object());
  if (detail.is_object() && detail.value("copy_suspected", json()).is_boolean() &&
      detail["copy_suspected"].get<bool>()) {
    remarks.push_back("copies of real sequences suspected");
  }
  const auto floor = number_at(record, "floor"), value = number_at(record, "value");
  if (norm && sd && floor && value && *norm < 0 && !floor_beyond_ceiling(record) &&
      std::abs(*value - *floor) > 2 * *sd) {
    remarks.push_back("better than real sequences by more than 2 sd: look at the group privacy");
  }
  if (floor_beyond_ceiling(record)) {
    remarks.push_back(
        "even training sequences score no better than noise: this reference differs from them");
  }
  std::string text;
  for (const auto& part : remarks) text += (text.empty() ? "" : "; ") + part;
  return text;
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
      norm ? html::number(std::round(*norm * 1000) / 1000, 3) : "–",
      norm && !floor_beyond_ceiling(record) ? norm_bar(*norm) : "",
      number_text(number_at(record, "n_real")), html::escape(remark(record)));
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
        "as real, 1 as bad as noise (a bar with an arrow is worse than noise). sd: over repeated "
        "trainings of a judge. n: sequences of each side. For scores of differences noise is a "
        "very distant ceiling, so that small norms still matter.</p>\n";
  }
  return text + skipped_list(records);
}

}  // namespace rnngan
