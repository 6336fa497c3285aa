#include "comparison/grid.h"

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
    throw Error(ErrorKind::output,
                fmt::format("{}: holds another comparison than {}: {}", folder, folders.front(),
                            join(differences)),
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

}  // namespace rnngan
