// Is the first of a leaderboard closer to the data than another variant, by more than chance?
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "evaluation/sequences.h"

namespace rnngan {

/// Samples of runs, by the run's directory as the leaderboard has it ("runs/r3gan-1").
using RunSamples = std::map<std::string, SequenceSet>;

/// The samples.csv of all runs of a leaderboard in `folder`, with the columns and labels of
/// `real`; runs without one are left out. Throws Error{data} for a file that does not fit.
RunSamples read_run_samples(const nlohmann::json& leaderboard, const std::filesystem::path& folder,
                            const SequenceSet& real);

/// The relative test of Bounliphone et al. (2015) between the first row (a) and every other (b), at
/// equal seeds, of sequences (cmp_rmmd) and of their differences (cmp_rmmd_d1). One object each:
/// "a", "b", "metric", "p" (by seed, null where one of them has no samples; below 0.05: b is
/// closer, above 0.95: a), "a_closer" and "b_closer" (in so many seeds). Windows that overlap are
/// no independent sequences: p is then too extreme.
nlohmann::ordered_json relative_tests(const nlohmann::json& leaderboard, const SequenceSet& real,
                                      const RunSamples& samples);

}  // namespace rnngan
