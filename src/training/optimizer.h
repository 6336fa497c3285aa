// torch::optim::Adam over one flat tensor, and the learning-rate schedule.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <torch/optim/adam.h>

#include "config/run_config.h"
#include "nn/flat_parameters.h"

namespace rnngan {

class AdamOptimizer {
 public:
  /// `flat` must outlive this object.
  AdamOptimizer(FlatParameters& flat, const AdamConfig& config);

  /// One step at `lr` with the gradient that `flat` holds.
  void step(double lr);

  double base_lr() const { return base_lr_; }
  int64_t steps() const;
  void set_steps(int64_t steps);

  /// "exp_avg.PARAM" and "exp_avg_sq.PARAM" for each parameter: views of the optimiser's own state.
  std::map<std::string, torch::Tensor> moments() const;

 private:
  torch::optim::AdamParamState& state() const;

  FlatParameters* flat_;
  double base_lr_;
  mutable torch::optim::Adam adam_;
};

/// The factor on the learning rate in generator step `step` (0-based) of `steps`: a linear warm-up
/// from 0 over `warmup` steps, then 1 for the share `hold` of all steps, then down to `final` at
/// the last step, linearly or along half a cosine.
double schedule_factor(const ScheduleConfig& schedule, int64_t step, int64_t steps);

/// Scales the gradients of one side so that their joint L2 norm is at most `max_norm` (0 = leave
/// them). Returns the norm before, a device scalar.
torch::Tensor clip_gradients(const std::vector<FlatParameters*>& side, double max_norm);

}  // namespace rnngan
