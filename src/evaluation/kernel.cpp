#include "evaluation/kernel.h"

#include <algorithm>
#include <utility>

#include <ATen/Parallel.h>
#include <torch/types.h>

namespace rnngan {

using at::Tensor;

namespace {

constexpr int64_t kBandwidthCount = 1000;

/// Of e = exp(-r^2 / (2 4^2)): the five kernels are its powers 1, 4, 16, 64 and 256.
Tensor mean_of_powers(const Tensor& e) {
  double* values = e.data_ptr<double>();
  at::parallel_for(0, e.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const double e1 = values[i], e2 = e1 * e1;
      const double e4 = e2 * e2, e8 = e4 * e4;
      const double e16 = e8 * e8, e32 = e16 * e16;
      const double e64 = e32 * e32, e128 = e64 * e64;
      values[i] = (e1 + e4 + e16 + e64 + e128 * e128) / 5;
    }
  });
  return e;
}

}  // namespace

Tensor squared_rms_distances(const Tensor& a, const Tensor& b) {
  Tensor squares = a.square().sum(1).unsqueeze(1) + b.square().sum(1).unsqueeze(0);
  return squares.addmm_(a, b.t(), 1, -2).clamp_min_(0).div_(static_cast<double>(a.size(1)));
}

double median_rms_distance(const Tensor& rows) {
  const int64_t n = rows.size(0);
  if (n < 2) return 0;
  const Tensor all = rms_distances(rows);
  const double* from = all.data_ptr<double>();
  std::vector<double> pairs;
  pairs.reserve(n * (n - 1) / 2);
  for (int64_t i = 0; i < n; ++i)
    pairs.insert(pairs.end(), from + i * n + i + 1, from + (i + 1) * n);
  const auto upper = pairs.begin() + static_cast<int64_t>(pairs.size() / 2);
  std::nth_element(pairs.begin(), upper, pairs.end());
  if (pairs.size() % 2 == 1) return *upper;
  return (*upper + *std::max_element(pairs.begin(), upper)) / 2;
}

SequenceKernel::SequenceKernel(double median_rms) : median_rms_(median_rms) {}

Tensor SequenceKernel::operator()(const Tensor& a, const Tensor& b) const {
  const double squared_bandwidth =
      median_rms_ > 0 ? median_rms_ * median_rms_ : 1 / static_cast<double>(a.size(1));
  Tensor half_squares = squared_rms_distances(a, b).div_(2 * squared_bandwidth);
  return mean_of_powers(half_squares.div_(-16).exp_());
}

KernelView kernel_view(const SequenceSet& reference, const std::vector<const SequenceSet*>& sets,
                       const MetricInput& input) {
  const int64_t count = std::min(kBandwidthCount, reference.count());
  const SequenceSet part = input.subsampling
                               ? subsample(reference, count, input.seed, "evaluate/bandwidth")
                               : select(reference, at::arange(count, at::kLong));
  std::vector<const SequenceSet*> all = sets;
  all.push_back(&part);
  std::vector<Tensor> rows = flatten(FeatureScaler(reference), all);
  const double median = median_rms_distance(rows.back());
  rows.pop_back();
  return {SequenceKernel(median), std::move(rows)};
}

nlohmann::json kernel_params(const KernelView& view) {
  return {{"kernel", "rbf_mix5"}, {"median_rms", view.kernel.median_rms()}};
}

}  // namespace rnngan
