#include "training/optimizer.h"

#include <torch/optim/adam.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

namespace rnngan {

namespace {

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const torch::Tensor& values,
                                                        const OptimizerConfig& config) {
  const std::vector<torch::Tensor> all = {values};
  switch (config.type) {
    case OptimizerKind::adam:
      return std::make_unique<torch::optim::Adam>(all, torch::optim::AdamOptions(config.lr)
                                                           .betas({config.beta1, config.beta2})
                                                           .eps(config.eps)
                                                           .weight_decay(config.weight_decay));
    case OptimizerKind::rmsprop:
      return std::make_unique<torch::optim::RMSprop>(all, torch::optim::RMSpropOptions(config.lr)
                                                              .alpha(config.beta2)
                                                              .momentum(config.beta1)
                                                              .eps(config.eps)
                                                              .weight_decay(config.weight_decay));
    case OptimizerKind::oadam:
      return nullptr;
    case OptimizerKind::sgd:
      break;
  }
  return std::make_unique<torch::optim::SGD>(
      all,
      torch::optim::SGDOptions(config.lr).momentum(config.beta1).weight_decay(config.weight_decay));
}

template <class State>
State& state_of(const torch::optim::Optimizer& optimizer) {
  return static_cast<State&>(*optimizer.state().begin()->second);
}

}  // namespace

FlatOptimizer::FlatOptimizer(FlatParameters& flat, const OptimizerConfig& config)
    : flat_(&flat), config_(config), optimizer_(make_optimizer(flat.values(), config)) {
  if (optimizer_ == nullptr) {
    optimistic_.emplace(flat.values(), config);
    return;
  }
  // Optimisers make their state in their first step. One at a rate of 0 makes it now and moves
  // nothing, so that it can be saved and loaded at any time without knowing how a LibTorch version
  // keys it.
  flat.zero_gradient();
  step(0);
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : state_tensors()) tensor.zero_();
  set_steps(0);
}

void FlatOptimizer::step(double lr) {
  ++steps_;
  if (optimistic_) {
    optimistic_->step(flat_->values(), flat_->gradient(), lr, steps_);
    return;
  }
  optimizer_->param_groups()[0].options().set_lr(lr);
  optimizer_->step();
}

void FlatOptimizer::set_steps(int64_t steps) {
  steps_ = steps;
  if (config_.type == OptimizerKind::adam) {
    state_of<torch::optim::AdamParamState>(*optimizer_).step(steps);
  }
}

std::map<std::string, torch::Tensor> FlatOptimizer::state_tensors() const {
  switch (config_.type) {
    case OptimizerKind::adam: {
      const auto& state = state_of<torch::optim::AdamParamState>(*optimizer_);
      return {{"exp_avg", state.exp_avg()}, {"exp_avg_sq", state.exp_avg_sq()}};
    }
    case OptimizerKind::rmsprop: {
      const auto& state = state_of<torch::optim::RMSpropParamState>(*optimizer_);
      if (config_.beta1 == 0) return {{"square_avg", state.square_avg()}};
      return {{"square_avg", state.square_avg()}, {"momentum_buffer", state.momentum_buffer()}};
    }
    case OptimizerKind::oadam:
      return {{"exp_avg", optimistic_->mean()},
              {"exp_avg_sq", optimistic_->square()},
              {"update", optimistic_->previous()}};
    case OptimizerKind::sgd:
      break;
  }
  if (config_.beta1 == 0) return {};
  const auto& state = state_of<torch::optim::SGDParamState>(*optimizer_);
  return {{"momentum_buffer", state.momentum_buffer()}};
}

std::map<std::string, torch::Tensor> FlatOptimizer::moments() const {
  std::map<std::string, torch::Tensor> moments;
  for (const auto& [name, flat] : state_tensors()) {
    for (const auto& slice : flat_->slices()) {
      moments[name + "." + slice.name] = FlatParameters::view(flat, slice);
    }
  }
  return moments;
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
