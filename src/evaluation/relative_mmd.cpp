#include "evaluation/relative_mmd.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "evaluation/metrics.h"

namespace rnngan {

using at::Tensor;

namespace {

// Of each row, the mean kernel to the others of its own set [n,n].
Tensor means_to_others(const Tensor& kernel) {
  return (kernel.sum(1) - kernel.diagonal()) / static_cast<double>(kernel.size(0) - 1);
}

// The variance of the mean of these [n].
double variance_of_mean(const Tensor& values) {
  return values.var(0, /*unbiased=*/true).item<double>() / static_cast<double>(values.size(0));
}

}  // namespace

RelativeMmd relative_mmd(const SequenceKernel& kernel, const Tensor& x, const Tensor& y,
                         const Tensor& z) {
  const Tensor xy = kernel(x, y), xz = kernel(x, z);
  const Tensor of_y = means_to_others(kernel(y, y)) - xy.mean(0),
               of_z = means_to_others(kernel(z, z)) - xz.mean(0), of_x = xz.mean(1) - xy.mean(1);
  // The part of X with itself is in both distances and cancels.
  RelativeMmd result;
  result.t = (of_y.mean() - of_z.mean() + of_x.mean()).item<double>();
  result.variance = 4 * (variance_of_mean(of_y) + variance_of_mean(of_x) + variance_of_mean(of_z));
  // Where nothing varies (Y and Z the same rows, say) the sign of t decides.
  if (result.variance > 0) {
    result.p = 0.5 * std::erfc(result.t / std::sqrt(2 * result.variance));
  } else if (result.t != 0) {
    result.p = result.t > 0 ? 0 : 1;
  }
  return result;
}

namespace {

MetricResult compute_mem_rmmd(const MetricInput& input) {
  if (input.train == nullptr || input.hold_out == nullptr) {
    return MetricResult::skipped("needs_train");
  }
  const SequenceSet &train = *input.train, &hold_out = *input.hold_out;
  const int64_t count = std::min(train.count(), hold_out.count());
  if (std::min(count, input.synthetic.count()) < 2) return MetricResult::skipped("needs_n_ge_2");
  if (FeatureScaler(train).all_constant()) return MetricResult::skipped("degenerate_reference");
  const auto part = [&](const SequenceSet& of, const char* stream) {
    return input.subsampling ? subsample(of, count, input.seed, stream)
                             : select(of, at::arange(count, at::kLong));
  };
  const SequenceSet y = part(hold_out, "privacy.hold_out"), z = part(train, "privacy.train");
  const KernelView view = kernel_view(train, {&input.synthetic, &y, &z}, input);
  const RelativeMmd test = relative_mmd(view.kernel, view.rows[0], view.rows[1], view.rows[2]);
  MetricResult result;
  result.value = test.p;
  result.params = kernel_params(view);
  result.params["count"] = count;
  result.detail = {
      {"t", test.t}, {"variance", test.variance}, {"memorisation_suspected", test.p < 0.05}};
  if (count < 100) result.detail["warning"] = "few_sequences";
  return result;
}

}  // namespace

MetricRow mem_rmmd_row() {
  MetricRow row;
  row.name = "mem_rmmd";
  row.question = "is the synthetic set closer to the training than to held-out sequences?";
  row.formula = "p of MMD^2(synthetic, held out) <= MMD^2(synthetic, train)";
  row.paper = "Bounliphone et al. 2015 (1511.04581)";
  row.direction = Direction::higher;
  row.ideal = 0.5;
  row.has_d1 = true;
  row.needs_train = true;
  row.floor = FloorKind::none;
  row.compute = compute_mem_rmmd;
  return row;
}

}  // namespace rnngan
