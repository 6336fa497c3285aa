#include "report/giveaway_figures.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>

#include "evaluation/sequence_features.h"
#include "report/figures.h"
#include "report/json_access.h"

namespace rnngan {

namespace {

using nlohmann::json;

constexpr size_t kMostDrawn = 8;

const json& record_of_test(const json& records) {
  static const json none;
  if (!records.is_array()) return none;
  const auto found = std::ranges::find_if(
      records, [](const json& record) { return text_at(record, "metric") == "c2st"; });
  return found == records.end() ? none : *found;
}

/// The defined values of one feature.
std::vector<double> values_of_feature(const at::Tensor& table, size_t k) {
  const at::Tensor column = table.select(1, static_cast<int64_t>(k)).contiguous();
  std::vector<double> values(column.data_ptr<double>(), column.data_ptr<double>() + column.numel());
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

/// A drawing of the feature's values over sequences, below the sentence.
std::string clue_markup(const json& clue, size_t number, const FeatureTable& table) {
  const std::string key = text_at(clue, "feature");
  const auto found = std::ranges::find(table.features, key, &SequenceFeature::key);
  if (found == table.features.end()) return {};
  const auto k = static_cast<size_t>(found - table.features.begin());
  const std::string heading = found->phrase;
  std::string alone = fmt::format("alone {:.3f}", number_at(clue, "auc").value_or(0.5));
  if (const auto left = number_at(clue, "auc_without")) {
    alone += fmt::format("; c2st without {} {:.3f}", number == 1 ? "it" : "these", *left);
  }
  return fmt::format(
      "<div><p><strong>{}. {}</strong><br/><span class=\"soft\">{}</span></p>{}</div>\n", number,
      html::escape(text_at(clue, "sentence")), alone,
      distribution_panel(values_of_feature(table.real, k), values_of_feature(table.synthetic, k),
                         heading, text_at(clue, "sentence")));
}

std::string verdict(const json& record) {
  const double value = number_at(record, "value").value_or(0.5);
  std::string text = fmt::format(
      "A classifier that sees such features of a sequence ranks a real one above a synthetic one "
      "in "
      "{:.0f} % of pairs (50 %: it cannot tell them apart",
      100 * value);
  if (const auto error = number_at(value_at(record, "detail"), "standard_error")) {
    text += fmt::format("; standard error {:.1f} points", 100 * *error);
  }
  if (const auto floor = number_at(record, "floor")) {
    text += fmt::format("; real against real {:.0f} %", 100 * *floor);
  }
  return text + ").";
}

std::string all_clues(const json& clues) {
  std::vector<std::vector<std::string>> rows;
  for (const json& clue : clues) {
    rows.push_back(
        {text_at(clue, "sentence"), html::number(number_at(clue, "auc").value_or(0), 3)});
  }
  return html::details(fmt::format("All {} features by which they differ", rows.size()),
                       html::table({"feature", "alone"}, rows));
}

}  // namespace

std::string giveaway_figures(const json& records, const SequenceSet& real,
                             const SequenceSet& synthetic) {
  const json& record = record_of_test(records);
  const json& clues = value_at(value_at(record, "detail"), "gives_away");
  if (!clues.is_array()) return {};
  std::string text = "<p>" + html::escape(verdict(record)) + "</p>\n";
  const std::string remark = text_at(record, "remark");
  if (!remark.empty()) text += "<p class=\"note\">" + html::escape(remark) + "</p>\n";
  if (clues.empty()) return text + "<p>Nothing that differs by more than chance.</p>\n";
  const FeatureTable table = sequence_features(real, real, synthetic);
  html::Figure figure;
  for (const json& clue : clues) {
    const bool leads = clue.value("leads", json()).is_boolean() && clue["leads"].get<bool>();
    if (!leads || figure.drawings.size() == kMostDrawn) continue;
    figure.drawings.push_back(clue_markup(clue, figure.drawings.size() + 1, table));
  }
  figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
  figure.caption =
      "The features that tell most, one of each kind: how they are distributed over sequences. "
      "Alone: "
      "the share of pairs that the feature by itself puts in order. Without: what the classifier "
      "still has once this one, those before it and all that say much the same are taken out.";
  figure.below = all_clues(clues);
  return text + html::figure(figure);
}

}  // namespace rnngan
