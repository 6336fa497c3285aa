// Makes the runs of a comparison, several at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "comparison/folder.h"
#include "comparison/job.h"
#include "comparison/results.h"
#include "core/stop.h"

namespace rnngan {

/// What is going on, for a line on a terminal.
struct Progress {
  struct Running {
    std::string name, stage;
    int64_t step = 0, steps = 0;
  };
  int64_t done = 0, total = 0;   // runs; those that were finished before count
  std::vector<Running> running;  //
  double seconds_left = -1;      // by the steps done so far; negative: not known yet
};

struct RunHooks {
  const StopFlag* stop = nullptr;
  /// A run has come to its end, `kept` if it was finished before.
  std::function<void(const RunKey& key, const RunResult& result, bool kept)> on_result;
  /// About every fifth of a second.
  std::function<void(const Progress& progress)> on_progress;
};

/// Trains and scores those of `runs` that are not finished, `jobs` at a time, and returns their
/// results in that order. When a stop is requested, the processes are asked to end, and what is not
/// done has the status `missing`.
std::vector<RunResult> make_runs(const Plan& plan, const ComparisonFolder& folder,
                                 const std::vector<RunKey>& runs, int64_t jobs,
                                 const JobOptions& options, const RunHooks& hooks);

}  // namespace rnngan
