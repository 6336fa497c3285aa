// Random sines, the usual toy data of sequence generators.
#pragma once

#include <torch/types.h>

#include "evaluation/sequences.h"
#include "tensor/random.h"

namespace rnngan {

/// [count,24,D] in (0,1): each feature a sine of frequency and phase in (0,0.1), drawn anew for
/// each sequence.
inline SequenceSet random_sines(int64_t count, uint64_t seed, int64_t steps = 24,
                                int64_t features = 5) {
  at::Generator generator = stream_generator(seed, "sines", 0);
  const auto draw = [&] {
    return at::empty({count, 1, features}, at::kDouble).uniform_(0, 1, generator);
  };
  const at::Tensor frequency = draw() * 0.1, phase = draw() * 0.1;
  const at::Tensor t = at::arange(steps, at::kDouble).view({1, steps, 1});
  return {((frequency * t + phase).sin() + 1) / 2, at::full({count}, steps, at::kLong)};
}

/// The same with independent Gaussian noise on every value.
inline SequenceSet with_noise(const SequenceSet& of, double deviation, uint64_t seed) {
  at::Generator generator = stream_generator(seed, "jitter", 0);
  const at::Tensor noise = at::empty_like(of.padded()).normal_(0, deviation, generator);
  return {of.padded() + noise, of.lengths, of.labels};
}

}  // namespace rnngan
