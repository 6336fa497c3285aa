#include "evaluation/dtw.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <ATen/Parallel.h>
#include <torch/types.h>

namespace rnngan {

using at::Tensor;

double warping_cost(const WarpedSequence& a, const WarpedSequence& b, int64_t features,
                    int64_t window, std::vector<double>& scratch) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const int64_t width = b.length + 2;
  const int64_t band =
      window < 0 ? std::max(a.length, b.length) : std::max(window, std::abs(a.length - b.length));
  scratch.assign(2 * width, kInfinity);
  double *previous = scratch.data(), *current = previous + width;
  previous[0] = 0;
  for (int64_t i = 1; i <= a.length; ++i) {
    const int64_t first = std::max<int64_t>(1, i - band), last = std::min(b.length, i + band);
    const double* u = a.steps + (i - 1) * features;
    current[first - 1] = kInfinity;
    for (int64_t j = first; j <= last; ++j) {
      const double* v = b.steps + (j - 1) * features;
      double cost = 0;
      for (int64_t d = 0; d < features; ++d) cost += (u[d] - v[d]) * (u[d] - v[d]);
      current[j] = cost + std::min({previous[j - 1], previous[j], current[j - 1]});
    }
    current[last + 1] = kInfinity;  // read by the next row, whose band ends one further
    std::swap(previous, current);
  }
  return previous[b.length];
}

namespace {

WarpedSequence sequence_at(const Tensor& x, const int64_t* lengths, int64_t i) {
  return {x.data_ptr<double>() + i * x.size(1) * x.size(2), lengths[i]};
}

}  // namespace

Tensor dtw_distances(const WarpedSet& a, const WarpedSet& b, int64_t window) {
  const Tensor ax = a.x.contiguous(), bx = b.x.contiguous();
  const Tensor a_lengths = a.lengths.contiguous(), b_lengths = b.lengths.contiguous();
  const int64_t n = ax.size(0), m = bx.size(0), features = ax.size(2);
  const Tensor distances = at::empty({n, m}, at::kDouble);
  double* out = distances.data_ptr<double>();
  at::parallel_for(0, n, 1, [&](int64_t begin, int64_t end) {
    std::vector<double> scratch;
    for (int64_t i = begin; i < end; ++i) {
      const WarpedSequence u = sequence_at(ax, a_lengths.data_ptr<int64_t>(), i);
      for (int64_t j = 0; j < m; ++j) {
        const WarpedSequence v = sequence_at(bx, b_lengths.data_ptr<int64_t>(), j);
        const double elements = static_cast<double>(std::max(u.length, v.length) * features);
        out[i * m + j] = std::sqrt(warping_cost(u, v, features, window, scratch) / elements);
      }
    }
  });
  return distances;
}

}  // namespace rnngan
