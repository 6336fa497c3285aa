#include "report/giveaway_figures.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>

#include "evaluation/sequence_features.h"
#include "report/figures.h"

namespace rnngan {

namespace {

constexpr size_t kMostDrawn = 8;

/// The defined values of one feature.
std::vector<double> values_of_feature(const at::Tensor& table, size_t k) {
  const at::Tensor column = table.select(1, static_cast<int64_t>(k)).contiguous();
  std::vector<double> values(column.data_ptr<double>(), column.data_ptr<double>() + column.numel());
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

/// A drawing of the feature's values over sequences, below the sentence.
std::string clue_markup(const Giveaway& clue, const std::optional<double>& without, size_t number,
                        const FeatureTable& table) {
  const auto found = std::ranges::find(table.features, clue.about.key, &SequenceFeature::key);
  if (found == table.features.end()) return {};
  const auto k = static_cast<size_t>(found - table.features.begin());
  std::string alone = fmt::format("alone {:.3f}", clue.auc);
  if (without) {
    alone += fmt::format("; c2st without {} {:.3f}", number == 1 ? "it" : "these", *without);
  }
  return fmt::format(
      "<div><p><strong>{}. {}</strong><br/><span class=\"soft\">{}</span></p>{}</div>\n", number,
      html::escape(clue.sentence), alone,
      distribution_panel(values_of_feature(table.real, k), values_of_feature(table.synthetic, k),
                         found->phrase, clue.sentence));
}

std::string test_sentence(const Score& test) {
  std::string text = fmt::format(
      "A classifier that sees such features of a sequence ranks a real one above a synthetic one "
      "in {:.0f} % of pairs (50 %: it cannot tell them apart",
      100 * test.result.value.value_or(0.5));
  const auto error = test.result.detail.find("standard_error");
  if (error != test.result.detail.end()) {
    text += fmt::format("; standard error {:.1f} points", 100 * error->get<double>());
  }
  if (test.floor) text += fmt::format("; real against real {:.0f} %", 100 * *test.floor);
  return text + ").";
}

std::string all_clues(const std::vector<Giveaway>& clues) {
  std::vector<std::vector<std::string>> rows;
  for (const Giveaway& clue : clues) rows.push_back({clue.sentence, html::number(clue.auc, 3)});
  return html::details(fmt::format("All {} features by which they differ", rows.size()),
                       html::table({"feature", "alone"}, rows));
}

std::string clues_figure(const Giveaways& found, const FeatureTable& table) {
  html::Figure figure;
  for (const Giveaway& clue : found.features) {
    if (!clue.leads || figure.drawings.size() == kMostDrawn) continue;
    figure.drawings.push_back(
        clue_markup(clue, found.without(clue), figure.drawings.size() + 1, table));
  }
  figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
  figure.caption =
      "The features that tell most, one of each kind: how they are distributed over sequences. "
      "Alone: "
      "the share of pairs that the feature by itself puts in order. Without: what the classifier "
      "still has once this one, those before it and all that say much the same are taken out.";
  figure.below = all_clues(found.features);
  return html::figure(figure);
}

}  // namespace

std::string giveaway_figures(const std::vector<Score>& scores, const SequenceSet& real,
                             const SequenceSet& synthetic) {
  const auto test = std::ranges::find_if(
      scores, [](const Score& score) { return score.result.giveaways.has_value(); });
  if (test == scores.end()) return {};
  std::string text = "<p>" + html::escape(test_sentence(*test)) + "</p>\n";
  const std::string remark = test->remark();
  if (!remark.empty()) text += "<p class=\"note\">" + html::escape(remark) + "</p>\n";
  const Giveaways& found = *test->result.giveaways;
  if (found.features.empty()) return text + "<p>Nothing that differs by more than chance.</p>\n";
  return text + clues_figure(found, sequence_features(real, real, synthetic));
}

}  // namespace rnngan
