// What a run came to, as scores.json keeps it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "comparison/folder.h"
#include "config/document.h"
#include "evaluation/score.h"

namespace rnngan {

/// `diverged` is a result: the loss failed, not the program. `failed` runs are tried again when the
/// comparison is continued. `missing`: not done.
enum class RunStatus { missing, ok, diverged, failed };

struct RunResult {
  RunStatus status = RunStatus::missing;
  std::string reason;         // why there are no scores
  int code = 0;               // exit code of the process
  std::vector<Score> scores;  //
  int64_t steps = 0;          // of the generator, as far as the log tells
  int64_t discriminator_steps = 0;
  std::optional<double> seconds;           // wall time of training steps
  std::optional<double> steps_per_second;  // over the whole training
  int64_t generator_parameters = 0;
  int64_t discriminator_parameters = 0;

  /// A result that is kept when the comparison is continued.
  bool finished() const { return status == RunStatus::ok || status == RunStatus::diverged; }
  /// One of the scores, or nullptr.
  const Score* score(const MetricId& metric) const;
  /// Its value; nothing where it was skipped.
  std::optional<double> value(const MetricId& metric) const;
  /// Whether any score has a floor or a ceiling.
  bool has_bounds() const;
};

std::string to_string(RunStatus status);
nlohmann::ordered_json to_json(const RunResult& result);
/// Throws the document's error for what to_json() did not write.
RunResult result_from_document(const DocumentValue& document);

/// What is on disk; status `missing` where there is nothing. Throws Error{output} for a file that
/// the program did not write.
RunResult read_result(const RunPaths& run);
/// Writes it into the run's directory, or where there is none, beside the run's log. Throws
/// Error{output}.
void write_result(const RunPaths& run, const RunResult& result);
/// Nothing is known of the run any more.
void forget_result(const RunPaths& run);

/// Takes sizes from the plan, and steps and times from the run's metrics.jsonl, as far as there are
/// any.
void add_training(const Plan& plan, const RunKey& key, const RunPaths& run, RunResult& result);

/// The step of the last row of metrics.jsonl; 0 without.
int64_t last_logged_step(const RunPaths& run);

/// The step of the newest checkpoint, by its name.
std::optional<int64_t> newest_step(const std::filesystem::path& run);

}  // namespace rnngan
