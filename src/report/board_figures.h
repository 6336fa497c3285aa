// Parts of a comparison's page that come from its leaderboard; each returns markup and is empty
// where there is nothing to show.
#pragma once

#include <string>
#include <vector>

#include "comparison/leaderboard.h"

namespace rnngan {

/// Rows in the order of their ranks: rank, objective, the scores that rank, times.
std::string ranks_table(const Leaderboard& board);

/// A drawing per score that ranks: every variant's mean, spread and single seeds beside the floor
/// and the ceiling.
std::string ranks_figure(const Leaderboard& board);

/// Mean and spread of every score of every variant.
std::string all_scores_table(const Leaderboard& board);

/// Differences between the best variant and every other one at equal seeds, and all pairs as
/// tables.
std::string paired_figure(const Leaderboard& board);

/// How many seeds finished, why others did not, and what a step costs.
std::string stability_figure(const Leaderboard& board);

}  // namespace rnngan
