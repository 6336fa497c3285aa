// The part of a report that says what gives synthetic sequences away.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "data/sequence_set.h"

namespace rnngan {

/// The most telling features of the record of c2st, a sentence and a drawing each; markup, empty
/// where there is no such record. `real` and `synthetic`: finite, as they were scored.
std::string giveaway_figures(const nlohmann::json& records, const SequenceSet& real,
                             const SequenceSet& synthetic);

}  // namespace rnngan
