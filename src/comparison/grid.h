// All runs of a plan with what became of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "comparison/plan.h"
#include "comparison/results.h"

namespace rnngan {

/// A run and where it is, relative to the leaderboard's folder.
struct PlacedRun {
  RunResult result;
  std::string directory;  // "runs/r3gan-1"
};

/// [variant][seed]
using RunGrid = std::vector<std::vector<PlacedRun>>;

/// What is on disk in a comparison's folder.
RunGrid read_runs(const Plan& plan, const std::filesystem::path& folder);

/// The plan that all folders hold. Throws Error{output} where one holds another; at least one.
Plan common_plan(const std::vector<std::string>& folders);

/// Takes over the results that `part`, another folder of the same plan, has and `grid`, that of
/// `folder`, has not.
void merge_runs(const Plan& plan, const std::filesystem::path& part,
                const std::filesystem::path& folder, RunGrid& grid);

/// Gives every score the floor and the ceiling that another run with its seed has, and the norm
/// that follows from them: they do not depend on the variant.
void share_bounds(const Plan& plan, RunGrid& grid);

}  // namespace rnngan
