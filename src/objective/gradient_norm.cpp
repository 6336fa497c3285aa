#include "objective/gradient_norm.h"

#include <torch/types.h>

namespace rnngan {

at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps) {
  return zero_padding(gradient, steps).flatten(1).square().sum(1);
}

at::Tensor norm_of(const at::Tensor& squared) {
  return (squared + 1e-12).sqrt();
}

at::Tensor between(StepContext& context, const at::Tensor& a) {
  const at::Tensor share = a.view({-1, 1, 1});
  return share * context.critic_input(Which::real).detach() +
         (1 - share) * context.critic_input(Which::fake).detach();
}

at::Tensor squared_gradient_norm_at(StepContext& context, const at::Tensor& input) {
  const at::Tensor leaf = input.detach().requires_grad_();
  const at::Tensor gradient = gradient_of_sum(context.scores_at(leaf).score, leaf);
  return squared_norm(gradient, context.critic_input_steps());
}

}  // namespace rnngan
