// The report of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

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

/// Why there is nothing to compare with: "3 test sequences are too few for a report (10 at least)";
/// empty where there are enough.
std::string lacks_for_report(const Dataset& data);

/// Whether there are test sequences enough to compare with.
bool has_report(const Dataset& data);

/// Writes report.html into the run's directory and returns its path: samples of the generator
/// beside the test split, the scores that take seconds, the course of training. Fewer scores once
/// `stop` is set. Throws Error{output}.
std::filesystem::path write_report(const FinishedRun& run, const StopFlag* stop);

/// The same for a run directory with any checkpoint: the best one, or the newest. `sets` lie over
/// its config: where the data are now. Throws Error{checkpoint, config, data, output}.
std::filesystem::path report_run(const std::filesystem::path& directory,
                                 const std::vector<std::string>& sets = {},
                                 const StopFlag* stop = nullptr,
                                 const std::function<void(int64_t)>& on_rows = {});

}  // namespace rnngan
