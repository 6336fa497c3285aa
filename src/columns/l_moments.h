// Shape by order statistics, which a single extreme value does not carry away (Hosking 1990).
#pragma once

#include <vector>

namespace rnngan {

/// L-skewness, and L-kurtosis: 0.123 of a normal distribution, 0.26 of Student's t with 3 degrees
/// of freedom.
struct LMomentRatios {
  double skewness = 0, kurtosis = 0;
};

/// By unbiased probability-weighted moments; 0 for fewer than 4 values and for constant ones.
LMomentRatios l_moment_ratios(std::vector<double> values);

}  // namespace rnngan
