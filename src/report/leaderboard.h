// Parts of a comparison's page that come from leaderboard.json; each returns markup and is empty
// where there is nothing to show.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

/// Rows in the order of their ranks: rank, objective, the scores that rank, times.
std::string leaderboard_table(const nlohmann::json& board);

/// A drawing per score that ranks: every variant's mean, spread and single seeds beside the floor
/// and the ceiling.
std::string leaderboard_figure(const nlohmann::json& board);

/// Mean and spread of every score of every variant.
std::string all_scores_table(const nlohmann::json& board);

/// Differences between the best variant and every other one at equal seeds, and all pairs as
/// tables.
std::string paired_figure(const nlohmann::json& board);

/// How many seeds finished, why others did not, and what a step costs.
std::string stability_figure(const nlohmann::json& board);

/// "0.123 ±0.004"
std::string mean_and_sd(const nlohmann::json& score);

/// The names of the variants, best first.
std::vector<std::string> variant_names(const nlohmann::json& board);

}  // namespace rnngan
