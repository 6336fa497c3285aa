#include "comparison/grid.h"

#include <optional>

#include <fmt/format.h>

#include "comparison/folder.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace fs = std::filesystem;

RunGrid read_runs(const Plan& plan, const fs::path& folder) {
  RunGrid grid(plan.variants.size(), std::vector<PlacedRun>(plan.seeds.size()));
  for (const RunKey& key : runs_of(plan)) {
    const RunPaths run = run_paths(folder, plan, key);
    grid[key.variant][key.seed] = {read_result(run),
                                   run.directory.lexically_relative(folder).generic_string()};
  }
  return grid;
}

Plan common_plan(const std::vector<std::string>& folders) {
  Plan plan = read_folder_plan(folders.front());
  for (const std::string& folder : folders) {
    const auto differences = plan_differences(plan, read_folder_plan(folder));
    if (differences.empty()) continue;
    throw Error(
        ErrorKind::output, folder,
        fmt::format("holds another comparison than {}: {}", folders.front(), join(differences)),
        "merge parts of one plan");
  }
  return plan;
}

void merge_runs(const Plan& plan, const fs::path& part, const fs::path& folder, RunGrid& grid) {
  const RunGrid more = read_runs(plan, part);
  for (const RunKey& key : runs_of(plan)) {
    PlacedRun& run = grid[key.variant][key.seed];
    const RunResult& other = more[key.variant][key.seed].result;
    if (run.result.finished() || other.status == RunStatus::missing) continue;
    const fs::path directory = run_paths(part, plan, key).directory;
    run = {other, fs::proximate(directory, folder).generic_string()};
  }
}

namespace {

/// The first score of its kind with a seed that has this bound.
const Score* first_with(std::optional<double> Score::*bound, const RunGrid& grid, size_t seed,
                        const MetricId& metric) {
  for (const auto& row : grid) {
    const Score* score = row[seed].result.score(metric);
    if (score != nullptr && score->*bound) return score;
  }
  return nullptr;
}

}  // namespace

void share_bounds(const Plan& plan, RunGrid& grid) {
  for (size_t seed = 0; seed < plan.seeds.size(); ++seed) {
    for (const MetricId& metric : plan.metrics) {
      const Score* const with_floor = first_with(&Score::floor, grid, seed, metric);
      const Score* const with_ceiling = first_with(&Score::ceiling, grid, seed, metric);
      const Score floor = with_floor == nullptr ? Score() : *with_floor;
      const auto ceiling = with_ceiling == nullptr ? std::nullopt : with_ceiling->ceiling;
      for (auto& row : grid) {
        for (Score& score : row[seed].result.scores) {
          if (score.metric != metric || score.floor) continue;
          score.floor = floor.floor;
          score.floor_sd = floor.floor_sd;
          if (ceiling) score.ceiling = ceiling;
          if (!score.common_value) score.common_value = score.result.value;
        }
      }
    }
  }
}

}  // namespace rnngan
