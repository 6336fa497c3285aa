// Runs scores: each beside its floor (what real data score) and its ceiling (what white noise
// scores).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evaluation/metric.h"

namespace rnngan {

struct EvaluationRequest {
  std::vector<std::string> metrics;  // ids and groups; empty: "default"
  uint64_t seed = 1;
  int64_t repeats = 0;    // of trained judges; 0: each one's own number
  int64_t max_count = 0;  // sequences of each side, fewer for slow scores; 0: each one's own number
  bool bounds = true;     // floor and ceiling too; a score that is a ratio has its floor anyway
  bool counts_as_with_bounds = false;  // without them, sees as many sequences as with them
  bool details = true;  // false: what only informs beside a value may be left out, for speed
  MetricOptions options = {};
};

/// What is compared. `real` is the reference (the test split); `train`, where there are, the real
/// sequences that the generator was trained on: the floor is theirs, else that of two halves of
/// `real` (none for fewer than 40). A score, its floor and its ceiling see the same number of
/// sequences on both sides, the least that there is: with halves, half of `real` at most. All have
/// the same features; numbers of steps may differ.
struct EvaluationData {
  Sequences real, synthetic;
  std::optional<Sequences> train;
  std::optional<FeatureLimits> limits;  // declared, for invalid_rate
};

/// One line of the answer; to_json() is the record with "metric", "value", "std", "direction",
/// "floor", "ceiling", "norm", "n_real", "n_syn", "seed", "repeats", "status", "reason", "params",
/// "detail".
struct MetricRecord {
  std::string metric;
  MetricResult result;
  Direction direction = Direction::lower;
  std::optional<double> floor, ceiling;
  int64_t real_count = 0, synthetic_count = 0;
  uint64_t seed = 1;

  /// (value - floor) / (ceiling - floor): 0 = as good as the training data, 1 = as bad as noise.
  /// Empty where noise is no worse than the training data: there the score tells nothing.
  std::optional<double> norm() const;
};
nlohmann::json to_json(const MetricRecord& record);

/// The ids that names stand for, each once, in the order of the catalog. Throws Error{usage} for a
/// name that is neither an id nor a group, with the nearest one.
std::vector<std::string> resolve_metrics(const std::vector<std::string>& names);

/// Scalers, bandwidths and noise are fitted on all of `data.real`. Synthetic sequences with NaN or
/// infinity are left out (status partial), and nothing is scored where they are more than half.
/// `on_record` is told each record as it is done, before the next begins. Ends early,
/// with the records so far, when `stop` is set. Throws Error{data} for NaN in the reference and
/// for sets of different features.
std::vector<MetricRecord> evaluate(const EvaluationData& data, const EvaluationRequest& request,
                                   const std::function<void(const MetricRecord&)>& on_record = {},
                                   const StopFlag* stop = nullptr);

}  // namespace rnngan
