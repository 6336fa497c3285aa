#include "columns/l_moments.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rnngan {

LMomentRatios l_moment_ratios(std::vector<double> values) {
  if (values.size() < 4) return {};
  std::ranges::sort(values);
  const auto n = static_cast<double>(values.size());
  std::array<double, 4> b = {};
  for (size_t i = 0; i < values.size(); ++i) {
    const auto j = static_cast<double>(i);
    double weight = 1 / n;
    for (size_t r = 0; r < b.size(); ++r) {
      b[r] += weight * values[i];
      weight *= (j - static_cast<double>(r)) / (n - 1 - static_cast<double>(r));
    }
  }
  const double l2 = 2 * b[1] - b[0];
  if (!(l2 > 1e-12 * std::max(1.0, std::abs(b[0])))) return {};
  return {(6 * b[2] - 6 * b[1] + b[0]) / l2, (20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]) / l2};
}

}  // namespace rnngan
