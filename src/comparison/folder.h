// Where a comparison keeps what.
//
//   comparison.json                 the plan
//   configs/VARIANT.json            complete config of a variant
//   runs/VARIANT-SEED/              run directory, with scores.json and samples.csv
//   logs/VARIANT-SEED.log           what its process said on standard error
//   logs/VARIANT-SEED.json          in place of scores.json, of a run that has no directory
//   leaderboard.json, .md, .csv
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "comparison/plan.h"
#include "core/file.h"

namespace rnngan {

/// The paths of one run.
struct RunPaths {
  std::filesystem::path directory, config, log, failure;
  std::filesystem::path scores() const { return directory / "scores.json"; }
  std::filesystem::path samples() const { return directory / "samples.csv"; }
  std::filesystem::path metrics() const { return directory / "metrics.jsonl"; }
};

class ComparisonFolder {
 public:
  /// Throws Error{output}, and changes nothing, if `path` can be no folder of this plan: it is no
  /// folder or holds something else, or another plan (the message names what differs).
  static void require_usable(const std::filesystem::path& path, const Plan& plan);
  /// The same, makes what is missing and locks it as long as the object lives. Throws Error{output}
  /// if another process uses it.
  static ComparisonFolder open(const std::filesystem::path& path, const Plan& plan);

  const std::filesystem::path& path() const { return path_; }
  RunPaths run(const Plan& plan, const RunKey& key) const;

 private:
  ComparisonFolder(std::filesystem::path path, DirectoryLock lock);
  /// A new one, whole or not at all.
  static ComparisonFolder begin(const std::filesystem::path& path, const Plan& plan);

  std::filesystem::path path_;
  DirectoryLock lock_;
};

/// The plan in a comparison's folder. Throws Error{output} where there is none, or one that the
/// program did not write.
Plan read_folder_plan(const std::filesystem::path& path);

/// The paths of a run below any folder of a comparison. Throws Error{output} where one of them
/// leads out of the folder.
RunPaths run_paths(const std::filesystem::path& folder, const Plan& plan, const RunKey& key);

}  // namespace rnngan
