// Numbers that look as if they stood for missing cells.
#pragma once

#include <string>
#include <vector>

#include "data/sequence_set.h"

namespace rnngan {

struct LikelyMark {
  std::string column;
  double value = 0;
  double share = 0;  // of the column's cells
};

/// Values like -999 and 9999, at either end of a column and far from its other values, that occur
/// more than once.
std::vector<LikelyMark> likely_marks(const SequenceSet& file);

/// `column flow: -999 (3.1 % of its cells) looks like a mark for missing cells: add it to data.na`
std::string proposal(const LikelyMark& mark);

}  // namespace rnngan
