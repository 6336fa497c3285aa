// Gates and classes as a Markov chain that the LSTM shifts: the logits of a step are those of the
// chain, given the states of the step before, and a share of what the LSTM says; states also move
// the values of their step. The chain begins as that of the training data (columns/state_chain.h),
// all else without an effect; all is learnt. An LSTM alone rarely learns to stay in a state: spells
// end too soon (docs/measurements/columns.md).
#pragma once

#include <torch/nn/module.h>

#include "columns/layout.h"

namespace rnngan {

class StateFeedback : public torch::nn::Module {
 public:
  /// What raw numbers count for in logits: [L] double, 1 but for drawn blocks, where it is less.
  /// Trained at the rate of all others, they would soon decide alone, and spells would end too
  /// soon.
  static torch::Tensor shift(const Layout& layout);

  /// For a layout that has blocks whose states are drawn.
  StateFeedback(const Schema& schema, const Layout& layout);

  /// raw [B,T,W] of a linear head, from the first step of its sequences on -> what an activation is
  /// given: values that are moved by their states, and logits. States are decided as by Activation
  /// with these draws [B,T,K]. Gradients reach raw and the weights, not the states.
  torch::Tensor forward(const torch::Tensor& raw, const torch::Tensor& draws) const;

 private:
  /// logits [B,T,L] of all blocks without the states before -> [B,T,L+G], 1 for the states of a
  /// step; the last G are "none" of each block of gates.
  torch::Tensor states(const torch::Tensor& logits, const torch::Tensor& draws) const;

  Layout layout_;
  torch::Tensor shift_;        // [L]
  torch::Tensor shares_;       // [L]
  torch::Tensor transitions_;  // [L, L + G]: to a logit (row) from a state of the step before
  torch::Tensor to_values_;    // [V, L + G]: to a value from a state of the same step
};

}  // namespace rnngan
