#include "objective/sequence_pairs.h"

#include <algorithm>
#include <tuple>

#include <torch/types.h>

namespace rnngan {

at::Tensor difference(const at::Tensor& a, const at::Tensor& b, const StepMask& steps) {
  return zero_padding(a - b, steps);
}

at::Tensor mean_entry(const at::Tensor& values, const StepMask& steps, const Layout& layout) {
  if (layout.only_values()) return masked_mean(values.mean(2), steps);
  const at::Tensor weights = layout.weights().to(values.device(), values.scalar_type());
  return masked_mean((values * weights).mean(2), steps);
}

namespace {

/// Critic inputs [B',T,E], each sequence's channels and differences weighted as in evened().
at::Tensor evened_inputs(const at::Tensor& input, const Layout& layout) {
  if (layout.only_values()) return input;
  const at::Tensor root = layout.weights().sqrt();
  const int64_t with_differences = layout.width() + layout.values();
  const bool differences = input.size(2) % with_differences == 0;
  const at::Tensor one = differences ? at::cat({root, root.narrow(0, 0, layout.values())}) : root;
  return input * one.repeat({input.size(2) / one.size(0)}).to(input.device(), input.scalar_type());
}

}  // namespace

at::Tensor flat(StepContext& context, Which which, PairSpace space) {
  if (space == PairSpace::point) {
    const at::Tensor input = evened_inputs(context.critic_input(which), context.layout());
    return zero_padding(input, context.critic_input_steps()).flatten(1);
  }
  const SequenceBatch& batch = context.batch(which);
  return zero_padding(evened(batch.x, context.layout()), batch.steps).flatten(1);
}

at::Tensor squared_distances(const at::Tensor& a, const at::Tensor& b) {
  return at::cdist(a, b, 2.0, /*compute_mode=*/2).square();
}

at::Tensor squared_distances_twice(const at::Tensor& a, const at::Tensor& b) {
  return (a.unsqueeze(1) - b.unsqueeze(0)).square().sum(2);
}

at::Tensor pairs_of_others(int64_t size, const at::Device& device) {
  return at::eye(size, at::TensorOptions().dtype(at::kBool).device(device)).logical_not();
}

at::Tensor mean_of_others(const at::Tensor& pairs) {
  const int64_t size = pairs.size(0);
  const double count = static_cast<double>(std::max<int64_t>(size * (size - 1), 1));
  return (pairs.sum() - pairs.diagonal().sum()) / count;
}

at::Tensor median_of_others(const at::Tensor& pairs) {
  const int64_t size = pairs.size(0);
  if (size < 2) return at::ones({}, pairs.options());
  // Sequences with themselves are told apart by their place, since others may be at 0 as well.
  return pairs.detach()
      .masked_select(pairs_of_others(size, pairs.device()))
      .median()
      .clamp_min(1e-6);
}

}  // namespace rnngan
