// One step of either side: draw, make fakes, add up the objective, one backward, one optimiser
// step.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.h"
#include "objective/objective.h"
#include "training/networks.h"

namespace rnngan {

class GanStep {
 public:
  /// All arguments must outlive this object.
  GanStep(Networks& networks, Objective& objective, const Dataset& data, const TrainConfig& train,
          const at::Device& device);

  /// Step number `step` of one side, counted by that side (the discriminator takes n_critic for
  /// each of the generator's) at base learning rates times `lr_factor`. Returns its statistics,
  /// "grad_norm" (before clipping) last.
  std::vector<Statistic> take(Side side, int64_t step, double lr_factor);

 private:
  Networks& networks_;
  Objective& objective_;
  const Dataset& data_;
  const TrainConfig& train_;
  at::Device device_;
  Batcher discriminator_order_, generator_order_;
};

/// Noise for B sequences of T steps from one stream.
Noise draw_noise(const GeneratorConfig& config, int64_t batch, int64_t steps, at::Generator& stream,
                 const at::Device& device);

}  // namespace rnngan
