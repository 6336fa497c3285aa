// The part of a report that says what gives synthetic sequences away.
#pragma once

#include <string>
#include <vector>

#include "evaluation/score.h"

namespace rnngan {

/// The most telling features of c2st, a sentence and a drawing each; markup, empty where the scores
/// do not say what gives samples away. `real` and `synthetic`: finite, as they were scored.
std::string giveaway_figures(const std::vector<Score>& scores, const SequenceSet& real,
                             const SequenceSet& synthetic);

}  // namespace rnngan
