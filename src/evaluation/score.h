// What a score came to: its value, what real sequences and noise have in its place, and what to
// make of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "config/document.h"
#include "evaluation/metric.h"

namespace rnngan {

/// The value is that of all sequences (as many as the score takes); floor, ceiling and norm are of
/// `common_count` on both sides, where the score is `common_value`.
struct Score {
  MetricId metric;
  MetricResult result;
  std::optional<double> floor, ceiling, floor_sd;
  std::optional<double> common_value;
  std::string floor_reason;  // why a floor that was wanted is not there
  int64_t real_count = 0, synthetic_count = 0, common_count = 0;
  uint64_t seed = 1;

  /// Floor, ceiling and norm are of as many sequences as the value, or there are none.
  bool bounds_are_of_all() const;
  /// Whether these data can tell good from bad by this score: not where the score itself says so,
  /// nor where floor and ceiling nearly coincide. True without bounds.
  bool telling() const;
  /// (common_value - floor) / (ceiling - floor): 0 = as good as the training data, 1 = as bad as
  /// noise. Empty where it cannot tell.
  std::optional<double> norm() const;
  /// What a reader ought to know beside the numbers, in words; empty for nothing.
  std::string remark() const;
};

/// The record with "metric", "value", "std", "direction", "ideal", "floor", "ceiling", "norm",
/// "telling", "n_real", "n_syn", "depends_on_size", "common": {"n", "value"} or null, "seed",
/// "repeats", "status", "reason", "remark", "params", "detail". Numbers that are not finite are
/// null.
nlohmann::json to_json(const Score& score);

/// What such a record holds of a score of the catalog: its numbers and whether it can tell; what
/// gives samples away stays in `detail`. Throws the document's error for what is no record.
Score score_from_document(const DocumentValue& record);

/// Why a score has no value: "needs_n_ge_20" -> "needs at least 20 sequences".
std::string in_words(std::string reason);

}  // namespace rnngan
