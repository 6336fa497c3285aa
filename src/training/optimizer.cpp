#include "training/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rnngan {

AdamOptimizer::AdamOptimizer(FlatParameters& flat, const AdamConfig& config)
    : flat_(&flat),
      base_lr_(config.lr),
      adam_({flat.values()}, torch::optim::AdamOptions(config.lr)
                                 .betas({config.beta1, config.beta2})
                                 .eps(config.eps)) {
  // Adam makes its moments in its first step. A step with a zero gradient makes them now and moves
  // nothing, so that they can be saved and loaded at any time without knowing how a LibTorch
  // version keys its state.
  flat.zero_gradient();
  adam_.step();
  state().step(0);
}

torch::optim::AdamParamState& AdamOptimizer::state() const {
  return static_cast<torch::optim::AdamParamState&>(*adam_.state().begin()->second);
}

void AdamOptimizer::step(double lr) {
  static_cast<torch::optim::AdamOptions&>(adam_.param_groups()[0].options()).lr(lr);
  adam_.step();
}

int64_t AdamOptimizer::steps() const {
  return state().step();
}

void AdamOptimizer::set_steps(int64_t steps) {
  state().step(steps);
}

std::map<std::string, torch::Tensor> AdamOptimizer::moments() const {
  std::map<std::string, torch::Tensor> moments;
  for (const auto& slice : flat_->slices()) {
    moments["exp_avg." + slice.name] = FlatParameters::view(state().exp_avg(), slice);
    moments["exp_avg_sq." + slice.name] = FlatParameters::view(state().exp_avg_sq(), slice);
  }
  return moments;
}

double schedule_factor(const ScheduleConfig& schedule, int64_t step, int64_t steps) {
  const auto at = static_cast<double>(step);
  const auto last = static_cast<double>(std::max<int64_t>(steps - 1, 1));
  double factor = 1.0;
  const double hold = schedule.hold * last;
  if (schedule.kind != ScheduleKind::constant && at > hold) {
    const double done = std::min(1.0, (at - hold) / (last - hold));
    const double remaining = schedule.kind == ScheduleKind::linear
                                 ? 1.0 - done
                                 : 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    factor = schedule.final + (1.0 - schedule.final) * remaining;
  }
  if (step < schedule.warmup) factor *= (at + 1.0) / static_cast<double>(schedule.warmup);
  return factor;
}

torch::Tensor clip_gradients(const std::vector<FlatParameters*>& side, double max_norm) {
  const torch::NoGradGuard no_grad;
  torch::Tensor squares;
  for (const auto* flat : side) {
    const auto square = flat->gradient().square().sum();
    squares = squares.defined() ? squares + square : square;
  }
  const torch::Tensor norm = squares.sqrt();
  if (max_norm > 0) {
    const torch::Tensor factor = (max_norm / (norm + 1e-6)).clamp_max(1.0);
    for (const auto* flat : side) flat->gradient().mul_(factor);
  }
  return norm;
}

}  // namespace rnngan
