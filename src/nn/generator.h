// Noise to sequences: an LSTM over per-step noise, whose initial state comes from a global noise
// vector through a small MLP. The global noise, the condition and the information code also enter
// every step and the linear head, whose numbers an activation turns into values that a file could
// hold (columns/activation.h). Gates and classes are drawn as in a Markov chain that the LSTM
// shifts (nn/state_feedback.h). An autoregressive generator sees its last step, too.
#pragma once

#include <memory>

#include <torch/nn/modules/linear.h>

#include "columns/activation.h"
#include "config/run_config.h"
#include "nn/lstm/module.h"
#include "nn/state_feedback.h"

namespace rnngan {

struct Noise {
  torch::Tensor step;       // [B,T,Zs]
  torch::Tensor global;     // [B,Zg]; undefined when Zg = 0
  torch::Tensor code = {};  // [B,K+m]: one-hot class of the information code, then its uniform
                            // variables; undefined when there is none
};

class Generator : public torch::nn::Module {
 public:
  Generator(const GeneratorConfig& config, const Schema& schema);

  /// Channels [B,T,W], zero on padding. condition [B,C] or undefined. An autoregressive one runs
  /// freely, step by step.
  Activated generate(const Noise& noise, const torch::Tensor& condition, const StepMask& steps,
                     Differentiation differentiation = Differentiation::once);
  /// Its x.
  torch::Tensor forward(const Noise& noise, const torch::Tensor& condition, const StepMask& steps,
                        Differentiation differentiation = Differentiation::once);

  /// Teacher forcing: each step given the step of x [B,T,W] before it, in one pass. Only for an
  /// autoregressive generator, else Error{bug}. What forward() made comes back. Gradients do not
  /// reach x.
  Activated forced(const Noise& noise, const torch::Tensor& condition, const StepMask& steps,
                   const torch::Tensor& x);

  /// Whether what it makes stays within the dead bands of columns, as it does at first.
  void use_dead_bands(bool on) { activation_.use_dead_bands(on); }

  const GeneratorConfig& config() const { return config_; }
  const Layout& layout() const { return activation_.layout(); }

 private:
  // What enters every step and the head, and sets the initial state: [B,Zg+C+K+m] or undefined.
  torch::Tensor context(const Noise& noise, const torch::Tensor& condition) const;
  LstmState initial_state(const torch::Tensor& context) const;
  torch::Tensor step_input(const Noise& noise, const torch::Tensor& context,
                           const StepMask& steps) const;
  torch::Tensor head_offset(const torch::Tensor& context) const;
  // What of a step's own the head reads: its state and, where it is shown, its noise.
  int64_t head_steps() const;
  // Zero on padding; undefined where the head reads none.
  torch::Tensor head_noise(const Noise& noise, const StepMask& steps) const;
  // states [B,T,H], noise [B,T,Zs] or undefined -> raw [B,T,W]. The noise is added to values alone:
  // gates and classes that chance decides anew in each step flicker.
  torch::Tensor emit(const torch::Tensor& states, const torch::Tensor& step_noise,
                     const torch::Tensor& offset) const;
  // [B,T,K] or undefined.
  torch::Tensor draws(const Noise& noise) const;
  Activated activated(const torch::Tensor& raw, const Noise& noise, const StepMask& steps) const;
  Activated run_freely(const Noise& noise, const torch::Tensor& context, const StepMask& steps,
                       Differentiation differentiation);

  GeneratorConfig config_;
  std::shared_ptr<Lstm> lstm_;
  torch::nn::Linear state_in_{nullptr}, state_out_{nullptr}, head_{nullptr};
  torch::Tensor drawn_;                      // Layout::drawn(); undefined: no state is drawn
  std::shared_ptr<StateFeedback> feedback_;  // null: no state is drawn, or an autoregressive one,
                                             // which sees the states of the step before, draws them
  Activation activation_;
};

}  // namespace rnngan
