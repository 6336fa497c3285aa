#include "training/optimistic_adam.h"

#include <cmath>

#include <torch/types.h>

namespace rnngan {

OptimisticAdam::OptimisticAdam(const at::Tensor& values, const OptimizerConfig& config)
    : config_(config),
      mean_(torch::zeros_like(values)),
      square_(torch::zeros_like(values)),
      previous_(torch::zeros_like(values)) {}

void OptimisticAdam::step(at::Tensor values, const at::Tensor& gradient, double lr, int64_t count) {
  const torch::NoGradGuard no_grad;
  const at::Tensor slope =
      config_.weight_decay == 0 ? gradient : gradient + config_.weight_decay * values;
  mean_.mul_(config_.beta1).add_(slope, 1 - config_.beta1);
  square_.mul_(config_.beta2).addcmul_(slope, slope, 1 - config_.beta2);
  const auto steps = static_cast<double>(count);
  const double mean_weight = 1 - std::pow(config_.beta1, steps);
  const double square_weight = 1 - std::pow(config_.beta2, steps);
  const at::Tensor update = mean_ / mean_weight / ((square_ / square_weight).sqrt() + config_.eps);
  values.add_(update, -2 * lr).add_(previous_, lr);
  previous_.copy_(update);
}

}  // namespace rnngan
