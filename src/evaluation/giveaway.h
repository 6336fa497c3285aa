// What gives synthetic sequences away: the features by which they differ most from real ones.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evaluation/sequence_features.h"

namespace rnngan {

/// One feature by which the sets differ.
struct Giveaway {
  int64_t feature = 0;  // index in the table
  SequenceFeature about;
  double auc = 0.5;     // of the feature alone, >= 0.5; of its distance from the median where
                        // `spread`
  bool spread = false;  // sequences differ too much or too little from each other
  double real = 0, synthetic = 0;                // mean over sequences, median of values
  double real_spread = 0, synthetic_spread = 0;  // standard deviation between sequences
  size_t group = 0;                              // features that say much the same share it
  bool leads = false;                            // the plainest of the best of its group
  std::string sentence;                          // "rain: exact zeros 58 % real, 30 % synthetic"
};

struct Giveaways {
  std::vector<Giveaway> features;  // beyond chance; by groups, the most telling group first
  /// What the whole test still tells once the first, the first two, ... groups are taken out.
  std::vector<double> auc_without;

  /// Of the leader of one of those groups.
  std::optional<double> without(const Giveaway& one) const {
    const bool known = one.leads && one.group < auc_without.size();
    return known ? std::optional(auc_without[one.group]) : std::nullopt;
  }
};

/// How many independent sequences each set stands for: windows that share rows are fewer than they
/// look, and differ by chance as fewer do.
struct EffectiveCounts {
  double real = 0, synthetic = 0;
};

/// `auc_of(used)` is the test's area on the features named; it is asked in three rounds, each
/// without the most telling group of what was left.
Giveaways giveaways(
    const FeatureTable& table, const EffectiveCounts& counts,
    const std::function<std::optional<double>(const std::vector<int64_t>& used)>& auc_of);

/// [{"feature", "columns", "what", "unit", "auc", "kind": "level"|"spread", "real", "synthetic",
///   "sentence", "leads", "auc_without"}, ...]
nlohmann::json to_json(const Giveaways& of);

}  // namespace rnngan
