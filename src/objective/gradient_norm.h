// The norm of the critic's gradient with respect to its input, for the terms that bound it.
#pragma once

#include "objective/step_context.h"

namespace rnngan {

/// Squared Euclidean norm of each sequence's gradient over its valid steps: gradient [B,T,E] ->
/// [B].
at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps);

/// The square root of a squared norm, with a finite derivative at 0.
at::Tensor norm_of(const at::Tensor& squared);

/// The critic input a real + (1 - a) fake [B,T,E] of each pair, a [B], detached.
at::Tensor between(StepContext& context, const at::Tensor& a);
/// Squared norm of the critic's gradient at an input [B,T,E], by a pass of its own: [B], with its
/// graph.
at::Tensor squared_gradient_norm_at(StepContext& context, const at::Tensor& input);

}  // namespace rnngan
