#include "columns/quantiles.h"

#include <algorithm>
#include <cmath>

namespace rnngan {

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], at - static_cast<double>(below));
}

// By Newton's method on the error function.
double normal_quantile(double share) {
  constexpr double kRootTwo = 1.4142135623730951, kRootTwoPi = 2.5066282746310002;
  double x = 0;
  for (int i = 0; i < 100; ++i) {
    const double error = 0.5 * std::erfc(-x / kRootTwo) - share;
    const double step = error * kRootTwoPi * std::exp(0.5 * x * x);
    x -= std::clamp(step, -1.0, 1.0);
    if (std::abs(step) < 1e-14) break;
  }
  return x;
}

}  // namespace rnngan
