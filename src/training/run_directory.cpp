#include "training/run_directory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "core/error.h"
#include "core/inside.h"
#include "training/logged_rows.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// Names of files may come from anywhere with a run: none leads out of it.
void require_no_links_out(const fs::path& run) {
  for (const fs::path& folder : {run, run / "checkpoints", run / "samples"}) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      require_inside(run, entry.path(), ErrorKind::output);
    }
  }
}

void make_folder(const fs::path& path) {
  std::error_code failed;
  fs::create_directory(path, failed);
  if (failed) {
    throw Error(ErrorKind::output, path.string(), "cannot be made: " + failed.message());
  }
}

// The nearest directory above that exists: where the first new folder would be made.
fs::path existing_ancestor(fs::path path) {
  std::error_code failed;
  path = fs::absolute(path, failed).lexically_normal();
  while (!fs::exists(path, failed) && path.has_relative_path()) path = path.parent_path();
  return path;
}

DirectoryLock lock(const fs::path& path) {
  auto lock = DirectoryLock::acquire(path);
  if (!lock) {
    throw Error(ErrorKind::output, path.string(), "another process is using this run",
                "wait for it, or choose another directory");
  }
  return std::move(*lock);
}

/// What killed processes left half-written, in what was set aside as well.
void sweep(const fs::path& run) {
  std::error_code failed;
  for (const fs::path& folder : {run, run / "checkpoints", run / "samples"}) {
    if (!fs::is_symlink(folder, failed) || folder == run) sweep_temporaries(folder);
  }
  for (fs::directory_iterator at(run, failed), end; !failed && at != end; at.increment(failed)) {
    const bool aside = at->path().filename().string().starts_with("abandoned-");
    if (aside && !at->is_symlink(failed)) sweep(at->path());
  }
}

}  // namespace

void RunDirectory::require_creatable(const fs::path& path) {
  std::error_code failed;
  if (path.empty()) throw Error(ErrorKind::output, "", "the run directory has an empty name");
  if (is_there(path, ErrorKind::output) && !is_vacant_directory(path)) {
    if (!fs::is_directory(path, failed)) {
      throw Error(ErrorKind::output, path.string(), "exists and is not a directory");
    }
    const bool is_run = !checkpoint_steps(path).empty();
    throw Error(ErrorKind::output, path.string(),
                is_run ? "holds a run already" : "exists and is not empty",
                is_run ? "resume it, or choose another directory" : "choose another directory");
  }
  const fs::path parent = existing_ancestor(path);
  if (!fs::is_directory(parent, failed) || ::access(parent.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::output, path.string(),
                fmt::format("cannot be made: {} is not a writable directory", parent.string()),
                "choose another directory");
  }
}

RunDirectory RunDirectory::stage(const fs::path& path) {
  require_creatable(path);
  RunDirectory run(path);
  run.target_ = path;
  run.stage_ = std::make_unique<StagedDirectory>(path, "checkpoints");
  require_creatable(path);  // again under the lock: another process may have been faster
  run.path_ = run.stage_->path();
  for (const char* folder : {"checkpoints", "samples"}) make_folder(run.path_ / folder);
  return run;
}

void RunDirectory::publish() {
  lock_.emplace(stage_->publish());
  stage_.reset();
  path_ = target_;
}

Error RunDirectory::at_target(const Error& error) const {
  return stage_ ? stage_->at_target(error) : error;
}

RunDirectory RunDirectory::create(const fs::path& path) {
  RunDirectory run = stage(path);
  run.publish();
  return run;
}

RunDirectory RunDirectory::open(const fs::path& path) {
  std::error_code failed;
  if (!is_there(path, ErrorKind::checkpoint) || !fs::is_directory(path, failed)) {
    throw Error(ErrorKind::checkpoint, path.string(), "there is no run",
                "give the directory of a run");
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::output, path.string(),
                std::string("cannot be written: ") + std::strerror(errno));
  }
  RunDirectory run(path);
  run.lock_.emplace(lock(path));
  require_no_links_out(path);
  sweep(path);
  return run;
}

fs::path RunDirectory::checkpoint(int64_t step) const {
  return path_ / "checkpoints" / fmt::format("{}.safetensors", step);
}

void RunDirectory::cut_metrics(int64_t step) const {
  if (!is_there(metrics(), ErrorKind::checkpoint)) return;
  std::string kept;
  for (const LoggedRow& row : read_logged_rows(metrics())) {
    if (row.step <= step) kept += row.text + "\n";
  }
  write_file(metrics(), kept);
}

void RunDirectory::rotate_checkpoints(int64_t keep, int64_t milestone) const {
  std::error_code failed;
  sweep_temporaries(path_ / "checkpoints");
  const auto steps = checkpoint_steps(path_);
  for (size_t i = static_cast<size_t>(keep); i < steps.size(); ++i) {
    if (milestone > 0 && steps[i] > 0 && steps[i] % milestone == 0) continue;
    fs::remove(checkpoint(steps[i]), failed);
  }
}

std::optional<int64_t> step_in_name(const fs::path& file) {
  const std::string stem = file.stem().string();
  int64_t step = 0;
  const auto [end, status] = std::from_chars(stem.data(), stem.data() + stem.size(), step);
  const bool whole = status == std::errc() && end == stem.data() + stem.size() && step >= 0;
  return whole ? std::optional(step) : std::nullopt;
}

std::optional<int64_t> checkpoint_step(const fs::path& file) {
  return file.extension() == ".safetensors" ? step_in_name(file) : std::nullopt;
}

std::vector<int64_t> checkpoint_steps(const fs::path& run) {
  std::vector<int64_t> steps;
  std::error_code failed;
  for (fs::directory_iterator at(run / "checkpoints", failed), end; !failed && at != end;
       at.increment(failed)) {
    if (const auto step = checkpoint_step(at->path())) steps.push_back(*step);
  }
  std::ranges::sort(steps, std::greater<>());
  return steps;
}

fs::path default_run_path(const std::string& stem, const std::string& objective) {
  std::error_code failed;
  for (int number = 1;; ++number) {
    fs::path path = fs::path("runs") / fmt::format("{}-{}-{}", stem, objective, number);
    if (!fs::exists(path, failed)) return path;
  }
}

}  // namespace rnngan
