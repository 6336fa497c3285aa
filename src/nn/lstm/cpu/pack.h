// Weights in the order in which the kernels take them, and weight gradients back.
//
// C is the number of columns of gates, 4U, in the order of Columns; groups are of 2 vectors.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm/cpu/kernels.h"
#include "nn/lstm/layer.h"

namespace rnngan::lstm::cpu {

/// [D, groups, in + H, columns of a group], zero beyond H.
at::Tensor pack_into_gates(const Weights& weights, const Columns& columns);

/// [D,1,C], or [D,B,C] where each sequence has its own; zero beyond H.
at::Tensor pack_bias(const Weights& weights, const Columns& columns);

/// [D, groups, C, columns of a group]: W_hh, U wide, then W_ih where it is wanted, then zeros.
at::Tensor pack_from_gates(const Weights& weights, const Columns& columns, bool with_input);

/// What lies as the gates of one step, [D,B*C] -> [D,B,4H].
at::Tensor unpack_step(const at::Tensor& values, const Columns& columns, int64_t hidden);

/// Rows [first, first + count) of values [D,n,C] -> [D,4H,count].
at::Tensor unpack_rows(const at::Tensor& values, const Columns& columns, int64_t hidden,
                       int64_t first, int64_t count);

}  // namespace rnngan::lstm::cpu
