// Comparing sequences: pair by pair, or all of one batch with all of another.
#pragma once

#include <ATen/core/Tensor.h>

#include "tensor/batch.h"

namespace rnngan {

/// a - b [B,T,F] on valid steps, zero on padding, whatever stands there.
at::Tensor difference(const at::Tensor& a, const at::Tensor& b, const StepMask& steps);

/// Mean over the valid steps and the columns of each sequence: [B,T,F], zero on padding -> [B].
at::Tensor mean_entry(const at::Tensor& values, const StepMask& steps);

/// One row per sequence: [B,T*F]. A shorter sequence goes on as zeros, the mean of standardised
/// data.
at::Tensor flat(const SequenceBatch& batch);

/// Squared Euclidean distances: [B,D], [B',D] -> [B,B']. Of differences and not of products, which
/// would cancel.
at::Tensor squared_distances(const at::Tensor& a, const at::Tensor& b);

/// The median over pairs of different sequences, at least 1e-6, detached: [B,B] -> scalar. 1 for a
/// single sequence.
at::Tensor median_of_others(const at::Tensor& pairs);

}  // namespace rnngan
