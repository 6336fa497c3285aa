// The folder of a run: config.json, run.log, metrics.jsonl, checkpoints/, samples/. Locked while in
// use, never overwritten.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "config/run_config.h"
#include "core/file.h"

namespace rnngan {

class RunDirectory {
 public:
  /// Makes a new one. Throws Error{output} if `path` exists and is not an empty directory, or
  /// cannot be made.
  static RunDirectory create(const std::filesystem::path& path);
  /// Throws the same errors and changes nothing: what can be known before long work begins.
  static void require_creatable(const std::filesystem::path& path);
  /// Takes an existing one. Throws Error{checkpoint} if there is none, Error{output} if another
  /// process uses it.
  static RunDirectory open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path log() const { return path_ / "run.log"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path samples() const { return path_ / "samples"; }
  std::filesystem::path checkpoint(int64_t step) const;
  std::filesystem::path best_checkpoint() const { return path_ / "checkpoints/best.safetensors"; }

  /// Removes rows of metrics.jsonl after `step`, and a last row that was cut off.
  void cut_metrics(int64_t step) const;
  /// Keeps the newest `keep` checkpoints and those at multiples of `milestone` (0 = none); named
  /// ones (best) always. Removes what a killed process left half-written.
  void rotate_checkpoints(int64_t keep, int64_t milestone) const;

 private:
  RunDirectory(std::filesystem::path path, DirectoryLock lock);

  std::filesystem::path path_;
  DirectoryLock lock_;
};

/// The step in the name of a checkpoint file, 4000 for "4000.safetensors"; nullopt for any other
/// name.
std::optional<int64_t> checkpoint_step(const std::filesystem::path& file);

/// metrics.jsonl, one JSON object per line, written through at once. Throws Error{output}.
class MetricsFile {
 public:
  explicit MetricsFile(std::filesystem::path path);
  ~MetricsFile();
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  void append(const std::string& row);

 private:
  std::filesystem::path path_;
  int descriptor_;
};

/// runs/STEM-OBJECTIVE-N with the first N that is free.
std::filesystem::path default_run_path(const std::string& stem, const std::string& objective);

}  // namespace rnngan
