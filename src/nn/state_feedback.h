// Gates and classes that remember. What a step was decided to be adds, by learnt weights, to the
// logits of the next step: a Markov chain whose transitions the LSTM shifts. Without it spells end
// too soon: an LSTM rarely learns to stay in a state (docs/measurements/columns.md).
#pragma once

#include <torch/nn/module.h>

#include "columns/layout.h"

namespace rnngan {

class StateFeedback : public torch::nn::Module {
 public:
  /// For a layout that has blocks. Begins with weights of 0.
  explicit StateFeedback(const Layout& layout);

  /// raw [B,T,W], from the first step of its sequences on -> the same with what the states before
  /// add to the logits of blocks. Each state is the likeliest one, as an activation decides it.
  /// Gradients reach raw and the weights, not the states.
  torch::Tensor forward(const torch::Tensor& raw) const;

 private:
  /// logits [B,T,L] of all blocks -> [B,T,L], 1 where the step before is in a state.
  torch::Tensor states_before(const torch::Tensor& logits) const;

  Layout layout_;
  torch::Tensor weight_;  // [L,L]: to the logit (row) from the state of the step before (column)
};

}  // namespace rnngan
