// Whether a score says rightly that its value depends on the number of sequences.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"
#include "evaluation/metric_support.h"

namespace rnngan {
namespace size_test {

struct MeanValue {
  double mean = 0, variance = 0;  // of the mean
};

/// Over pairs of independent sets of one distribution, one of them with noise added.
MeanValue mean_value(const MetricRow& row, int64_t count, int pairs, double noise) {
  std::vector<double> values;
  for (int i = 0; i < pairs; ++i) {
    const auto seed = static_cast<uint64_t>(10 * i + 1);
    const SequenceSet real = sines(count, seed);
    SequenceSet other = sines(count, seed + 1);
    other = with_values(other, other.padded() + noise * white_noise(count, seed + 2).padded());
    values.push_back(row.compute(golden_input(real, other)).value.value());
  }
  MeanValue summary;
  const auto n = static_cast<double>(pairs);
  for (const double value : values) summary.mean += value / n;
  for (const double value : values) {
    summary.variance += (value - summary.mean) * (value - summary.mean) / (n * (n - 1));
  }
  return summary;
}

TEST(DependsOnSize, IsWhatScoresDo) {
  for (const MetricRow& row : metric_catalog()) {
    if (row.trained || row.needs_train || row.needs_labels || row.unmet ||
        row.name == "invalid_rate")
      continue;
    double moved = 0;
    for (const double noise : {0.0, 0.3, 1.0}) {
      const MeanValue few = mean_value(row, 30, 40, noise), many = mean_value(row, 150, 12, noise);
      moved = std::max(
          moved, std::abs(few.mean - many.mean) / std::sqrt(few.variance + many.variance + 1e-300));
    }
    EXPECT_EQ(moved > 4, row.depends_on_size) << row.name << " moved by " << moved << " deviations";
  }
}

}  // namespace size_test
}  // namespace rnngan
