// What scores make of sets of sequences first: parts drawn at random, scaled values, rows and their
// distances.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/sequence_set.h"

namespace rnngan {

/// `count` sequences without replacement, by a permutation seeded with (seed, stream); all of them,
/// in their order, when there are no more.
SequenceSet subsample(const SequenceSet& from, int64_t count, uint64_t seed, const char* stream);

/// Mean and population standard deviation of each feature over all valid entries of a reference. A
/// constant feature (sd <= 1e-8 max(1, |mean|)) is scaled by 1.
struct FeatureScaler {
  at::Tensor mean, sd;  // [D] double
  std::vector<bool> constant;

  explicit FeatureScaler(const SequenceSet& reference);
  /// [N,T,D], zero on padding.
  at::Tensor operator()(const SequenceSet& sequences) const;
  bool all_constant() const;
  std::vector<int64_t> constant_features() const;
};

/// One row per sequence, scaled: [N,T*D]. Where lengths differ in either set, padding is zero and
/// one more channel per step tells t/T on valid steps: [N,T*(D+1)].
struct FlatPair {
  at::Tensor real, synthetic;
};
FlatPair flatten(const FeatureScaler& scaler, const SequenceSet& real,
                 const SequenceSet& synthetic);
/// The same for any number of sets: rows of one width for all.
std::vector<at::Tensor> flatten(const FeatureScaler& scaler,
                                const std::vector<const SequenceSet*>& sets);

/// Root-mean-square distance per element between rows: a [n,W], b [m,W] -> [n,m], by direct
/// differences in blocks of rows (products would cancel for near-copies).
at::Tensor rms_distances(const at::Tensor& a, const at::Tensor& b);
/// The same within one set, [n,n], at half the cost.
at::Tensor rms_distances(const at::Tensor& rows);

}  // namespace rnngan
