// Which scores a comparison file asks for, and which of them decide.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "comparison/plan_problems.h"

namespace rnngan {

struct PlanScores {
  std::vector<std::string> metrics;  // ids, in the order of the catalog
  std::vector<std::string> rank_by;  // ids, in the order of the file
};

/// Reads "metrics" and "rank_by". Without the first: the group "fast" and what decides; without the
/// second: mmd2_d1, acf_d1, ed_nn and ds, as far as "metrics" has them.
PlanScores read_plan_scores(const nlohmann::json& document, PlanProblems& problems);

}  // namespace rnngan
