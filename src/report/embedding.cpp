#include "report/embedding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <torch/types.h>

namespace rnngan {

using at::Tensor;

namespace {

using Matrix = std::vector<double>;  // n x n, by rows

Tensor with_positive_peak(const Tensor& axis) {
  const Tensor peak = axis.index({axis.abs().argmax()});
  return peak.item<double>() < 0 ? -axis : axis;
}

Matrix squared_distances(const Tensor& rows) {
  const int64_t n = rows.size(0), width = rows.size(1);
  const Tensor dense = rows.contiguous();
  const double* const x = dense.data_ptr<double>();
  Matrix distances(static_cast<size_t>(n * n), 0);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < width; ++k) {
        const double gap = x[i * width + k] - x[j * width + k];
        sum += gap * gap;
      }
      distances[static_cast<size_t>(i * n + j)] = distances[static_cast<size_t>(j * n + i)] = sum;
    }
  }
  return distances;
}

/// Entropy of the neighbours of row i at this precision, and their unnormalised weights.
double entropy(const double* distances, int64_t n, int64_t i, double precision, double* weights) {
  // The nearest one is at distance zero, so that the sum is never zero.
  double least = INFINITY;
  for (int64_t j = 0; j < n; ++j) {
    if (j != i) least = std::min(least, distances[j]);
  }
  double sum = 0, mean = 0;
  for (int64_t j = 0; j < n; ++j) {
    weights[j] = j == i ? 0 : std::exp(-precision * (distances[j] - least));
    sum += weights[j];
    mean += weights[j] * (distances[j] - least);
  }
  for (int64_t j = 0; j < n; ++j) weights[j] /= sum;
  return std::log(sum) + precision * mean / sum;
}

/// Joint probabilities of neighbours: each row's precision by bisection to the wanted perplexity.
Matrix joint_probabilities(const Matrix& distances, int64_t n, double perplexity) {
  Matrix conditional(distances.size(), 0), joint(distances.size(), 0);
  const double wanted = std::log(perplexity);
  const double scale = std::accumulate(distances.begin(), distances.end(), 0.0) /
                       static_cast<double>(distances.size());
  for (int64_t i = 0; i < n; ++i) {
    double low = 0, high = INFINITY, precision = scale > 0 ? 1 / scale : 1;
    for (int round = 0; round < 60; ++round) {
      const double gap = entropy(&distances[static_cast<size_t>(i * n)], n, i, precision,
                                 &conditional[static_cast<size_t>(i * n)]) -
                         wanted;
      if (std::abs(gap) < 1e-4) break;
      (gap > 0 ? low : high) = precision;
      precision = std::isinf(high) ? precision * 2 : (low + high) / 2;
    }
  }
  const auto at = [n](int64_t i, int64_t j) { return static_cast<size_t>(i * n + j); };
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      const double sum = conditional[at(i, j)] + conditional[at(j, i)];
      joint[at(i, j)] = std::max(sum / (2 * static_cast<double>(n)), 1e-12);
    }
  }
  return joint;
}

/// Gradient of the Kullback-Leibler divergence at positions y [2n], `exaggeration` times P.
void tsne_gradient(const Matrix& joint, const std::vector<double>& y, int64_t n,
                   double exaggeration, Matrix& kernel, std::vector<double>& gradient) {
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double x0 = y[static_cast<size_t>(2 * i)], x1 = y[static_cast<size_t>(2 * i + 1)];
    double* const row = &kernel[static_cast<size_t>(i * n)];
    for (int64_t j = 0; j < i; ++j) {
      const double a = x0 - y[static_cast<size_t>(2 * j)];
      const double b = x1 - y[static_cast<size_t>(2 * j + 1)];
      row[j] = 1 / (1 + a * a + b * b);
      total += 2 * row[j];
    }
  }
  std::fill(gradient.begin(), gradient.end(), 0);
  for (int64_t i = 0; i < n; ++i) {
    const double* const row = &kernel[static_cast<size_t>(i * n)];
    const double* const p = &joint[static_cast<size_t>(i * n)];
    const auto i0 = static_cast<size_t>(2 * i);
    for (int64_t j = 0; j < i; ++j) {
      const auto j0 = static_cast<size_t>(2 * j);
      const double force = 4 * (exaggeration * p[j] - row[j] / total) * row[j];
      const double a = force * (y[i0] - y[j0]), b = force * (y[i0 + 1] - y[j0 + 1]);
      gradient[i0] += a;
      gradient[i0 + 1] += b;
      gradient[j0] -= a;
      gradient[j0 + 1] -= b;
    }
  }
}

/// The start with a spread of 1e-4, and a little of its own for each row: equal ones could not
/// part.
std::vector<double> small_start(const Tensor& start, int64_t n) {
  const Tensor dense = start.contiguous();
  const double spread = std::max(dense.std(0, false).max().item<double>(), 1e-300);
  std::vector<double> y(static_cast<size_t>(2 * n));
  for (int64_t k = 0; k < 2 * n; ++k) {
    const double value = dense.data_ptr<double>()[k] / spread;
    y[static_cast<size_t>(k)] = 1e-4 * (value + 1e-2 * std::sin(12.9898 * static_cast<double>(k)));
  }
  return y;
}

}  // namespace

Tensor PrincipalPlane::project(const Tensor& rows) const {
  return (rows - mean).mm(axes.t());
}

PrincipalPlane principal_plane(const Tensor& rows) {
  PrincipalPlane plane;
  plane.mean = rows.mean(0);
  plane.axes = torch::zeros({2, rows.size(1)}, torch::kFloat64);
  const auto [left, values, axes] = at::linalg_svd(rows - plane.mean, /*full_matrices=*/false);
  const Tensor variances = values.square();
  const double total = variances.sum().item<double>();
  for (int64_t k = 0; k < std::min<int64_t>(2, values.size(0)); ++k) {
    const double variance = variances[k].item<double>();
    if (!(variance > 1e-20 * total) || total == 0) continue;
    plane.share[k] = variance / total;
    plane.axes[k] = with_positive_peak(axes[k]);
  }
  return plane;
}

Tensor tsne(const Tensor& rows, const Tensor& start, const TsneOptions& options) {
  const int64_t n = rows.size(0);
  if (n < 4) return start.clone();
  constexpr double kExaggeration = 12;
  constexpr int kExaggerated = 100;
  const double perplexity = std::min(options.perplexity, static_cast<double>(n - 1) / 3);
  const double rate = std::max(static_cast<double>(n) / kExaggeration / 4, 50.0);
  const Matrix joint = joint_probabilities(squared_distances(rows), n, perplexity);
  std::vector<double> y = small_start(start, n);
  std::vector<double> gradient(y.size()), velocity(y.size(), 0), gain(y.size(), 1);
  Matrix kernel(joint.size(), 0);
  for (int round = 0; round < options.iterations; ++round) {
    const bool early = round < kExaggerated;
    tsne_gradient(joint, y, n, early ? kExaggeration : 1, kernel, gradient);
    for (size_t k = 0; k < y.size(); ++k) {
      const bool turned = (gradient[k] > 0) != (velocity[k] > 0);
      gain[k] = std::max(turned ? gain[k] + 0.2 : gain[k] * 0.8, 0.01);
      velocity[k] = (early ? 0.5 : 0.8) * velocity[k] - rate * gain[k] * gradient[k];
      y[k] += velocity[k];
    }
  }
  const Tensor map = torch::tensor(y, torch::kFloat64).reshape({n, 2});
  return map - map.mean(0);
}

std::vector<double> neighbour_agreement(const Tensor& rows, const std::vector<int>& marks,
                                        int64_t count) {
  const auto n = static_cast<int64_t>(marks.size());
  const Matrix distances = squared_distances(rows);
  const int64_t nearest = std::min(count, n - 1);
  double sum[2] = {0, 0}, rows_of[2] = {0, 0};
  std::vector<int64_t> order(marks.size());
  for (int64_t i = 0; i < n && nearest > 0; ++i) {
    std::iota(order.begin(), order.end(), int64_t{0});
    const double* const row = &distances[static_cast<size_t>(i * n)];
    order.erase(order.begin() + i);
    // Ties by position, so that the answer is the same everywhere.
    std::partial_sort(
        order.begin(), order.begin() + nearest, order.end(),
        [&](int64_t a, int64_t b) { return row[a] != row[b] ? row[a] < row[b] : a < b; });
    const int mark = marks[static_cast<size_t>(i)];
    int64_t same = 0;
    for (int64_t k = 0; k < nearest; ++k) {
      same += marks[static_cast<size_t>(order[static_cast<size_t>(k)])] == mark ? 1 : 0;
    }
    sum[mark] += static_cast<double>(same) / static_cast<double>(nearest);
    rows_of[mark] += 1;
    order.resize(marks.size());
  }
  return {rows_of[0] > 0 ? sum[0] / rows_of[0] : 0, rows_of[1] > 0 ? sum[1] / rows_of[1] : 0};
}

}  // namespace rnngan
