// Reports that verbs write.
#pragma once

#include <filesystem>
#include <string>

#include "comparison/leaderboard.h"
#include "comparison/plan.h"
#include "comparison/relative_tests.h"
#include "config/config.h"
#include "core/stop.h"
#include "data/dataset.h"

namespace rnngan {

class Console;

/// What a report of a finished run is made from.
struct FinishedRun {
  const ResolvedConfig& config;
  const Dataset& data;
  std::filesystem::path directory;
  std::filesystem::path checkpoint;  // the best one, or the last
};

/// Writes report.html into the run's directory: samples of its generator against the test split,
/// the group `fast` of scores, the course of training. A note in run.log where there are too few
/// test sequences; a failure is a warning, since the run itself is done.
void write_report_of(const FinishedRun& run, Console& console, const StopFlag& stop);

/// What the runs of a comparison made, beside what they were to make.
struct ComparedSequences {
  Schema schema;
  Sequences real;  // the test split
  RunSamples samples;
};

/// Reads the data and the samples of a comparison in `directory`. Throws Error{data}.
ComparedSequences compared_sequences(const Plan& plan, const RunGrid& runs,
                                     const std::filesystem::path& directory);

/// Writes report.html into the directory of a comparison: its leaderboard, samples of every variant
/// beside the test split, the course of training. A failure is a warning.
void write_report_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                     const std::filesystem::path& directory, Console& console);

/// Words of a command line as a shell would take them.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace rnngan
