#include "objective/moments.h"

#include <torch/types.h>

namespace rnngan {

namespace {

at::Tensor count_of(const StepMask& steps, const at::Tensor& like) {
  return steps.mask.sum(0).to(like.scalar_type());
}

at::Tensor mean_over_batch(const at::Tensor& x, const StepMask& steps, const at::Tensor& count) {
  return zero_padding(x, steps).sum(0) / count.clamp_min(1).unsqueeze(1);
}

}  // namespace

// Padding is cleared before anything is computed from it: a NaN there would come back through the
// gradient of a square.
Moments moments(const at::Tensor& padded, const StepMask& steps) {
  const at::Tensor x = zero_padding(padded, steps);
  const at::Tensor count = count_of(steps, x);
  const at::Tensor mean = mean_over_batch(x, steps, count);
  return {count, mean, mean_over_batch((x - mean).square(), steps, count)};
}

Autocovariance autocovariance(const at::Tensor& padded, const StepMask& steps, int64_t lag) {
  const at::Tensor x = zero_padding(padded, steps);
  const int64_t later = x.size(1) - lag;
  const at::Tensor now = x.narrow(1, lag, later), before = x.narrow(1, 0, later);
  const StepMask have{steps.lengths - lag, steps.mask.narrow(1, lag, later), steps.ragged};
  const at::Tensor count = count_of(have, x);
  const at::Tensor product =
      (now - mean_over_batch(now, have, count)) * (before - mean_over_batch(before, have, count));
  return {count, mean_over_batch(product, have, count)};
}

StepMask part_of(const StepMask& steps, int64_t first, int64_t count) {
  return {steps.lengths.narrow(0, first, count), steps.mask.narrow(0, first, count), steps.ragged};
}

}  // namespace rnngan
