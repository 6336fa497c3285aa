#include "training/run_directory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

bool is_empty_directory(const fs::path& path) {
  std::error_code failed;
  return fs::is_directory(path, failed) && fs::is_empty(path, failed);
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

}  // namespace

void RunDirectory::require_creatable(const fs::path& path) {
  std::error_code failed;
  if (path.empty()) throw Error(ErrorKind::output, "", "the run directory has an empty name");
  if (fs::exists(path, failed) && !is_empty_directory(path)) {
    if (!fs::is_directory(path, failed)) {
      throw Error(ErrorKind::output, path.string(), "exists and is not a directory");
    }
    const bool is_run = fs::exists(path / "checkpoints", failed);
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

RunDirectory RunDirectory::create(const fs::path& path) {
  require_creatable(path);
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    throw Error(ErrorKind::output, path.string(), "cannot be made: " + failed.message());
  }
  RunDirectory run(path, lock(path));
  // Again under the lock: another process may have been faster.
  if (!is_empty_directory(path)) require_creatable(path);
  for (const char* folder : {"checkpoints", "samples"}) {
    fs::create_directory(path / folder, failed);
    if (failed) {
      throw Error(ErrorKind::output, (path / folder).string(),
                  "cannot be made: " + failed.message());
    }
  }
  return run;
}

RunDirectory RunDirectory::open(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    throw Error(ErrorKind::checkpoint, path.string(), "there is no run to resume",
                "give the directory of a run");
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::output, path.string(), "cannot be written");
  }
  return {path, lock(path)};
}

RunDirectory::RunDirectory(fs::path path, DirectoryLock lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

fs::path RunDirectory::checkpoint(int64_t step) const {
  return path_ / "checkpoints" / fmt::format("{}.safetensors", step);
}

void RunDirectory::cut_metrics(int64_t step) const {
  std::error_code failed;
  if (!fs::exists(metrics(), failed)) return;
  std::istringstream rows(read_file(metrics(), ErrorKind::checkpoint));
  std::string kept;
  for (std::string row; std::getline(rows, row);) {
    const auto json = nlohmann::json::parse(row, nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.contains("step") && json["step"].get<int64_t>() <= step) {
      kept += row + "\n";
    }
  }
  write_file(metrics(), kept);
}

void RunDirectory::rotate_checkpoints(int64_t keep, int64_t milestone) const {
  std::vector<int64_t> steps;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(path_ / "checkpoints", failed)) {
    const bool half_written = entry.path().filename().string().starts_with('.');
    if (half_written) fs::remove(entry.path(), failed);
    if (const auto step = checkpoint_step(entry.path())) steps.push_back(*step);
  }
  std::ranges::sort(steps, std::greater<>());
  for (size_t i = static_cast<size_t>(keep); i < steps.size(); ++i) {
    if (milestone > 0 && steps[i] > 0 && steps[i] % milestone == 0) continue;
    fs::remove(checkpoint(steps[i]), failed);
  }
}

std::optional<int64_t> checkpoint_step(const fs::path& file) {
  const std::string stem = file.stem().string();
  int64_t step = 0;
  const auto [end, status] = std::from_chars(stem.data(), stem.data() + stem.size(), step);
  if (file.extension() != ".safetensors" || status != std::errc() ||
      end != stem.data() + stem.size()) {
    return std::nullopt;
  }
  return step;
}

MetricsFile::MetricsFile(fs::path path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw Error(ErrorKind::output, path_.string(),
                std::string("cannot be opened: ") + std::strerror(errno));
  }
}

MetricsFile::~MetricsFile() {
  ::close(descriptor_);
}

void MetricsFile::append(const std::string& row) {
  const std::string line = row + "\n";
  if (::write(descriptor_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw Error(ErrorKind::output, path_.string(),
                std::string("cannot be written: ") + std::strerror(errno),
                errno == ENOSPC ? "free some space, then resume the run" : "");
  }
}

fs::path default_run_path(const std::string& stem, const std::string& objective) {
  std::error_code failed;
  for (int number = 1;; ++number) {
    fs::path path = fs::path("runs") / fmt::format("{}-{}-{}", stem, objective, number);
    if (!fs::exists(path, failed)) return path;
  }
}

}  // namespace rnngan
