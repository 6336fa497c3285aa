// Reports that verbs write.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "comparison/plan.h"
#include "comparison/relative_tests.h"
#include "data/dataset.h"

namespace rnngan {

class Console;

/// What the runs of a comparison made, beside what they were to make.
struct ComparedSequences {
  SequenceSet real;  // the test split
  RunSamples samples;
};

/// Reads the data and the samples of a comparison in `directory`. Throws Error{data}.
ComparedSequences compared_sequences(const Plan& plan, const nlohmann::json& leaderboard,
                                     const std::filesystem::path& directory);

/// Writes report.html into the directory of a comparison: its leaderboard (as leaderboard.json has
/// it), samples of every variant beside the test split, the course of training. A failure is a
/// warning.
void write_report_of(const ComparedSequences& compared, const nlohmann::json& leaderboard,
                     const std::filesystem::path& directory, Console& console);

}  // namespace rnngan
