// Steps that several verbs share: the config with the command line's own keys, threads, data with a
// progress line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "cli/arguments.h"
#include "cli/console.h"
#include "config/config.h"
#include "data/dataset.h"
#include "objective/objective.h"

namespace rnngan {

/// `sets` and, behind them, --device and --threads as "train.device=..." and "train.threads=...".
std::vector<std::string> with_common_sets(std::vector<std::string> sets,
                                          const CommonArguments& common);

/// Sets LibTorch's thread count and returns it. 0: one for narrow LSTMs, for which a second thread
/// brings nothing and, on cores that are busy otherwise, costs most of the speed; else all cores.
int use_threads(int64_t threads, const ModelConfig& model);

/// The same for work without narrow LSTMs. 0: all cores.
int use_all_threads(int64_t threads);

/// Loads the data of a config, with a progress line for a long file.
Dataset load_with_progress(const DataConfig& config, Console& console);

/// Builds the networks of a config and lets them go: throws, before anything is written, what only
/// they can know.
void rehearse_networks(const RunConfig& config, const Objective& objective, const Schema& schema);

/// "generator lstm 1x32, 11,204 parameters"
std::string describe_network(const std::string& name, bool bidirectional, int64_t layers,
                             int64_t hidden, int64_t parameters);

/// "r3gan = rpgan + 10 r1 + 10 r2"
std::string describe_objective(const ObjectiveConfig& objective);

}  // namespace rnngan
