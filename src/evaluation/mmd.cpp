// Squared maximum mean discrepancy of whole sequences (Gretton et al. 2012), unbiased.
#include <torch/types.h>

#include "evaluation/kernel.h"
#include "evaluation/metrics.h"
#include "tensor/random.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kPermutations = 200;

/// Sums of the kernel within and between two sets of n and m, the diagonals apart.
struct KernelSums {
  Tensor xx, yy, xy;              // all pairs
  Tensor diagonal_x, diagonal_y;  // pairs of a sequence with itself
};

Tensor unbiased_mmd2(const KernelSums& sums, double n, double m) {
  return (sums.xx - sums.diagonal_x) / (n * (n - 1)) + (sums.yy - sums.diagonal_y) / (m * (m - 1)) -
         2 * sums.xy / (n * m);
}

/// The estimate for 200 random ways to deal the pooled sequences into sets of n and m.
Tensor permuted_mmd2(const Tensor& kernel, int64_t n, uint64_t seed) {
  const int64_t all = kernel.size(0);
  at::Generator generator = stream_generator(seed, "evaluate/permutations", 0);
  const Tensor in_x = at::zeros({all, kPermutations}, at::kDouble);
  for (int64_t p = 0; p < kPermutations; ++p) {
    const Tensor chosen = at::randperm(all, generator, at::kLong).narrow(0, 0, n);
    in_x.select(1, p).index_fill_(0, chosen, 1);
  }
  const Tensor row_sums = kernel.sum(1).unsqueeze(1), diagonal = kernel.diagonal().unsqueeze(1);
  KernelSums sums;
  sums.xx = (in_x * kernel.mm(in_x)).sum(0);
  sums.xy = (in_x * row_sums).sum(0) - sums.xx;
  sums.yy = row_sums.sum() - 2 * sums.xy - sums.xx;
  sums.diagonal_x = (in_x * diagonal).sum(0);
  sums.diagonal_y = diagonal.sum() - sums.diagonal_x;
  return unbiased_mmd2(sums, static_cast<double>(n), static_cast<double>(all - n));
}

MetricResult mmd2(const MetricInput& input) {
  const int64_t n = input.real.count(), m = input.synthetic.count();
  if (std::min(n, m) < 2) return MetricResult::skipped("needs_n_ge_2");
  const KernelView view = kernel_view(input.fitted_on(), {&input.real, &input.synthetic}, input);
  const Tensor &x = view.rows[0], &y = view.rows[1];
  const Tensor xx = view.kernel(x, x), yy = view.kernel(y, y), xy = view.kernel(x, y);
  const KernelSums sums{xx.sum(), yy.sum(), xy.sum(), xx.trace(), yy.trace()};
  const double nn = static_cast<double>(n), mm = static_cast<double>(m);
  const Tensor value = unbiased_mmd2(sums, nn, mm);
  const Tensor biased = sums.xx / (nn * nn) + sums.yy / (mm * mm) - 2 * sums.xy / (nn * mm);
  MetricResult result;
  result.value = value.item<double>();
  result.params = kernel_params(view);
  result.detail["biased"] = biased.item<double>();
  if (!input.value_only) {
    const Tensor pooled = at::cat({at::cat({xx, xy}, 1), at::cat({xy.t(), yy}, 1)});
    const Tensor as_far = permuted_mmd2(pooled, n, input.seed) >= value;
    result.detail["p_value"] =
        (1 + as_far.sum().item<double>()) / static_cast<double>(1 + kPermutations);
  }
  if (view.kernel.median_rms() == 0) result.detail["warnings"].push_back("bandwidth_1");
  if (std::min(n, m) < 100) result.detail["warnings"].push_back("n_below_100");
  return result;
}

}  // namespace

MetricRow mmd2_row() {
  MetricRow row;
  row.name = "mmd2";
  row.question = "are whole sequences distributed alike?";
  row.formula = "mean_{i != j} k(x_i,x_j) + mean_{i != j} k(y_i,y_j) - 2 mean_{ij} k(x_i,y_j)";
  row.paper = "Gretton et al. 2012, JMLR 13";
  row.has_d1 = true;
  row.compute = mmd2;
  return row;
}

}  // namespace rnngan
