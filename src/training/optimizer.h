// torch::optim::Adam, RMSprop, SGD or optimistic Adam over one flat tensor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <torch/optim/optimizer.h>

#include "config/run_config.h"
#include "nn/flat_parameters.h"
#include "training/optimistic_adam.h"

namespace rnngan {

class FlatOptimizer {
 public:
  /// `flat` must outlive this object.
  FlatOptimizer(FlatParameters& flat, const OptimizerConfig& config);

  /// One step at `lr` with the gradient that `flat` holds.
  void step(double lr);

  double base_lr() const { return config_.lr; }
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps);

  /// The optimiser's own state by parameter, as views: "exp_avg.PARAM" and "exp_avg_sq.PARAM" of
  /// Adam, with "update.PARAM" of optimistic Adam, "square_avg.PARAM" of RMSprop,
  /// "momentum_buffer.PARAM" of RMSprop and SGD with momentum.
  std::map<std::string, torch::Tensor> moments() const;

 private:
  std::map<std::string, torch::Tensor> state_tensors() const;

  FlatParameters* flat_;
  OptimizerConfig config_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;  // empty for optimistic Adam
  std::optional<OptimisticAdam> optimistic_;
  int64_t steps_ = 0;
};

/// Scales the gradients of one side so that their joint L2 norm is at most `max_norm` (0 = leave
/// them). Returns the norm before, a device scalar.
torch::Tensor clip_gradients(const std::vector<FlatParameters*>& side, double max_norm);

}  // namespace rnngan
