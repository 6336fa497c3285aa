// The folder of a run: config.json, run.log, metrics.jsonl, event files, checkpoints/, samples/.
// Locked while in use, never overwritten.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/run_config.h"
#include "core/file.h"
#include "core/temporary.h"

namespace rnngan {

class RunDirectory {
 public:
  /// A new one that nobody sees before publish(): until then path() is a temporary place, which
  /// goes with the object. Throws Error{output} if `path` exists and is not an empty directory, or
  /// cannot be made.
  static RunDirectory stage(const std::filesystem::path& path);
  /// Puts it in place with all that it holds. Throws Error{output}.
  void publish();
  /// An error of a file in it, as of where the file is meant to be.
  Error at_target(const Error& error) const;
  /// A new one without anything in it.
  static RunDirectory create(const std::filesystem::path& path);
  /// Throws the same errors and changes nothing: what can be known before long work begins.
  static void require_creatable(const std::filesystem::path& path);
  /// Takes an existing one; removes what a killed process left half-written. Throws
  /// Error{checkpoint} if there is none, Error{output} if another process uses it or a link leads
  /// out of it.
  static RunDirectory open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path log() const { return path_ / "run.log"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path samples() const { return path_ / "samples"; }
  std::filesystem::path checkpoint(int64_t step) const;
  std::filesystem::path best_checkpoint() const { return path_ / "checkpoints/best.safetensors"; }

  /// Removes rows of metrics.jsonl after `step`, and a last row that was cut off. Throws
  /// Error{output} for a file that holds anything but rows.
  void cut_metrics(int64_t step) const;
  /// Before going on from the checkpoint of `step`: where there are later ones, these, the best one
  /// if it is later, the report and the samples behind `step` move to abandoned-N/ with the first N
  /// that is free; metrics.jsonl and event files are copied there. The folder's name; empty where
  /// nothing moved.
  std::string set_aside(int64_t step) const;
  /// Keeps the newest `keep` checkpoints and those at multiples of `milestone` (0 = none); named
  /// ones (best) always. Removes what a killed process left half-written.
  void rotate_checkpoints(int64_t keep, int64_t milestone) const;

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_, target_;
  std::unique_ptr<StagedDirectory> stage_;  // before publish()
  std::optional<DirectoryLock> lock_;       // after it
};

/// The step in the name of a file of a run, 4000 for "4000.csv"; nullopt for any other name.
std::optional<int64_t> step_in_name(const std::filesystem::path& file);

/// The step in the name of a checkpoint file, 4000 for "4000.safetensors"; nullopt for any other
/// name.
std::optional<int64_t> checkpoint_step(const std::filesystem::path& file);

/// The steps of a run's checkpoints by their names, the latest first; none where there is no run.
std::vector<int64_t> checkpoint_steps(const std::filesystem::path& run);

/// runs/STEM-OBJECTIVE-N with the first N that is free.
std::filesystem::path default_run_path(const std::string& stem, const std::string& objective);

}  // namespace rnngan
