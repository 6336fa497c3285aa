// Steps that several verbs share: the config with the command line's own keys, threads, progress of
// reading.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/model.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "config/run_config.h"

namespace rnngan {

/// `sets` and, behind them, --device and --threads as "train.device=..." and "train.threads=...".
std::vector<std::string> with_common_sets(std::vector<std::string> sets,
                                          const CommonArguments& common);

/// How a checkpoint is to be opened: on --device, with `sets` over its config, and averaged or raw
/// weights.
OpenOptions open_options(const CommonArguments& common, std::vector<std::string> sets,
                         const std::string& weights);

/// Sets LibTorch's thread count and returns it. 0: one for narrow LSTMs, for which a second thread
/// brings nothing and, on cores that are busy otherwise, costs most of the speed; else all idle
/// cores. Several `processes` on the machine share the cores.
int use_threads(int64_t threads, const ModelConfig& model, int64_t processes = 1);

/// The same for work without narrow LSTMs. 0: all idle cores.
int use_all_threads(int64_t threads, int64_t processes = 1);

/// Shows how many rows of `file` have been read.
std::function<void(int64_t)> reading_progress(Console& console, const std::string& file);

}  // namespace rnngan
