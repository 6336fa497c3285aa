// Sequences to scores. embed() makes the point at which pairs are interpolated and every input
// gradient is taken: the scaled values and, by default, their differences, each to unit spread over
// the training split. A gradient taken at the values alone would punish attention to differences by
// the square of their scale.
#pragma once

#include <memory>

#include <torch/nn/modules/linear.h>

#include "config/run_config.h"
#include "nn/lstm.h"
#include "tensor/schema.h"

namespace rnngan {

/// What the discriminator says of a batch. High = real.
struct Judgement {
  torch::Tensor score;  // [B], or [B,T] under the policy `step` (zero on padding)
  torch::Tensor
      features;  // [B,P]: masked mean, last forward, first backward state of the top layer
};

class Discriminator : public torch::nn::Module {
 public:
  Discriminator(const DiscriminatorConfig& config, const Schema& schema);

  /// x [B,T,F] scaled -> point [B,T,E], E = F or 2F; differences are zero at the first step; zero
  /// on padding.
  torch::Tensor embed(const torch::Tensor& x, const StepMask& steps) const;

  /// E.
  int64_t point_width() const { return value_scale_.size(0) * (config_.differences ? 2 : 1); }

  /// point [B,T,E], condition [B,C] or undefined.
  Judgement judge(const torch::Tensor& point, const torch::Tensor& condition, const StepMask& steps,
                  Differentiation differentiation = Differentiation::twice);

  const DiscriminatorConfig& config() const { return config_; }

 private:
  DiscriminatorConfig config_;
  std::shared_ptr<Lstm> lstm_;
  torch::nn::Linear hidden_{nullptr}, score_{nullptr};
  torch::Tensor value_scale_, difference_scale_;  // [F] buffers
};

}  // namespace rnngan
