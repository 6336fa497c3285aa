// Scores of synthetic sequences against real ones: what a score is given, what it returns, and the
// catalog. One file and one row each.
//
// A score takes its data in original units and fits its own scaler, always on the real side. The
// engine (evaluate.h) drops invalid sequences, equalises numbers, makes the view of first
// differences for ids that end in _d1, and computes the floor and the ceiling by calling the same
// function on other data; a score does none of that.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/stop.h"
#include "evaluation/sequences.h"

namespace rnngan {

/// What a score is computed from. `train`, where there are, serves scores of privacy and what
/// judges show beside their value; `hold_out` scores of privacy only.
struct MetricInput {
  const Sequences& real;
  const Sequences& synthetic;
  const Sequences* train = nullptr;
  const Sequences* hold_out = nullptr;
  uint64_t seed = 1;
  int64_t repeats = 0;             // of trained judges; 0: the score's own number
  bool subsampling = true;         // false: the first n instead of random ones (golden tests)
  bool value_only = false;         // for a floor or ceiling: what costs more is left out of detail
  const StopFlag* stop = nullptr;  // judges end early when it is set
};

enum class MetricStatus { ok, partial, skipped };

/// `value` is empty exactly when it was skipped. `sd` is the population standard deviation over
/// repeats, empty for scores without. `params` says how it was computed, `detail` what else came
/// out; neither holds NaN or infinity.
struct MetricResult {
  std::optional<double> value;
  std::optional<double> sd;
  int64_t repeats = 1;
  MetricStatus status = MetricStatus::ok;
  std::string reason;  // why it was skipped or is partial: "needs_d_ge_2"
  nlohmann::json params = nlohmann::json::object();
  nlohmann::json detail = nlohmann::json::object();

  static MetricResult skipped(std::string reason) {
    MetricResult result;
    result.status = MetricStatus::skipped;
    result.reason = std::move(reason);
    return result;
  }
};

/// Where the value of perfect data lies: lower is better, higher is better, or a level (0.5 for
/// mia_auc).
enum class Direction { lower, higher, level };

/// Whose value stands beside the score as its floor.
enum class FloorKind {
  train,     // the training sequences (or half of the reference) in place of the synthetic ones
  hold_out,  // of privacy: the held-out sequences in place of the synthetic ones
};

struct MetricRow {
  std::string name;      // "mmd2"
  std::string question;  // "are the joint laws of whole sequences equal?"
  std::string formula;   // plain text
  std::string paper;     // authors, year, arXiv id; "" for definitions of our own
  Direction direction = Direction::lower;
  double ideal = 0;
  bool has_d1 = false;   // also exists as NAME_d1
  bool trained = false;  // by a judge, with repeats
  bool needs_labels = false;
  bool needs_train = false;  // train and hold-out sequences
  int64_t max_count = 2000;  // sequences of each side at most
  FloorKind floor = FloorKind::train;
  std::function<MetricResult(const MetricInput&)> compute;
};

/// All scores, in the order in which they are shown.
const std::vector<MetricRow>& metric_catalog();

/// Names that stand for several: {"fast", {"mmd2", "mmd2_d1", ...}}, ...
struct MetricGroup {
  std::string name;
  std::vector<std::string> metrics;  // ids; "all" holds every one
};
const std::vector<MetricGroup>& metric_groups();

}  // namespace rnngan
