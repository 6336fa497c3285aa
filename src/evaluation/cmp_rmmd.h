// Which of two models is closer to the data? For comparisons of runs: scores rank, this says
// whether the difference is more than chance.
#pragma once

#include <cstdint>
#include <string>

#include "evaluation/scoring.h"
#include "evaluation/sequences.h"

namespace rnngan {

enum class CloserModel { a, b, none };

struct RmmdComparison {
  /// Of the hypothesis MMD(real,A) <= MMD(real,B): small where B is closer, near 1 where A is.
  double p = 0.5;
  double t = 0, variance = 0;  // MMD^2(real,A) - MMD^2(real,B) and its variance
  CloserModel closer = CloserModel::none;
  int64_t real_count = 0, a_count = 0, b_count = 0;
  std::string reason;  // why nothing could be tested; empty when it was
};

/// "a closer", "b closer" or "none".
const char* verdict_text(CloserModel closer);

/// The relative test of Bounliphone et al. (2015) between samples A and B of two models, real
/// sequences being the reference: p < 0.05 says that B is closer, p > 0.95 that A is. Scaler and
/// bandwidth come from all of `real`; each set is bounded to request.max_count (2000) sequences.
/// Sequences that hold NaN or infinity are left out. `differenced`: of first differences
/// (cmp_rmmd_d1). Overlapping windows are no independent sequences: p is then too extreme. Throws
/// Error{data} for sets of different features and for NaN in `real`.
RmmdComparison compare_by_rmmd(const SequenceSet& real, const SequenceSet& a, const SequenceSet& b,
                               bool differenced = false, const EvaluationRequest& request = {});

/// cmp_rmmd or cmp_rmmd_d1, which need two models and are not in the catalog.
MetricId cmp_rmmd_id(bool differenced);

/// The same as such a score: p and the verdict.
Score to_score(const RmmdComparison& comparison, bool differenced, uint64_t seed);

}  // namespace rnngan
