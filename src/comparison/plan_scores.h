// Which scores a comparison file asks for, and which of them decide.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "comparison/plan_problems.h"
#include "evaluation/metric.h"

namespace rnngan {

struct PlanScores {
  std::vector<MetricId> metrics;  // in the order of the catalog
  std::vector<MetricId> rank_by;  // in the order of the file
};

/// Reads "metrics" and "rank_by". Without the first: the group "fast" and what decides; without the
/// second: mmd2_d1, acf_d1, ed_nn and ds, as far as "metrics" has them.
PlanScores read_plan_scores(const nlohmann::json& document, PlanProblems& problems);

}  // namespace rnngan
