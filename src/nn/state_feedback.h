// Gates and classes as a Markov chain whose transitions the LSTM shifts: what the states of a step
// are adds, by weights, to the logits of the next step. The weights begin as in training
// (columns/state_chain.h) and are learnt. An LSTM alone rarely learns to stay in a state: spells
// end too soon (docs/measurements/columns.md).
#pragma once

#include <torch/nn/module.h>

#include "columns/layout.h"

namespace rnngan {

class StateFeedback : public torch::nn::Module {
 public:
  /// For a layout that has blocks.
  StateFeedback(const Schema& schema, const Layout& layout);

  /// raw [B,T,W], from the first step of its sequences on -> the same with what the states before
  /// add to the logits of blocks. States are decided as by Activation with these draws [B,T,K].
  /// Gradients reach raw and the weights, not the states.
  torch::Tensor forward(const torch::Tensor& raw, const torch::Tensor& draws) const;

 private:
  /// logits [B,T,L] of all blocks -> [B,T,L+G], 1 where the step before is in a state; the last G
  /// are "none" of each block of gates. 0 at the first step.
  torch::Tensor states_before(const torch::Tensor& logits, const torch::Tensor& draws) const;

  Layout layout_;
  torch::Tensor weight_;  // [L, L + G]: to the logit (row) from the state of the step before
};

}  // namespace rnngan
