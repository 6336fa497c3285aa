// The report of a run that has just ended.
#pragma once

#include <filesystem>

#include "config/config.h"
#include "core/stop.h"
#include "data/dataset.h"

namespace rnngan {

struct FinishedRun {
  const ResolvedConfig& config;
  const Dataset& data;
  std::filesystem::path directory;
  std::filesystem::path checkpoint;  // the best one, or the last
};

/// Whether there are test sequences enough to compare with.
bool has_report(const Dataset& data);

/// Writes report.html into the run's directory and returns its path: samples of the generator
/// beside the test split, the scores that take seconds, the course of training. Fewer scores once
/// `stop` is set. Throws Error{output}.
std::filesystem::path write_report(const FinishedRun& run, const StopFlag* stop);

}  // namespace rnngan
