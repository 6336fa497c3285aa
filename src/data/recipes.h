// Synthetic data sets of known distributions, for `data make`, tests and first experiments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/sequence_set.h"

namespace rnngan {

/// One row of `rnngan data make`.
struct Recipe {
  std::string name;
  std::string summary;  // one line: formula and where it comes from
  int64_t sequences;    // default N
  int64_t steps;        // default T; the longest where lengths differ
  int64_t features;
  /// sequences >= 1, steps >= 2; the same numbers for the same arguments.
  SequenceSet (*make)(int64_t sequences, int64_t steps, uint64_t seed);
};
const std::vector<Recipe>& recipes();

}  // namespace rnngan
