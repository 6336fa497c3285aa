// All kernels of one instruction set. Included once per instruction set (see vector_math.h).
#pragma once

#include "nn/lstm/cpu/backward.h"
#include "nn/lstm/cpu/forward.h"
#include "nn/lstm/cpu/tangent.h"

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

template <class Real>
void map_sigmoid(const Real* from, Real* to, int64_t count) {
  for (int64_t k = 0; k < count; k += kLanes<Real>) store(to + k, sigmoid<Real>(load(from + k)));
}

template <class Real>
void map_tanh(const Real* from, Real* to, int64_t count) {
  for (int64_t k = 0; k < count; k += kLanes<Real>) {
    store(to + k, hyperbolic_tangent<Real>(load(from + k)));
  }
}

template <class Real>
inline constexpr Kernels<Real> kKernels = {
    kLanes<Real>,  kUnitStep<Real>,        kTileRows,         forward<Real>, backward<Real>,
    tangent<Real>, multiply_columns<Real>, map_sigmoid<Real>, map_tanh<Real>};

/// Found by instruction_set.cpp.
template <class Real>
const Kernels<Real>& kernels() {
  return kKernels<Real>;
}
template const Kernels<float>& kernels<float>();
template const Kernels<double>& kernels<double>();

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
