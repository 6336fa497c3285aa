// What a comparison found: one JSON document, and the same for people.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "comparison/grid.h"
#include "comparison/plan.h"

namespace rnngan {

/// Ranks the variants; a value better than its floor counts as the floor there. Members: "title",
/// "base", "data", "sequences", "steps", "command", "version", "seeds", "rank_by", "metrics",
/// "directions", "complete", "notes", "floor", "ceiling", "rows" (the best first), "paired" (the
/// best row against every other).
nlohmann::ordered_json make_leaderboard(const Plan& plan, const RunGrid& runs);

/// A page with the table, floor, ceiling and notes.
std::string leaderboard_markdown(const nlohmann::ordered_json& leaderboard);

/// The table alone, for a terminal.
std::string leaderboard_table(const nlohmann::ordered_json& leaderboard);

/// "variant,seed,metric,value,std,floor,ceiling,norm,status,reason": a line per variant, seed and
/// score.
std::string leaderboard_csv(const Plan& plan, const RunGrid& runs);

}  // namespace rnngan
