// The report of one run, or of one pair of real and synthetic sequences: a page of HTML that loads
// nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evaluation/score.h"

namespace rnngan {

struct RunReport {
  std::string title;
  std::string subtitle;         // what was compared
  SequenceSet real, synthetic;  // original units; synthetic ones may hold NaN
  std::vector<Score> scores;
  std::optional<std::filesystem::path> run_directory;  // metrics.jsonl of the training, if any
  std::vector<std::string> commands;                   // how to make it again, a line each
  nlohmann::json config;                               // resolved; null without
};

std::string run_report(const RunReport& report);

/// The config behind a summary, and commands; parts of both kinds of report.
std::string config_markup(const nlohmann::json& config, const std::string& summary);
/// The same in the open.
std::string config_text(const nlohmann::json& config);
std::string commands_markup(const std::vector<std::string>& commands);

}  // namespace rnngan
