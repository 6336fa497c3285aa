// The step as it is for the whole batch, of which every rank has its own rows: what is asked of it
// is made of own rows and joined. Every rank has the same of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "objective/step_context.h"
#include "training/step_streams.h"

namespace rnngan {

class WholeBatch : public StepContext {
 public:
  /// Both must outlive this object.
  WholeBatch(StepContext& own, const StepStreams& streams)
      : own_(own), streams_(streams), ranks_(*streams.ranks) {}

  Side side() const override { return own_.side(); }
  int64_t step() const override { return own_.step(); }
  double epoch() const override { return own_.epoch(); }
  const Layout& layout() const override { return own_.layout(); }
  const SequenceBatch& batch(Which which) override;
  const at::Tensor& critic_input(Which which) override;
  const StepMask& critic_input_steps() override;
  const Scores& scores(Which which) override;
  const at::Tensor& input_gradient(Which which) override;
  at::Tensor embed(const at::Tensor& x) override;
  using StepContext::scores_at;
  Scores scores_at(const at::Tensor& input, const PassOptions& options) override;
  const at::Tensor& interpolation_weights() override;
  const at::Tensor& perturbation() override;
  /// The same on every rank.
  at::Tensor normal(const std::string& name, at::IntArrayRef sizes) override;
  const at::Tensor& code() override;
  const at::Tensor& global_noise() override;
  const Posterior& posterior() override;
  at::Tensor generate(const at::Tensor& global_noise) override;
  const OtherFake& other_fake(double radius) override;
  Activated forced(int64_t draw) override;
  at::Tensor network(const std::string& name, const at::Tensor& x) override;
  at::Tensor per_sequence(const at::Tensor& elementwise) override;
  std::vector<NamedParameter> parameters(Side side) override { return own_.parameters(side); }

 private:
  Scores joined(const Scores& own) const;
  StepMask joined(const StepMask& own) const;
  Activated joined(const Activated& own) const;
  /// The same each time it is asked for.
  template <class Own>
  const at::Tensor& once(const std::string& name, const Own& own);

  StepContext& own_;
  const StepStreams& streams_;
  const Communicator& ranks_;
  std::map<Which, SequenceBatch> batches_;
  std::map<Which, Scores> scores_;
  std::map<std::string, at::Tensor> tensors_;
  std::map<double, OtherFake> other_fakes_;
  std::optional<StepMask> input_steps_;
  std::optional<Posterior> posterior_;
};

}  // namespace rnngan
