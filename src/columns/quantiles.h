// Quantiles of samples and of the normal distribution.
#pragma once

#include <vector>

namespace rnngan {

/// Between the two nearest of `sorted` (rising, not empty) by how near they are; share from 0 to 1.
double quantile(const std::vector<double>& sorted, double share);

/// Of the standard normal distribution; share between 0 and 1.
double normal_quantile(double share);

}  // namespace rnngan
