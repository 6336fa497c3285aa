// The StepContext of training: one phase of a step with real networks and data. Lazy; each batch,
// point, score and gradient is made once.
#pragma once

#include <optional>
#include <vector>

#include "data/dataset.h"
#include "objective/objective.h"
#include "training/networks.h"

namespace rnngan {

struct PhaseInputs {
  Side side = Side::discriminator;
  int64_t step = 0;
  SequenceBatch real;  // x undefined when nothing reads it
  Noise noise;
  at::Tensor interpolation_weights;  // [B]
  at::Tensor perturbation;           // [B,T,E]; undefined when nothing reads it
};

class PhaseContext : public StepContext {
 public:
  PhaseContext(Networks& networks, const Objective& objective, PhaseInputs inputs);

  Side side() const override { return inputs_.side; }
  int64_t step() const override { return inputs_.step; }
  const SequenceBatch& batch(Which which) override;
  const at::Tensor& point(Which which) override;
  const Scores& scores(Which which) override;
  const at::Tensor& input_gradient(Which which) override;
  Scores scores_at(const at::Tensor& point) override;
  const at::Tensor& interpolation_weights() override { return inputs_.interpolation_weights; }
  const at::Tensor& perturbation() override;
  at::Tensor per_sequence(const at::Tensor& elementwise) override;
  std::vector<NamedParameter> parameters(Side side) override;

 private:
  // In the discriminator's step both batches go through it in one pass of 2B sequences, real ones
  // first.
  bool joint() const { return inputs_.side == Side::discriminator; }
  void make_joint_point();
  void judge_joint();
  Scores judge(const at::Tensor& point, const at::Tensor& condition, const StepMask& steps);

  Networks& networks_;
  const Objective& objective_;
  PhaseInputs inputs_;
  std::optional<SequenceBatch> fake_;
  at::Tensor joint_point_, joint_score_;
  at::Tensor points_[2];
  std::optional<Scores> scores_[2];
  at::Tensor gradients_[2];
};

}  // namespace rnngan
