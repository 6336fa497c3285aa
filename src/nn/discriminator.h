// Sequences to scores. embed() makes the point at which pairs are interpolated and every input
// gradient is taken: the scaled values and, by default, their differences, each to unit spread over
// the training split. A gradient taken at the values alone would punish attention to differences by
// the square of their scale.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/linear.h>

#include "config/run_config.h"
#include "nn/lstm.h"
#include "tensor/network_request.h"
#include "tensor/schema.h"

namespace rnngan {

/// What the discriminator says of a batch. High = real, except for the energies of the policy
/// `energy`.
struct Judgement {
  torch::Tensor score;  // [B'], or [B',T] under the policy `step` (zero on padding); undefined when
                        // there are several outputs
  torch::Tensor
      features;  // [B',P]: masked mean, last forward, first backward state of the top layer
  torch::Tensor outputs = {};  // [B',n] when the objective asks for n > 1 outputs
  std::map<std::string, torch::Tensor> heads = {};  // by name, [B',n]
};

struct JudgeOptions {
  Differentiation differentiation = Differentiation::twice;
  /// The batch is this many independent batches one after another, which no statistic over a batch
  /// mixes.
  int64_t groups = 1;
  /// [B', H * directions]: factors on the outputs of the LSTM, the same in all steps; undefined:
  /// none.
  torch::Tensor dropout = {};
};

/// What the objective asks of the discriminator beside its config.
struct DiscriminatorHeads {
  int64_t outputs = 1;  // numbers per sequence that the score is made of
  std::vector<HeadRequest> heads;
};

class Discriminator : public torch::nn::Module {
 public:
  Discriminator(const DiscriminatorConfig& config, const Schema& schema,
                const DiscriminatorHeads& heads = {});

  /// x [B,T,F] scaled -> point [B',T,E]; differences are zero at the first step; zero on padding. E
  /// = F or 2F times `pac`, B' = B / pac: packs are of consecutive sequences.
  torch::Tensor embed(const torch::Tensor& x, const StepMask& steps) const;
  /// The steps and the condition of points: those of the sequences or, of a pack, the longest
  /// length and all conditions side by side.
  StepMask pack(const StepMask& steps) const;
  torch::Tensor pack(const torch::Tensor& condition) const;

  /// E.
  int64_t point_width() const;
  /// What JudgeOptions::dropout has per point.
  int64_t dropout_width() const { return config_.hidden * lstm_->options().directions(); }

  /// point [B',T,E], condition [B',C'] or undefined, both packed.
  Judgement judge(const torch::Tensor& point, const torch::Tensor& condition, const StepMask& steps,
                  const JudgeOptions& options = {});

  /// One step of power iteration for the singular values that spectral normalisation divides by;
  /// nothing without it. Once per step of training, not per pass.
  void advance_spectral_norm();

  const DiscriminatorConfig& config() const { return config_; }

 private:
  DiscriminatorConfig config_;
  std::shared_ptr<Lstm> lstm_;
  torch::nn::Linear hidden_{nullptr}, score_{nullptr};
  torch::Tensor value_scale_, difference_scale_;  // [F] buffers
};

}  // namespace rnngan
