// One run of a comparison, in this process: trained, sampled, scored.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/train.h"
#include "comparison/folder.h"
#include "comparison/results.h"

namespace rnngan {

struct VariantOptions {
  int64_t threads = 1;
  std::string device = {};  // empty: as the config says
  bool bounds = true;       // floors and ceilings too
  std::function<void(const RunSummary&)> on_trained = {};
};

/// Goes on where the run was left: a trained one is scored, one with a checkpoint resumed, any
/// other trained anew. Writes samples.csv (the first of the sequences that are scored) and
/// scores.json. What ends the run is written there, too, and thrown again: Error{diverged} where
/// that is the result. When sinks.stop is set, the answer has the status `missing` and the run can
/// be continued.
RunResult run_variant(const Plan& plan, const RunKey& key, const RunPaths& paths,
                      const VariantOptions& options, const TrainSinks& sinks = {});

}  // namespace rnngan
