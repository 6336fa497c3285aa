#include "tensor/batch.h"

#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

StepMask make_step_mask(const at::Tensor& lengths, int64_t steps, const at::Device& device) {
  const int64_t shortest = lengths.min().item<int64_t>();
  const int64_t longest = lengths.max().item<int64_t>();
  if (shortest < 1 || longest > steps) {
    throw Error(ErrorKind::bug, "", "a sequence length lies outside 1.." + std::to_string(steps));
  }
  const at::Tensor on_device = lengths.to(device);
  const at::Tensor step = torch::arange(steps, on_device.options());
  return {on_device, step.unsqueeze(0) < on_device.unsqueeze(1), shortest < steps};
}

StepMask full_step_mask(int64_t batch, int64_t steps, const at::Device& device) {
  return {torch::full({batch}, steps, torch::dtype(torch::kInt64).device(device)),
          torch::ones({batch, steps}, torch::dtype(torch::kBool).device(device)), false};
}

namespace {

// The mask with as many trailing 1-sized dimensions as `values` has beyond [B,T].
at::Tensor mask_like(const at::Tensor& values, const StepMask& steps) {
  at::Tensor mask = steps.mask;
  while (mask.dim() < values.dim()) mask = mask.unsqueeze(-1);
  return mask;
}

}  // namespace

at::Tensor zero_padding(const at::Tensor& values, const StepMask& steps) {
  if (!steps.ragged) return values;
  return torch::where(mask_like(values, steps), values, torch::zeros({}, values.options()));
}

at::Tensor append_to_steps(const at::Tensor& values, const at::Tensor& context) {
  if (!context.defined()) return values;
  return at::cat({values, context.unsqueeze(1).expand({-1, values.size(1), -1})}, 2);
}

at::Tensor masked_mean(const at::Tensor& values, const StepMask& steps) {
  if (!steps.ragged) return values.mean(1);
  at::Tensor count = steps.lengths.to(values.scalar_type());
  while (count.dim() < values.dim() - 1) count = count.unsqueeze(-1);
  return zero_padding(values, steps).sum(1) / count;
}

at::Tensor last_valid(const at::Tensor& values, const StepMask& steps) {
  if (!steps.ragged) return values.select(1, values.size(1) - 1);
  const at::Tensor index =
      (steps.lengths - 1).view({-1, 1, 1}).expand({values.size(0), 1, values.size(2)});
  return values.gather(1, index).squeeze(1);
}

}  // namespace rnngan
