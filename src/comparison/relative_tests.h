// Is the first of a leaderboard closer to the data than another variant, by more than chance?
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "comparison/grid.h"
#include "config/run_config.h"
#include "evaluation/sequences.h"

namespace rnngan {

struct LeaderboardRow;

/// Samples of runs, by the run's directory as the leaderboard has it ("runs/r3gan-1").
using RunSamples = std::map<std::string, SequenceSet>;

/// The samples.csv of all runs in `folder`, read as `data` says, with the columns and labels of
/// `real`; runs without one are left out. Throws Error{data} for a file that does not fit.
RunSamples read_run_samples(const RunGrid& runs, const std::filesystem::path& folder,
                            DataConfig data, const SequenceSet& real);

/// The relative test of Bounliphone et al. (2015) between two variants a and b at equal seeds.
/// Windows that overlap are no independent sequences: p is then too extreme.
struct RelativeTest {
  std::string a, b;
  std::string metric;  // cmp_rmmd: of sequences; cmp_rmmd_d1: of their differences
  // By seed, empty where one of them has no samples; below 0.05: b is closer, above 0.95: a.
  std::vector<std::optional<double>> p = {};
  int64_t a_closer = 0, b_closer = 0;  // in so many seeds
};

/// Between the first row and every other.
std::vector<RelativeTest> relative_tests(const std::vector<LeaderboardRow>& rows,
                                         const SequenceSet& real, const RunSamples& samples);

}  // namespace rnngan
