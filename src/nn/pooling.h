// What one vector says of a sequence of LSTM states.
#pragma once

#include "nn/lstm/module.h"
#include "tensor/batch.h"

namespace rnngan {

/// The factor of the leaky rectifiers below zero.
inline constexpr double kLeak = 0.2;

/// [masked mean, state after the last step that each direction took]: y [B,T,H * directions] ->
/// [B,P], P = 2 H * directions; forward at the last valid step, backward at the first one.
/// Differentiable any number of times.
torch::Tensor pooled_states(const torch::Tensor& y, const LstmOptions& lstm, const StepMask& steps);

}  // namespace rnngan
