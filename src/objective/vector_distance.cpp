#include "objective/vector_distance.h"

#include <torch/types.h>

#include "objective/gradient_norm.h"

namespace rnngan {

namespace {

size_t index_of(Side side) {
  return side == Side::discriminator ? 0 : 1;
}

}  // namespace

at::Tensor VectorDistance::value(StepContext& context) {
  const at::Tensor real = vectors(context, Which::real), fake = vectors(context, Which::fake);
  const at::Tensor between_batches = distance(real, fake);
  std::vector<Statistic>& log = statistics_[index_of(context.side())];
  log = {{"distance", between_batches.detach()}};
  if (context.side() == Side::generator) return between_batches;
  if (penalty_ == 0) return -between_batches;
  const at::Tensor excess = penalty(context, real, fake);
  log.push_back({"penalty", excess.detach()});
  return penalty_ * excess - between_batches;
}

std::vector<Statistic> VectorDistance::statistics(Side side) const {
  return statistics_[index_of(side)];
}

at::Tensor VectorDistance::vectors(StepContext& context, Which which) const {
  return context.scores(which).heads.at(head_.name);
}

at::Tensor VectorDistance::penalty(StepContext& context, const at::Tensor& real,
                                   const at::Tensor& fake) const {
  const at::Tensor input = between(context, context.interpolation_weights()).requires_grad_();
  const at::Tensor f = witness(context.scores_at(input).heads.at(head_.name), real, fake);
  const at::Tensor gradient = gradient_of_sum(f, input);
  return norm_of(squared_norm(gradient, context.critic_input_steps())).sub(1).square().mean();
}

}  // namespace rnngan
