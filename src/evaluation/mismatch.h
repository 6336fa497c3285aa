// What makes two sets of sequences look as if they did not belong together: scores are computed all
// the same, but somebody may have mixed up files or units.
#pragma once

#include <string>
#include <vector>

#include "evaluation/sequences.h"

namespace rnngan {

/// One line each, empty where nothing is odd: all synthetic sequences have another length than all
/// real ones, cells are empty in a column that real sequences have complete, or the middle half of
/// a feature's values lies far from the real ones or is ten times as wide or narrow.
std::vector<std::string> mismatches(const SequenceSet& real, const SequenceSet& synthetic);

}  // namespace rnngan
