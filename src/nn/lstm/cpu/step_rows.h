// Where the rows of a direction lie in tensors, in the order in which it takes its steps.
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/lstm/cpu/kernels.h"
#include "nn/lstm/layer.h"

namespace rnngan::lstm::cpu {

/// Rows of direction d, from the dimensions of values that steps, rows and directions have.
/// Undefined: absent.
template <class Real>
Rows<Real> rows_along(const at::Tensor& values, int64_t steps, int64_t rows, int64_t directions,
                      int64_t d, StepOrder order) {
  if (!values.defined()) return {nullptr, 0, 0};
  const bool back = order == StepOrder::opposite && d == 1;
  const int64_t own = values.size(directions) == 1 ? 0 : d * values.stride(directions);
  const int64_t step = values.stride(steps);
  Real* first = values.data_ptr<Real>() + own + (back ? (values.size(steps) - 1) * step : 0);
  return {first, back ? -step : step, values.stride(rows)};
}

/// Of values [D,T,B,n], or [1,T,B,n] of both directions.
template <class Real>
Rows<Real> rows_of_direction(const at::Tensor& values, int64_t d, StepOrder order) {
  return rows_along<Real>(values, 1, 2, 0, d, order);
}

/// Of states [T,B,D,n] at their steps, or [T',B,D,n] of a trace: an initial state stands before the
/// first step that is taken.
template <class Real>
Rows<Real> states_of_direction(const at::Tensor& states, int64_t d, StepOrder order) {
  return rows_along<Real>(states, 0, 1, 2, d, order);
}

}  // namespace rnngan::lstm::cpu
