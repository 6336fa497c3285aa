// Values that come back often in a column of numbers: zeros of rain, a full scale, a default.
#pragma once

#include <vector>

#include "evaluation/sequences.h"

namespace rnngan {

struct FrequentValue {
  double value = 0;
  double share = 0;  // of present cells
};

/// Values that make up at least 1 % of the present cells, rising; none of a column of classes.
std::vector<FrequentValue> frequent_values(const SequenceSet& of, int64_t column);

/// Those that stand out: at least 5 times as frequent as the middle one of the two next values on
/// each side.
std::vector<FrequentValue> atoms_of(const SequenceSet& of, int64_t column);

}  // namespace rnngan
