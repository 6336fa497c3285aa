// Sets of sequences given by formulas, whose scores are known.
#pragma once

#include <cmath>

#include <torch/types.h>

#include "evaluation/metric.h"
#include "tests/named.h"

namespace rnngan {

inline constexpr int64_t kGoldenSteps = 16;
inline constexpr int64_t kGoldenFeatures = 3;

/// Sequences of full length with the value at (i, t, d) that `value` gives, i from `first` on.
template <typename Value>
SequenceSet sequences_of(int64_t first, int64_t count, const Value& value,
                         int64_t steps = kGoldenSteps, int64_t features = kGoldenFeatures) {
  const at::Tensor x = at::empty({count, steps, features}, at::kDouble);
  auto at_index = x.accessor<double, 3>();
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t t = 0; t < steps; ++t) {
      for (int64_t d = 0; d < features; ++d) {
        at_index[i][t][d] =
            value(static_cast<double>(first + i), static_cast<double>(t), static_cast<double>(d));
      }
    }
  }
  return {x, at::full({count}, steps, at::kLong)};
}

inline double golden_real(double i, double t, double d) {
  return 0.5 + 0.4 * std::sin(0.3 * t + 0.7 * d + 0.37 * i) * std::cos(0.11 * i * (d + 1));
}
inline double golden_synthetic(double i, double t, double d) {
  return 0.5 + 0.35 * std::sin(0.33 * t + 0.6 * d + 0.41 * i) * std::cos(0.13 * i * (d + 1)) +
         0.03 * std::sin(1.7 * i + 2.3 * t + d);
}

inline SequenceSet golden_a() {
  return sequences_of(0, 64, golden_real);
}
/// More sequences of the distribution of A.
inline SequenceSet golden_h() {
  return sequences_of(64, 48, golden_real);
}
inline SequenceSet golden_b() {
  return sequences_of(0, 64, golden_synthetic);
}
inline SequenceSet golden_b48() {
  return sequences_of(0, 48, golden_synthetic);
}
/// 32 sequences of B and near-copies of 16 of A.
inline SequenceSet golden_mix() {
  const SequenceSet a = golden_a(), b = golden_b();
  return {at::cat({b.padded().narrow(0, 0, 32), a.padded().narrow(0, 0, 16) + 0.001}),
          at::full({48}, kGoldenSteps, at::kLong)};
}
/// A with its last feature constant.
inline SequenceSet golden_a0() {
  SequenceSet a = golden_a();
  a.padded().select(2, 2).fill_(0.25);
  return a;
}
/// One feature of a set.
inline SequenceSet feature_of(const SequenceSet& set, int64_t feature) {
  return {set.padded().narrow(2, feature, 1).contiguous(), set.lengths};
}

/// An input for golden values: nothing is drawn at random.
inline MetricInput golden_input(const SequenceSet& real, const SequenceSet& synthetic) {
  MetricInput input{real, synthetic};
  input.subsampling = false;
  return input;
}

}  // namespace rnngan
