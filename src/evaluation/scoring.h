// Runs scores: each of all sequences that were given, and beside it, at equal numbers, its floor
// (what real data score) and its ceiling (what white noise scores).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/score.h"

namespace rnngan {

struct EvaluationRequest {
  std::vector<std::string> metrics;  // ids and groups; empty: "default"
  uint64_t seed = 1;
  int64_t repeats = 0;    // of trained evaluators; 0: each one's own number
  int64_t max_count = 0;  // sequences of each side, fewer for slow scores; 0: each one's own number
  bool bounds = true;     // floor and ceiling too; a score that is a ratio has its floor anyway
  bool details = true;    // false: what only informs beside a value may be left out, for speed
  bool by_label = false;  // within each label, then the mean over labels by their real numbers
};

/// What is compared. `real` is the reference (the test split); `train`, where there are, the real
/// sequences that the generator was trained on: the floor is theirs, else that of two halves of
/// `real` (none for fewer than 40). All have the same features; numbers of sequences and of steps
/// may differ.
struct EvaluationData {
  SequenceSet real, synthetic;
  std::optional<SequenceSet> train = {};
};

/// The scores that names stand for, each once, in the order of the catalog. Throws Error{usage} for
/// a name that is neither an id nor a group, with the nearest one.
std::vector<MetricId> resolve_metrics(const std::vector<std::string>& names);

/// Is told how an evaluation goes on.
struct EvaluationProgress {
  /// Before the score `id`, number `number` (from 1) of `count`.
  std::function<void(const std::string& id, int64_t number, int64_t count)> begins = {};
  std::function<void(const Score&)> done = {};
};

/// Scales, bandwidths and noise are fitted on all of `data.real`; NaN is a missing cell. Synthetic
/// sequences that are no data (valid_cells.h) are left out (status partial), and nothing is scored
/// where they are more than half. Of what groups name, scores that need labels, training sequences
/// or columns of a kind are left out where there are none. Ends early, with the scores so far, when
/// `stop` is set. Throws Error{data} for infinity in the reference and for sets of different
/// features.
std::vector<Score> evaluate(const EvaluationData& data, const EvaluationRequest& request,
                            const EvaluationProgress& progress = {},
                            const StopFlag* stop = nullptr);

}  // namespace rnngan
