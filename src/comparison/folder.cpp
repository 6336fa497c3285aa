#include "comparison/folder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/config.h"
#include "config/document.h"
#include "core/inside.h"
#include "core/temporary.h"
#include "core/text.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr const char* kAnother = "start the comparison in another directory";

fs::path plan_file(const fs::path& folder) {
  return folder / "comparison.json";
}

[[noreturn]] void refuse_other_plan(const fs::path& path, std::vector<std::string> differences) {
  constexpr size_t kShown = 6;
  const size_t count = differences.size();
  differences.resize(std::min(count, kShown));
  const std::string more = count > kShown ? fmt::format(" and {} more", count - kShown) : "";
  throw Error(ErrorKind::output, path.string(),
              fmt::format("holds another comparison: {}{} {}", join(differences), more,
                          count == 1 ? "differs" : "differ"),
              "choose another directory");
}

void make_directory(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    throw Error(ErrorKind::output, path.string(), "cannot be made: " + failed.message());
  }
}

void require_no_ways_out(const fs::path& path, const Plan& plan) {
  for (const char* name : {"configs", "runs", "logs", "comparison.json", "leaderboard.json",
                           "leaderboard.md", "leaderboard.csv", "report.html"}) {
    require_inside(path, path / name, ErrorKind::output);
  }
  for (const RunKey& key : runs_of(plan)) run_paths(path, plan, key);
}

/// What killed processes left half-written.
void sweep(const fs::path& path, const Plan& plan) {
  for (const char* name : {"", "configs", "runs", "logs"}) sweep_temporaries(path / name);
  for (const RunKey& key : runs_of(plan)) {
    const fs::path run = run_paths(path, plan, key).directory;
    for (const char* name : {"", "checkpoints", "samples"}) sweep_temporaries(run / name);
  }
}

/// The plan last: without it there is no comparison.
void fill(const fs::path& path, const Plan& plan) {
  for (const char* name : {"configs", "runs", "logs"}) make_directory(path / name);
  for (const Variant& variant : plan.variants) {
    write_file(path / "configs" / (variant.name + ".json"), print_document(variant.config));
  }
  write_file(plan_file(path), to_json(plan).dump(2) + "\n");
}

}  // namespace

Plan read_folder_plan(const fs::path& path) {
  const fs::path file = plan_file(path);
  if (!is_there(file, ErrorKind::output)) {
    throw Error(ErrorKind::output, path.string(), "holds no comparison",
                "give the directory of a comparison");
  }
  const auto document =
      read_document(read_file(file, ErrorKind::output), file.string(), ErrorKind::output, kAnother);
  return plan_from_json(document, file.string());
}

void ComparisonFolder::require_usable(const fs::path& path, const Plan& plan) {
  std::error_code failed;
  if (path.empty()) throw Error(ErrorKind::output, "", "the directory has an empty name");
  if (!is_there(path, ErrorKind::output)) return;
  if (!fs::is_directory(path, failed)) {
    throw Error(ErrorKind::output, path.string(), "exists and is not a directory");
  }
  if (is_vacant_directory(path)) return;
  if (!is_there(plan_file(path), ErrorKind::output)) {
    throw Error(ErrorKind::output, path.string(), "exists and is no comparison",
                "choose another directory");
  }
  auto differences = plan_differences(read_folder_plan(path), plan);
  if (!differences.empty()) refuse_other_plan(path, std::move(differences));
}

ComparisonFolder ComparisonFolder::open(const fs::path& path, const Plan& plan) {
  require_usable(path, plan);
  if (!is_there(plan_file(path), ErrorKind::output)) return begin(path, plan);
  auto lock = DirectoryLock::acquire(path);
  if (!lock) {
    throw Error(ErrorKind::output, path.string(), "another process is using this comparison",
                "wait for it, or choose another directory");
  }
  require_usable(path, plan);  // again under the lock: another process may have been faster
  require_no_ways_out(path, plan);
  sweep(path, plan);
  fill(path, plan);
  return {path, std::move(*lock)};
}

ComparisonFolder ComparisonFolder::begin(const fs::path& path, const Plan& plan) {
  StagedDirectory staged(path, "comparison.json");
  try {
    fill(staged.path(), plan);
  } catch (const Error& error) {
    throw staged.at_target(error);
  }
  return {path, staged.publish()};
}

ComparisonFolder::ComparisonFolder(fs::path path, DirectoryLock lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

RunPaths ComparisonFolder::run(const Plan& plan, const RunKey& key) const {
  return run_paths(path_, plan, key);
}

RunPaths run_paths(const fs::path& folder, const Plan& plan, const RunKey& key) {
  const std::string name = run_name(plan, key);
  RunPaths run = {folder / "runs" / name,
                  folder / "configs" / (plan.variants.at(key.variant).name + ".json"),
                  folder / "logs" / (name + ".log"), folder / "logs" / (name + ".json")};
  for (const fs::path& path : {run.config, run.log, run.failure, run.scores(), run.samples(),
                               run.metrics(), run.directory / "checkpoints"}) {
    require_inside(folder, path, ErrorKind::output);
  }
  return run;
}

}  // namespace rnngan
