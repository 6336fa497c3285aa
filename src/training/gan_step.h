// One step of either side: draw, make fakes, add up the objective, one backward, one optimiser
// step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/batcher.h"
#include "data/dataset.h"
#include "objective/objective.h"
#include "tensor/communicator.h"
#include "training/augment.h"
#include "training/look_ahead.h"
#include "training/networks.h"
#include "training/phase_context.h"

namespace rnngan {

struct StepRequest {
  Side side = Side::discriminator;
  int64_t step = 0;            // counted by that side (the discriminator takes n_critic for each
                               // of the generator's)
  double lr_factor = 1;        // on the base learning rates
  double instance_noise = 0;   // standard deviation
  bool dead_bands = true;      // fakes stay within those of their columns
  bool supervised = false;     // terms of teacher forcing alone
  bool measure_parts = false;  // also "NAME.grad_norm" and "NAME.share" of each summand
};

/// Where the time of all steps so far went, by the host's clock: drawing data and noise, networks
/// and objective, their gradients, optimiser and the terms' own work after it.
struct PhaseSeconds {
  double draw = 0, forward = 0, backward = 0, update = 0;
};
/// "draw 5 %, forward 40 %, backward 50 %, update 5 %"
std::string describe(const PhaseSeconds& seconds);

class GanStep {
 public:
  /// All arguments must outlive this object. `ahead` may be null: no looking ahead. Of several
  /// ranks, whose number divides the batch, each takes the same steps.
  GanStep(Networks& networks, Objective& objective, const Dataset& data, const TrainConfig& train,
          const at::Device& device, LookAhead* ahead = nullptr,
          const Communicator& ranks = one_process());

  /// What it remembers from step to step; a part of checkpoints where it adapts.
  const AugmentControl& augment_control() const { return augment_control_; }

  /// Returns the statistics, means over own rows, "grad_norm" (before clipping) last. Where
  /// train.freeze stops the discriminator, its parameters and the states of terms rest and "frozen"
  /// is 1 instead.
  std::vector<Statistic> take(const StepRequest& request);

  const PhaseSeconds& phase_seconds() const { return seconds_; }

 private:
  PhaseInputs draw_inputs(const StepRequest& request) const;
  void look_ahead(PhaseContext& context);
  void control_augmentation(PhaseContext& context, SideResult& result);
  bool is_frozen(const SideResult& result) const;
  void measure_parts(const std::vector<FlatParameters*>& trained, SideResult& result) const;
  void average_gradients(const std::vector<FlatParameters*>& trained) const;
  void descend(const StepRequest& request, SideResult& result);

  Networks& networks_;
  Objective& objective_;
  const Dataset& data_;
  const TrainConfig& train_;
  at::Device device_;
  LookAhead* ahead_;
  const Communicator& ranks_;
  AugmentControl augment_control_;
  at::Tensor grid_noise_;  // PhaseInputs::grid_noise
  Batcher discriminator_order_, generator_order_;
  PhaseSeconds seconds_;
};

}  // namespace rnngan
