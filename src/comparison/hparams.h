// What TensorBoard's table of hyperparameters shows of a comparison's runs: what the variants
// differ in, beside the scores.
#pragma once

#include <string>
#include <vector>

#include "comparison/folder.h"
#include "comparison/plan.h"
#include "comparison/results.h"
#include "core/wire.h"

namespace rnngan {

/// The keys in which the configs of the variants differ, sorted; of what lies under "objective"
/// that word alone.
std::vector<std::string> differing_keys(const Plan& plan);

/// Values of an event file: the table's columns (variant, seed, the keys above, every score), what
/// stands in them for this run, and its scores as SPLIT/METRIC, .floor and .ceiling.
/// Field numbers: tensorboard/plugins/hparams/{api,plugin_data}.proto.
std::vector<WireMessage> hparam_values(const Plan& plan, const RunKey& key,
                                       const RunResult& result);

/// Writes them into the run's directory, where it has one and train.log.tensorboard is on. Throws
/// Error{output}.
void write_hparams(const Plan& plan, const RunKey& key, const RunPaths& run,
                   const RunResult& result);

}  // namespace rnngan
