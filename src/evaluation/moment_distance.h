// Third and fourth moments of features.
#pragma once

#include "evaluation/metric.h"

namespace rnngan {

enum class Moment {
  skewness,  // mean(x'^3) / s^3 with s of divisor n - 1
  kurtosis,  // mean(x'^4) / sigma^4 - 3 with sigma of divisor n
};

/// Mean over features of the distance between the moments of all present values. Categories, and
/// features that are constant in the reference, are left out; one that is constant in the synthetic
/// set only has moment 0.
MetricResult moment_distance(const MetricInput& input, Moment moment);

}  // namespace rnngan
