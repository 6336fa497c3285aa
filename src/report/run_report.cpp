#include "report/run_report.h"

#include <fmt/format.h>

#include "config/config.h"
#include "core/text.h"
#include "report/curves.h"
#include "report/figures.h"
#include "report/giveaway_figures.h"
#include "report/html.h"
#include "report/score_table.h"
#include "report/summary.h"

namespace rnngan {

namespace {

using nlohmann::json;

std::string steps_text(const SequenceSet& sequences) {
  if (sequences.count() == 0) return "0";
  const auto shortest = sequences.lengths.min().item<int64_t>();
  const auto longest = sequences.lengths.max().item<int64_t>();
  return shortest == longest ? grouped(longest)
                             : fmt::format("{} to {}", grouped(shortest), grouped(longest));
}

/// A text of the config at a JSON pointer; empty where there is none.
std::string config_entry(const json& config, const char* pointer) {
  const json::json_pointer place(pointer);
  if (!config.is_object() || !config.contains(place)) return {};
  const json& value = config.at(place);
  return value.is_string() ? value.get<std::string>() : value.is_structured() ? "" : value.dump();
}

std::vector<std::pair<std::string, std::string>> facts_of(const RunReport& report,
                                                          const SequenceSet& synthetic) {
  std::vector<std::pair<std::string, std::string>> facts = {
      {"real sequences", grouped(report.real.count())},
      {"synthetic sequences", grouped(report.synthetic.count())},
      {"features", std::to_string(report.real.features())},
      {"steps", steps_text(report.real)}};
  const std::string steps = steps_text(report.synthetic);
  if (steps != facts.back().second) facts.emplace_back("synthetic steps", steps);
  if (const auto lost = report.synthetic.count() - synthetic.count(); lost > 0) {
    facts.emplace_back("left out", fmt::format("{} synthetic that are no data", grouped(lost)));
  }
  const auto add = [&](const char* name, const char* pointer) {
    const std::string text = config_entry(report.config, pointer);
    if (!text.empty()) facts.emplace_back(name, text);
  };
  add("data", "/data/path");
  add("objective", "/objective");
  add("objective", "/objective/preset");
  add("training steps", "/train/steps");
  add("batch", "/train/batch");
  add("seed", "/train/seed");
  return facts;
}

}  // namespace

std::string config_text(const json& config) {
  if (config.is_null() || config.empty()) return {};
  return "<pre tabindex=\"0\">" + html::escape(print_document(config)) + "</pre>\n";
}

std::string config_markup(const json& config, const std::string& summary) {
  return html::details(summary, config_text(config));
}

std::string commands_markup(const std::vector<std::string>& commands) {
  if (commands.empty()) return {};
  return "<pre tabindex=\"0\">" + html::escape(join(commands, "\n")) + "</pre>\n";
}

std::string run_report(const RunReport& report) {
  const ValidCells cells(report.real, nullptr);
  const SequenceSet real = drawable(report.real, cells, report.real.count());
  const SequenceSet finite = drawable(report.synthetic, cells, report.synthetic.count());
  const SequenceSet shown = subsample(real, shown_count(real), 1, "report");
  const SequenceSet synthetic = subsample(finite, shown_count(finite), 1, "report");
  const Pair pair{shown, synthetic};
  const bool some = shown.count() > 0 && synthetic.count() > 0;
  std::vector<html::Section> sections = {{"Scores", score_table(report.scores)}};
  if (some) {
    sections.push_back({"What gives it away", giveaway_figures(report.scores, real, finite)});
    sections.push_back({"Sequences", sequence_figure(pair)});
    sections.push_back({"Distributions", distribution_figures(pair)});
    sections.push_back({"Autocorrelation", autocorrelation_figures(pair)});
    sections.push_back({"Maps of both sets", embedding_figure(pair)});
  } else {
    sections.push_back({"Sequences", "<p>There are no finite sequences to draw.</p>\n"});
  }
  if (report.run_directory) {
    const RunLog log = read_run_log(*report.run_directory / "metrics.jsonl");
    sections.push_back({"Training", training_figures(log)});
  }
  sections.push_back(
      {"Configuration and how to repeat this",
       commands_markup(report.commands) + config_markup(report.config, "Complete configuration")});
  return html::page({report.title, report.subtitle, facts_of(report, finite)}, sections);
}

}  // namespace rnngan
