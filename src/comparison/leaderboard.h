// What a comparison found: one JSON document, and the same for people.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "comparison/plan.h"
#include "comparison/results.h"

namespace rnngan {

/// A run and where it is, relative to the leaderboard's folder.
struct PlacedRun {
  RunResult result;
  std::string directory;  // "runs/r3gan-1"
};

/// All runs of a plan: [variant][seed].
using RunGrid = std::vector<std::vector<PlacedRun>>;

/// Ranks the variants. Members: "title", "base", "data", "sequences", "steps", "command",
/// "version", "seeds", "rank_by", "metrics", "directions", "complete", "notes", "floor", "ceiling",
/// "rows" (the best first), "paired" (the best row against every other).
nlohmann::ordered_json make_leaderboard(const Plan& plan, const RunGrid& runs);

/// A page with the table, floor, ceiling and notes.
std::string leaderboard_markdown(const nlohmann::ordered_json& leaderboard);

/// The table alone, for a terminal.
std::string leaderboard_table(const nlohmann::ordered_json& leaderboard);

/// "variant,seed,metric,value,std,floor,ceiling,norm,status,reason": a line per variant, seed and
/// score.
std::string leaderboard_csv(const Plan& plan, const RunGrid& runs);

}  // namespace rnngan
