#include "evaluation/descriptive.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rnngan {

double mean_of_values(std::span<const double> values) {
  double sum = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : std::nan("");
}

double deviation_of_values(std::span<const double> values) {
  const double mean = mean_of_values(values);
  double squares = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    squares += (value - mean) * (value - mean);
    ++count;
  }
  return count > 0 ? std::sqrt(squares / count) : std::nan("");
}

double quantile_of_sorted(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> mid_ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
    begin = end;
  }
  return ranks;
}

double correlation_of(std::span<const double> a, std::span<const double> b) {
  double n = 0, sum_a = 0, sum_b = 0;
  const auto each_pair = [&](const auto& take) {
    for (size_t i = 0; i < a.size(); ++i) {
      if (!std::isnan(a[i]) && !std::isnan(b[i])) take(a[i], b[i]);
    }
  };
  each_pair([&](double x, double y) {
    ++n;
    sum_a += x;
    sum_b += y;
  });
  if (n < 3) return std::nan("");
  const double mean_a = sum_a / n, mean_b = sum_b / n;
  double aa = 0, bb = 0, ab = 0;
  each_pair([&](double x, double y) {
    aa += (x - mean_a) * (x - mean_a);
    bb += (y - mean_b) * (y - mean_b);
    ab += (x - mean_a) * (y - mean_b);
  });
  // Rounding leaves a trace of spread in what is constant.
  const auto constant = [n](double squares, double mean) {
    return squares <= 1e-20 * n * std::max(1.0, mean * mean);
  };
  if (constant(aa, mean_a) || constant(bb, mean_b)) return std::nan("");
  return ab / std::sqrt(aa * bb);
}

}  // namespace rnngan
