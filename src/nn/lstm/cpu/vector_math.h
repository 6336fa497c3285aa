// Vectors of the compiler's, and exp, sigmoid and tanh on them. Included once per instruction set,
// by kernels_*.cpp, which define RNNGAN_LSTM_ISA (a namespace, so that no code for one
// processor is merged with another's), RNNGAN_LSTM_BYTES and RNNGAN_LSTM_REGISTERS. For the same
// reason nothing of the standard library is used here.
#pragma once

#include <cstddef>
#include <cstdint>

#define RNNGAN_LSTM_INLINE inline __attribute__((always_inline))

namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA {

template <class Real>
struct Vector;

template <>
struct Vector<float> {
  typedef float Type __attribute__((vector_size(RNNGAN_LSTM_BYTES)));
  typedef float Memory __attribute__((vector_size(RNNGAN_LSTM_BYTES), aligned(4), may_alias));
  typedef uint32_t Bits __attribute__((vector_size(RNNGAN_LSTM_BYTES)));
  static constexpr int kMantissa = 23;
  static constexpr uint32_t kBias = 127;
  static constexpr float kRound = 12582912.0f;     // 1.5 * 2^23: adding it rounds to an integer
  static constexpr float kSmallestLog = -87.336f;  // exp of it is just above the smallest normal
  static constexpr float kLn2High = 0.693359375f;  // 10 bits: its product with n is exact
  static constexpr float kLn2Low = -2.12194440e-4f;
  // (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2, highest power first (Cephes).
  static constexpr float kSeries[] = {1.9875691500E-4f, 1.3981999507E-3f, 8.3334519073E-3f,
                                      4.1665795894E-2f, 1.6666665459E-1f, 5.0000001201E-1f};
};

template <>
struct Vector<double> {
  typedef double Type __attribute__((vector_size(RNNGAN_LSTM_BYTES)));
  typedef double Memory __attribute__((vector_size(RNNGAN_LSTM_BYTES), aligned(8), may_alias));
  typedef uint64_t Bits __attribute__((vector_size(RNNGAN_LSTM_BYTES)));
  static constexpr int kMantissa = 52;
  static constexpr uint64_t kBias = 1023;
  static constexpr double kRound = 6755399441055744.0;
  static constexpr double kSmallestLog = -708.396;
  static constexpr double kLn2High = 6.93145751953125E-1;
  static constexpr double kLn2Low = 1.42860682030941723212E-6;
  static constexpr double kSeries[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
      1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5};
};

template <class Real>
using VectorOf = typename Vector<Real>::Type;

template <class Real>
inline constexpr int64_t kLanes = RNNGAN_LSTM_BYTES / static_cast<int64_t>(sizeof(Real));

template <class Real>
RNNGAN_LSTM_INLINE VectorOf<Real> load(const Real* from) {
  return *reinterpret_cast<const typename Vector<Real>::Memory*>(from);
}

template <class Real>
RNNGAN_LSTM_INLINE void store(Real* to, VectorOf<Real> values) {
  *reinterpret_cast<typename Vector<Real>::Memory*>(to) = values;
}

// One vector of units of a state.
template <class Real>
struct WholePanel {
  static constexpr int64_t kWidth = kLanes<Real>;
  static VectorOf<Real> load(const Real* from) { return RNNGAN_LSTM_ISA::load(from); }
  static void store(Real* to, VectorOf<Real> values) { RNNGAN_LSTM_ISA::store(to, values); }
};

// Half of one, for what is left of H: the other half of the vector is zero and not stored.
template <class Real>
struct HalfPanel {
  static constexpr int64_t kWidth = kLanes<Real> / 2;
  typedef Real Half __attribute__((vector_size(RNNGAN_LSTM_BYTES / 2)));
  typedef Real Memory __attribute__((vector_size(RNNGAN_LSTM_BYTES / 2), aligned(4), may_alias));
  static VectorOf<Real> load(const Real* from) {
    const Half half = *reinterpret_cast<const Memory*>(from);
    return __builtin_shufflevector(half, Half{}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                                   15);
  }
  static void store(Real* to, VectorOf<Real> values) {
    *reinterpret_cast<Memory*>(to) =
        __builtin_shufflevector(values, values, 0, 1, 2, 3, 4, 5, 6, 7);
  }
};

// Half panels pay where a vector is longer than the widths that networks have.
template <class Real>
inline constexpr int64_t kUnitStep = kLanes<Real> == 16 ? 8 : kLanes<Real>;

// Calls work(panel, its first unit) for all units.
template <class Real, class Work>
RNNGAN_LSTM_INLINE void for_panels(int64_t units, const Work& work) {
  int64_t unit = 0;
  for (; unit + kLanes<Real> <= units; unit += kLanes<Real>) work(WholePanel<Real>(), unit);
  if constexpr (kUnitStep<Real> < kLanes<Real>) {
    if (unit < units) work(HalfPanel<Real>(), unit);
  }
}

// exp(x) = scale * (1 + excess), for x from kSmallestLog to 0, with excess accurate near 0 too.
template <class Real>
RNNGAN_LSTM_INLINE void exp_parts(VectorOf<Real> x, VectorOf<Real>& scale, VectorOf<Real>& excess) {
  using Info = Vector<Real>;
  using Bits = typename Info::Bits;
  const VectorOf<Real> rounded = x * static_cast<Real>(1.4426950408889634) + Info::kRound;
  const VectorOf<Real> n = rounded - Info::kRound;
  scale = (VectorOf<Real>)(((Bits)rounded << Info::kMantissa) + (Info::kBias << Info::kMantissa));
  const VectorOf<Real> r = x - n * Info::kLn2High - n * Info::kLn2Low;
  VectorOf<Real> series = r * Info::kSeries[0] + Info::kSeries[1];
#pragma GCC unroll 16
  for (size_t k = 2; k < sizeof(Info::kSeries) / sizeof(Real); ++k) {
    series = series * r + Info::kSeries[k];
  }
  excess = r * r * series + r;
}

template <class Real>
RNNGAN_LSTM_INLINE typename Vector<Real>::Bits sign_bits(VectorOf<Real> x) {
  using Bits = typename Vector<Real>::Bits;
  const Bits sign = (Bits{} + 1) << (8 * sizeof(Real) - 1);
  return (Bits)x & sign;
}

template <class Real>
RNNGAN_LSTM_INLINE VectorOf<Real> absolute(VectorOf<Real> x) {
  return (VectorOf<Real>)((typename Vector<Real>::Bits)x ^ sign_bits<Real>(x));
}

// Comparisons are written so that NaN passes. Results below the smallest normal number are zero.
template <class Real>
RNNGAN_LSTM_INLINE VectorOf<Real> sigmoid(VectorOf<Real> x) {
  using V = VectorOf<Real>;
  const V zero = {};
  const V one = zero + Real{1};
  const V lowest = zero + Vector<Real>::kSmallestLog;
  const V y = -absolute<Real>(x);
  V scale, excess;
  exp_parts<Real>(y < lowest ? lowest : y, scale, excess);
  const V power = y < lowest ? zero : scale * excess + scale;
  return (x < zero ? power : one) / (one + power);
}

// By expm1, since 2 sigmoid(2 x) - 1 has no relative accuracy near 0.
template <class Real>
RNNGAN_LSTM_INLINE VectorOf<Real> hyperbolic_tangent(VectorOf<Real> x) {
  using V = VectorOf<Real>;
  const V lowest = V{} - Real{80};
  const V y = absolute<Real>(x) * Real{-2};
  V scale, excess;
  exp_parts<Real>(y < lowest ? lowest : y, scale, excess);
  const V power = scale * excess + (scale - Real{1});
  const V magnitude = -power / (power + Real{2});
  return (V)((typename Vector<Real>::Bits)absolute<Real>(magnitude) | sign_bits<Real>(x));
}

}  // namespace rnngan::lstm::cpu::RNNGAN_LSTM_ISA
