// Dependence of values on earlier ones.
#pragma once

#include "evaluation/metric.h"

namespace rnngan {

/// [D,K]: autocorrelation of each feature at lags first ... last (last < T), about the mean over
/// all sequences and steps; 0 for constant features and where no pair of steps is that far apart.
at::Tensor autocorrelations(const SequenceSet& of, int64_t first, int64_t last);

}  // namespace rnngan
