#include "report/comparison_report.h"

#include <fstream>

#include <fmt/format.h>

#include "core/text.h"
#include "report/curves.h"
#include "report/figures.h"
#include "report/html.h"
#include "report/json_access.h"
#include "report/leaderboard.h"
#include "report/run_report.h"
#include "report/summary.h"
#include "report/variant_curves.h"
#include "report/variant_figures.h"

namespace rnngan {

namespace {

using nlohmann::json;

constexpr size_t kMostMaps = 3;

std::string fact_count(const json& object, const std::string& key) {
  const auto value = number_at(object, key);
  return value ? grouped(static_cast<int64_t>(*value)) : "";
}

std::string seeds_text(const json& board) {
  std::vector<std::string> seeds;
  const json& values = value_at(board, "seeds");
  if (values.is_array()) {
    for (const json& seed : values) seeds.push_back(seed.dump());
  }
  return join(seeds);
}

html::Heading heading_of(const ComparisonReport& report) {
  const json& board = report.leaderboard;
  const json& sequences = value_at(board, "sequences");
  html::Heading heading;
  heading.title = text_at(board, "title");
  if (heading.title.empty()) heading.title = "Comparison";
  const auto names = variant_names(board);
  heading.subtitle = fmt::format(
      "{} variants of {}, ranked by scores against sequences that were not trained on.",
      names.size(), text_at(board, "base").empty() ? "one config" : text_at(board, "base"));
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) heading.facts.emplace_back(name, value);
  };
  add("data", text_at(board, "data"));
  add("training sequences", fact_count(sequences, "train"));
  add("test sequences", fact_count(sequences, "test"));
  add("features", report.real.count() == 0 ? "" : std::to_string(report.real.features()));
  add("steps of training", fact_count(board, "steps"));
  add("seeds", seeds_text(board));
  add("ranked by", join(texts_at(board, "rank_by")));
  add("program", text_at(board, "version"));
  return heading;
}

/// In the order of the leaderboard.
std::vector<NamedSequences> named_sequences(const ComparisonReport& report) {
  std::vector<NamedSequences> all;
  for (const auto& name : variant_names(report.leaderboard)) {
    const auto found = report.synthetic.find(name);
    if (found == report.synthetic.end()) continue;
    SequenceSet finite = drawable(found->second, shown_count(found->second));
    if (finite.count() > 0) all.push_back({name, std::move(finite)});
  }
  return all;
}

std::vector<VariantLogs> variant_logs(const ComparisonReport& report) {
  std::vector<VariantLogs> all;
  for (const json& row : value_at(report.leaderboard, "rows")) {
    VariantLogs logs{text_at(row, "variant"), {}};
    for (const auto& run : texts_at(row, "runs")) {
      RunLog log = read_run_log(report.directory / run / "metrics.jsonl");
      if (!log.empty()) logs.runs.push_back(std::move(log));
    }
    all.push_back(std::move(logs));
  }
  return all;
}

/// Both maps of the first variants; of the others one panel each.
std::string maps(const SequenceSet& real, const std::vector<NamedSequences>& variants) {
  std::string text = variant_embedding(real, variants);
  for (size_t i = 0; i < std::min(variants.size(), kMostMaps); ++i) {
    text += html::details(variants[i].name + ": PCA and t-SNE",
                          embedding_figure({real, variants[i].sequences}), i == 0);
  }
  return text;
}

std::string changes_markup(const json& board) {
  std::string text;
  for (const json& row : value_at(board, "rows")) {
    const json& changes = value_at(row, "changes");
    std::string body = config_text(changes);
    std::vector<std::string> commands;
    for (const auto& run : texts_at(row, "runs")) {
      commands.push_back("rnngan train --config " + run + "/config.json");
    }
    text += html::details(text_at(row, "variant") + ": " + text_at(row, "objective"),
                          body + commands_markup(commands));
  }
  return text.empty() ? text : "<h3>Changes of each variant</h3>\n" + text;
}

std::string repeat_markup(const ComparisonReport& report) {
  const std::string command = text_at(report.leaderboard, "command");
  std::ifstream stream(report.directory / "comparison.json");
  const json plan = json::parse(stream, nullptr, /*allow_exceptions=*/false);
  return commands_markup(command.empty() ? std::vector<std::string>() : std::vector{command}) +
         changes_markup(report.leaderboard) +
         config_markup(plan.is_discarded() ? json() : plan, "Complete plan (comparison.json)");
}

}  // namespace

std::string comparison_report(const ComparisonReport& report) {
  const json& board = report.leaderboard;
  const SequenceSet real = drawable(report.real, shown_count(report.real));
  const auto variants = named_sequences(report);
  const auto logs = variant_logs(report);
  std::vector<html::Section> sections = {
      {"Leaderboard", leaderboard_table(board) + leaderboard_figure(board)},
      {"All scores", all_scores_table(board)},
      {"Differences at equal seeds", paired_figure(board)},
      {"Stability and cost", stability_figure(board)}};
  if (real.count() > 0 && !variants.empty()) {
    sections.push_back({"Sequences", variant_sequences(real, variants)});
    sections.push_back({"Distributions", variant_distributions(real, variants)});
    sections.push_back({"Maps", maps(real, variants)});
  }
  sections.push_back({"Scores during training", variant_score_curves(logs)});
  sections.push_back({"Training losses", variant_loss_curves(logs)});
  sections.push_back({"Configuration and how to repeat this", repeat_markup(report)});
  return html::page(heading_of(report), sections);
}

}  // namespace rnngan
