// The table of scores, and bars and texts that leaderboards share with it.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace rnngan {

/// Records as `evaluate --json` prints them, one row each; those without a value below, with the
/// reason. Empty for none.
std::string score_table(const nlohmann::json& records);

/// "are the joint laws of whole sequences equal?", of an id of a score or of its view of
/// differences; empty for an id that the catalog does not have.
std::string metric_question(const std::string& metric);

/// A bar from 0 (as good as real) to 1 (noise), as markup; beyond 1 it ends in an arrow.
std::string norm_bar(double norm);

}  // namespace rnngan
