// The StepContext of training: one phase of a step with real networks and data, of the rows of one
// rank. Lazy; each batch, critic input, score and gradient is made once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "objective/objective.h"
#include "training/augment.h"
#include "training/networks.h"
#include "training/step_streams.h"
#include "training/whole_batch.h"

namespace rnngan {

struct PhaseInputs {
  StepStreams streams;
  double epoch = 0;
  SequenceBatch real;  // x undefined when nothing reads it
  Noise noise;
  at::Tensor perturbation;     // [B',T,E]; undefined when nothing reads it
  double instance_noise = 0;   // standard deviation; 0 = none
  at::Tensor grid_noise = {};  // [W]: that of the noise of coarse grids; undefined: none
  AugmentConfig augment;       // how what the discriminator is shown is changed
  double augment_probability = 1;
};

class PhaseContext : public StepContext {
 public:
  PhaseContext(Networks& networks, const Objective& objective, PhaseInputs inputs);
  PhaseContext(const PhaseContext&) = delete;
  PhaseContext& operator=(const PhaseContext&) = delete;

  /// Scores by another discriminator of the same make from here on (one that has looked ahead).
  void score_by(Discriminator& discriminator) { critic_ = &discriminator; }

  Side side() const override { return inputs_.streams.side; }
  int64_t step() const override { return inputs_.streams.step; }
  double epoch() const override { return inputs_.epoch; }
  const SequenceBatch& batch(Which which) override;
  const at::Tensor& critic_input(Which which) override;
  const StepMask& critic_input_steps() override { return input_steps_; }
  const Scores& scores(Which which) override;
  const at::Tensor& input_gradient(Which which) override;
  at::Tensor embed(const at::Tensor& x) override;
  using StepContext::scores_at;
  Scores scores_at(const at::Tensor& input, const PassOptions& options) override;
  const at::Tensor& interpolation_weights() override;
  const at::Tensor& perturbation() override;
  at::Tensor normal(const std::string& name, at::IntArrayRef sizes) override;
  const at::Tensor& code() override { return inputs_.noise.code; }
  const at::Tensor& global_noise() override { return inputs_.noise.global; }
  const Posterior& posterior() override;
  at::Tensor generate(const at::Tensor& global_noise) override;
  const OtherFake& other_fake(double radius) override;
  Activated forced(int64_t draw) override;
  const Layout& layout() const override { return networks_.generator().layout(); }
  at::Tensor network(const std::string& name, const at::Tensor& x) override;
  at::Tensor per_sequence(const at::Tensor& elementwise) override;
  at::Tensor batch_mean(const at::Tensor& values) override;
  StepContext& whole() override { return whole_; }
  std::vector<NamedParameter> parameters(Side side) override;

 private:
  // In the discriminator's step both batches go through it in one pass of 2B' inputs, real ones
  // first.
  bool joint() const { return side() == Side::discriminator; }
  bool trains_generator() const { return side() == Side::generator; }
  void make_joint_input();
  void score_joint();
  const at::Tensor& seen(Which which);
  at::Tensor shown(const at::Tensor& x, const std::string& draws);
  at::Tensor shown(Which which);
  struct Pass {
    at::Tensor condition;
    StepMask steps;
    int64_t groups = 1;
    int64_t dropout_draw = 0;
  };
  Scores score_inputs(const at::Tensor& input, const Pass& pass);
  Pass own_pass() const { return {condition_, input_steps_}; }
  SequenceBatch pair_batch(const Activated& made) const;
  Activated made_from(const at::Tensor& global_noise);
  at::Tensor noise_distance(const Noise& other) const;

  Networks& networks_;
  const Objective& objective_;
  PhaseInputs inputs_;
  WholeBatch whole_;
  Discriminator* critic_;
  StepMask input_steps_;
  at::Tensor condition_;  // of critic inputs
  std::optional<SequenceBatch> fake_, reconstruction_;
  std::optional<Posterior> posterior_;
  std::map<double, OtherFake> other_fakes_;
  at::Tensor undeceiving_;  // the reconstruction, without the graph of the encoder
  int64_t embedded_ = 0;    // batches that the discriminator was shown
  at::Tensor joint_input_, joint_score_, interpolation_weights_;
  at::Tensor critic_inputs_[3];
  std::optional<Scores> scores_[3];
  at::Tensor gradients_[3];
};

}  // namespace rnngan
