// Sets of sequences for evaluators, and what was asked of them.
#pragma once

#include <numbers>
#include <string>

#include <torch/types.h>

#include "evaluation/metrics.h"
#include "tensor/random.h"

namespace rnngan {

inline constexpr int64_t kSineSteps = 8;

/// Sines of a random frequency and phase in each feature, as TimeGAN draws them.
inline SequenceSet sines(int64_t count, uint64_t seed, int64_t features = 2,
                         int64_t steps = kSineSteps) {
  at::Generator generator = stream_generator(seed, "sines", 0);
  const at::Tensor draws = at::rand({2, count, 1, features}, generator, at::kDouble);
  const at::Tensor time = at::arange(steps, at::kDouble).view({1, steps, 1});
  return {(draws[0] * time + draws[1] * 2 * std::numbers::pi).sin(),
          at::full({count}, steps, at::kLong)};
}

/// White noise of about the same mean and deviation.
inline SequenceSet white_noise(int64_t count, uint64_t seed, int64_t features = 2,
                               int64_t steps = kSineSteps) {
  at::Generator generator = stream_generator(seed, "noise", 0);
  return {at::randn({count, steps, features}, generator, at::kDouble) * 0.7,
          at::full({count}, steps, at::kLong)};
}

/// The first `steps` steps of each sequence.
inline SequenceSet cut(const SequenceSet& set, int64_t steps) {
  return {set.padded().narrow(1, 0, steps).contiguous(), at::full({set.count()}, steps, at::kLong),
          set.labels};
}

/// What a score says, without what only informs. `iterations` 0: the score's own number.
inline MetricResult evaluated(const MetricRow& row, const SequenceSet& real,
                              const SequenceSet& synthetic, int64_t repeats = 1,
                              bool value_only = true, int64_t iterations = 0) {
  MetricInput input{real, synthetic};
  input.value_only = value_only;
  input.repeats = repeats;
  input.iterations = iterations;
  return row.compute(input);
}

/// The same by evaluators that learn next to nothing: for what does not depend on what they learn.
inline MetricResult evaluated_briefly(const MetricRow& row, const SequenceSet& real,
                                      const SequenceSet& synthetic, int64_t repeats = 1,
                                      bool value_only = true) {
  return evaluated(row, real, synthetic, repeats, value_only, 60);
}

/// Why it was skipped; "" where it was not.
inline std::string skip_reason(const MetricResult& result) {
  return result.status == MetricStatus::skipped && !result.value ? result.reason : "";
}

}  // namespace rnngan
