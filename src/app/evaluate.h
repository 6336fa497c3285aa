// Scores of what was loaded, and the page that shows them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/scored_sets.h"
#include "core/stop.h"
#include "evaluation/scoring.h"

namespace rnngan {

/// The scores of `sets.data` (evaluation/scoring.h) and, where there is a second synthetic set,
/// which of the two is closer to the real one (cmp_rmmd, cmp_rmmd_d1). Ends early, with the scores
/// so far, when `stop` is set.
std::vector<Score> evaluate(const ScoredSets& sets, const EvaluationRequest& request,
                            const EvaluationProgress& progress = {},
                            const StopFlag* stop = nullptr);

/// Writes a page with the sequences and their scores. `command` is how to make it again. Throws
/// Error{output}.
void write_report(const std::filesystem::path& file, const ScoredSets& sets,
                  const std::vector<Score>& scores, const std::string& command);

/// "500 sequences of up to 24 steps, 6 columns"
std::string describe(const SequenceSet& sequences);

}  // namespace rnngan
