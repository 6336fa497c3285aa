#include "report/comparison_report.h"

#include <fstream>

#include <fmt/format.h>

#include "core/text.h"
#include "report/board_figures.h"
#include "report/curves.h"
#include "report/figures.h"
#include "report/html.h"
#include "report/run_report.h"
#include "report/summary.h"
#include "report/variant_curves.h"
#include "report/variant_figures.h"

namespace rnngan {

namespace {

using nlohmann::json;

constexpr size_t kMostMaps = 3;

std::string seeds_text(const Leaderboard& board) {
  std::vector<std::string> seeds;
  for (const uint64_t seed : board.seeds) seeds.push_back(std::to_string(seed));
  return join(seeds);
}

html::Heading heading_of(const ComparisonReport& report) {
  const Leaderboard& board = report.leaderboard;
  html::Heading heading;
  heading.title = board.title.empty() ? "Comparison" : board.title;
  heading.subtitle =
      fmt::format("{} variants of {}, ranked by scores against sequences that were not trained on.",
                  board.rows.size(), board.base.empty() ? "one config" : board.base);
  heading.facts = {{"data", board.data},
                   {"training sequences", grouped(board.train_sequences)},
                   {board.split + " sequences", grouped(board.test_sequences)},
                   {"features", std::to_string(report.real.features())},
                   {"steps of training", grouped(board.steps)},
                   {"seeds", seeds_text(board)},
                   {"ranked by", join(names_of(board.rank_by))},
                   {"program", board.version}};
  return heading;
}

/// In the order of the leaderboard.
std::vector<NamedSequences> named_sequences(const ComparisonReport& report) {
  const ValidCells cells(report.real, nullptr);
  std::vector<NamedSequences> all;
  for (const LeaderboardRow& row : report.leaderboard.rows) {
    const auto found = report.synthetic.find(row.variant);
    if (found == report.synthetic.end()) continue;
    SequenceSet finite = drawable(found->second, cells, shown_count(found->second));
    if (finite.count() > 0) all.push_back({row.variant, std::move(finite)});
  }
  return all;
}

std::vector<VariantLogs> variant_logs(const ComparisonReport& report) {
  std::vector<VariantLogs> all;
  for (const LeaderboardRow& row : report.leaderboard.rows) {
    VariantLogs logs{row.variant, {}};
    for (const PlacedRun& run : row.runs) {
      RunLog log = read_run_log(report.directory / run.directory / "metrics.jsonl");
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

std::string changes_markup(const Leaderboard& board) {
  std::string text;
  for (const LeaderboardRow& row : board.rows) {
    std::vector<std::string> commands;
    for (const PlacedRun& run : row.runs) {
      commands.push_back("rnngan train --config " + run.directory + "/config.json");
    }
    text += html::details(row.variant + ": " + row.objective,
                          config_text(row.changes) + commands_markup(commands));
  }
  return text.empty() ? text : "<h3>Changes of each variant</h3>\n" + text;
}

std::string repeat_markup(const ComparisonReport& report) {
  std::ifstream stream(report.directory / "comparison.json");
  const json plan = json::parse(stream, nullptr, /*allow_exceptions=*/false);
  return commands_markup({report.leaderboard.command}) + changes_markup(report.leaderboard) +
         config_markup(plan.is_discarded() ? json() : plan, "Complete plan (comparison.json)");
}

}  // namespace

std::string comparison_report(const ComparisonReport& report) {
  const Leaderboard& board = report.leaderboard;
  const SequenceSet real =
      drawable(report.real, ValidCells(report.real, nullptr), shown_count(report.real));
  const auto variants = named_sequences(report);
  const auto logs = variant_logs(report);
  std::vector<html::Section> sections = report.first;
  sections.insert(sections.end(), {{"Leaderboard", ranks_table(board) + ranks_figure(board)},
                                   {"All scores", all_scores_table(board)},
                                   {"Differences at equal seeds", paired_figure(board)},
                                   {"Stability and cost", stability_figure(board)}});
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
