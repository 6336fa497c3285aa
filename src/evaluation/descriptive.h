// Descriptive statistics of plain numbers; NaN stands for what is missing and is skipped.
#pragma once

#include <span>
#include <vector>

namespace rnngan {

/// NaN of none.
double mean_of_values(std::span<const double> values);
/// The population standard deviation; NaN of none.
double deviation_of_values(std::span<const double> values);
/// Linear between order statistics (type 7). `sorted` is not empty and has no NaN.
double quantile_of_sorted(std::span<const double> sorted, double share);
/// Ranks from 1; equal values share the mean of theirs. No NaN.
std::vector<double> mid_ranks(std::span<const double> values);
/// Pearson's correlation of what both have; NaN where either is constant or fewer than 3 are there.
double correlation_of(std::span<const double> a, std::span<const double> b);

}  // namespace rnngan
