// Comparing sequences: pair by pair, or all of one batch with all of another.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "config/enum_names.h"
#include "objective/step_context.h"
#include "tensor/batch.h"

namespace rnngan {

/// a - b [B,T,W] on valid steps, zero on padding, whatever stands there.
at::Tensor difference(const at::Tensor& a, const at::Tensor& b, const StepMask& steps);

/// Mean over the valid steps and the columns of each sequence, each column counted once: [B,T,W],
/// zero on padding -> [B].
at::Tensor mean_entry(const at::Tensor& values, const StepMask& steps, const Layout& layout);

/// What sequences are compared by: their channels, or the discriminator's inputs, which by default
/// have the differences of their values, too. By values alone, a rough path is as good as a smooth
/// one.
enum class PairSpace { data, point };

template <>
inline constexpr auto kEnumNames<PairSpace> = enum_names<PairSpace>({{"data", PairSpace::data},
                                                                     {"point", PairSpace::point}});

/// The field of an options struct with a member `space`.
template <class Options>
Field space_field() {
  return make_field<Options>(
      "space", [](auto& o) -> auto& { return o.space; },
      "what sequences are compared by: data: their values; point: what the discriminator sees, "
      "values and differences");
}

/// One row per sequence: [B,T*W] or [B',T*E], in which each column counts once. A shorter sequence
/// goes on as zeros, the mean of standardised data.
at::Tensor flat(StepContext& context, Which which, PairSpace space);

/// Squared Euclidean distances: [B,D], [B',D] -> [B,B']. Of differences and not of products, which
/// would cancel.
at::Tensor squared_distances(const at::Tensor& a, const at::Tensor& b);

/// The same, to be differentiated twice; takes the memory of all B B' D differences.
at::Tensor squared_distances_twice(const at::Tensor& a, const at::Tensor& b);

/// Which pairs of a batch are of two sequences, not of one with itself: [n,n] bool.
at::Tensor pairs_of_others(int64_t size, const at::Device& device);

/// Mean over pairs of different sequences: [B,B] -> scalar. 0 for a single sequence.
at::Tensor mean_of_others(const at::Tensor& pairs);

/// The median over pairs of different sequences, at least 1e-6, detached: [B,B] -> scalar. 1 for a
/// single sequence.
at::Tensor median_of_others(const at::Tensor& pairs);

}  // namespace rnngan
