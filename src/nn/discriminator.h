// Sequences to scores. embed() makes the critic input, at which pairs are interpolated and every
// input gradient is taken: the channels of a step and, by default, the differences of its values.
// Values and differences have equal spread over the training split, gates and classes are 0 or 1
// before all are scaled to one total variance. A gradient taken at the values alone would punish
// attention to differences by the square of their scale.
//
// Options: packs of sequences scored as one (Lin et al. 2017, arXiv:1712.04086); the condition at
// every step, by an inner product with the features (Miyato and Koyama 2018, arXiv:1802.05637) or
// by one score per class; a minibatch layer (minibatch_layer.h); spectral normalisation
// (spectral_norm.h); as score the error of an autoencoder (Zhao et al. 2016, arXiv:1609.03126).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <torch/nn/modules/linear.h>

#include "columns/layout.h"
#include "config/run_config.h"
#include "nn/lstm/module.h"
#include "nn/spectral_norm.h"
#include "tensor/communicator.h"
#include "tensor/network_request.h"

namespace rnngan {

/// What the discriminator says of a batch. High = real, except for the energies of the policy
/// `energy`.
struct DiscriminatorOutput {
  torch::Tensor score;  // [B'], or [B',T] under the policy `step` (zero on padding); undefined when
                        // there are several outputs
  torch::Tensor features;      // [B',P]: masked mean, last forward, first backward state of the top
                               // layer; the autoencoder's code under `energy`
  torch::Tensor outputs = {};  // [B',n] when the objective asks for n > 1 outputs
  std::map<std::string, torch::Tensor> heads = {};  // by name, [B',n]
};

struct ScoreOptions {
  Differentiation differentiation = Differentiation::twice;
  /// The batch is this many independent batches one after another, which no statistic over a batch
  /// mixes. With a minibatch layer their number must divide B', else Error{bug}.
  int64_t groups = 1;
  /// Those who have the other rows of the batch, for a minibatch layer.
  const Communicator* ranks = &one_process();
  /// [B', dropout_width()]: factors on the outputs of the LSTM's layers, as Lstm::forward() takes
  /// them.
  torch::Tensor dropout = {};
};

/// What the objective asks of the discriminator beside its config.
struct DiscriminatorHeads {
  int64_t outputs = 1;  // numbers per sequence that the score is made of
  std::vector<HeadRequest> heads;
};

class Discriminator : public torch::nn::Module {
 public:
  /// Throws Error{config} where options of model.discriminator, the data and what the objective
  /// asks for do not go together.
  Discriminator(const DiscriminatorConfig& config, const Schema& schema,
                const DiscriminatorHeads& heads = {});

  /// Channels x [B,T,W] -> critic input [B',T,E]; differences are zero at the first step and where
  /// the value or the one before it is missing; zero on padding. E = W or W + V times `pac`, B' = B
  /// / pac: packs are of consecutive sequences. Here and in pack(), B that `pac` does not divide is
  /// Error{bug}.
  torch::Tensor embed(const torch::Tensor& x, const StepMask& steps) const;
  /// The steps and the condition of critic inputs: those of the sequences or, of a pack, the
  /// longest length and all conditions side by side.
  StepMask pack(const StepMask& steps) const;
  torch::Tensor pack(const torch::Tensor& condition) const;

  /// E.
  int64_t input_width() const { return sequence_width_ * config_.pac; }
  /// P.
  int64_t feature_width() const;
  /// What ScoreOptions::dropout has per critic input.
  int64_t dropout_width() const { return config_.layers * state_width(); }

  /// input [B',T,E], condition [B',C'] or undefined, both packed. Under the paths `projection` and
  /// `outputs` there must be a condition; the latter reads a one-hot label in its first K entries.
  DiscriminatorOutput score(const torch::Tensor& input, const torch::Tensor& condition,
                            const StepMask& steps, const ScoreOptions& options = {});

  /// One step of power iteration for the singular values that spectral normalisation divides by;
  /// nothing without it. Once per step of training, not per pass.
  void advance_spectral_norm();

  const DiscriminatorConfig& config() const { return config_; }

 private:
  int64_t state_width() const { return config_.hidden * lstm_->options().directions(); }
  void make_scales(const Schema& schema);
  void make_score(int64_t condition);
  void make_autoencoder(int64_t condition);
  void normalise_weights();

  torch::Tensor side_by_side(const torch::Tensor& of_steps) const;
  // Of the values of channels x [B,T,W], [B,T,V], to the spread of values.
  torch::Tensor differences(const torch::Tensor& x) const;

  // What of the condition enters every step: all of it, the static columns or nothing.
  torch::Tensor step_condition(const torch::Tensor& condition) const;
  // The layer, its weight normalised where that is asked for.
  torch::Tensor map(const torch::nn::Linear& layer, const torch::Tensor& values) const;
  // [B',P], with what the minibatch layer adds.
  torch::Tensor compare(const torch::Tensor& features, const ScoreOptions& options) const;
  // What the score layer says: [B',n] or, under the policy `step`, [B',T,n].
  torch::Tensor score_numbers(const torch::Tensor& y, const torch::Tensor& features,
                              const StepMask& steps, const ScoreOptions& options) const;
  // The one score that the condition makes of it.
  torch::Tensor condition_score(const torch::Tensor& numbers, const torch::Tensor& features,
                                const torch::Tensor& condition, const StepMask& steps) const;
  // The mean absolute error of the reconstruction: [B'].
  torch::Tensor energy(const torch::Tensor& code, const torch::Tensor& input,
                       const torch::Tensor& condition, const StepMask& steps,
                       Differentiation differentiation);

  DiscriminatorConfig config_;
  int64_t classes_ = 0;         // K
  int64_t outputs_ = 1;         // numbers per sequence that the objective asks for
  int64_t sequence_width_ = 0;  // E without packs
  std::shared_ptr<SpectralNorm> spectral_norm_;
  std::shared_ptr<Lstm> lstm_;
  torch::nn::Linear hidden_{nullptr}, score_{nullptr}, projection_{nullptr}, minibatch_{nullptr};
  // Of the policy `energy`.
  std::shared_ptr<Lstm> decoder_;
  torch::nn::Linear code_{nullptr}, reconstruction_{nullptr};
  std::vector<std::pair<std::string, torch::nn::Linear>> heads_;
  Layout layout_;
  torch::Tensor value_scale_, difference_scale_;  // [W] and [V] buffers
};

}  // namespace rnngan
