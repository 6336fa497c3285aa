#include "comparison/grid.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "comparison/folder.h"
#include "comparison/ranking.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace fs = std::filesystem;
using nlohmann::json;

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

/// The first run with a seed whose record of a score has this number.
std::optional<double> bound_with_seed(const RunGrid& grid, size_t seed, const std::string& metric,
                                      const char* key) {
  for (const auto& row : grid) {
    if (const auto bound = row[seed].result.number(metric, key)) return bound;
  }
  return std::nullopt;
}

void give_bounds(json& record, const std::optional<double>& floor,
                 const std::optional<double>& ceiling, const Scale& scale) {
  if (!record.value("floor", json()).is_null()) return;
  if (floor) record["floor"] = *floor;
  if (ceiling) record["ceiling"] = *ceiling;
  const json& value = record["value"];
  if (!floor || !ceiling || !value.is_number()) return;
  // Where noise is hardly worse than real sequences there is no norm.
  if (scale.loss(*ceiling) > scale.loss(*floor) && record.value("telling", true) &&
      tells_from_noise(scale.ideal, *floor, *ceiling)) {
    record["norm"] = (value.get<double>() - *floor) / (*ceiling - *floor);
  }
}

}  // namespace

void share_bounds(const Plan& plan, RunGrid& grid) {
  for (size_t seed = 0; seed < plan.seeds.size(); ++seed) {
    for (const std::string& metric : plan.metrics) {
      const auto floor = bound_with_seed(grid, seed, metric, "floor");
      const auto ceiling = bound_with_seed(grid, seed, metric, "ceiling");
      for (auto& row : grid) {
        for (auto& record : row[seed].result.scores) {
          if (record.value("metric", "") == metric) {
            give_bounds(record, floor, ceiling, scale_of(metric));
          }
        }
      }
    }
  }
}

}  // namespace rnngan
