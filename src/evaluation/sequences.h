// What scores make of sets of sequences first: parts drawn at random, scaled values, rows and their
// distances.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "data/sequence_set.h"

namespace rnngan {

/// `count` sequences without replacement, by a permutation seeded with (seed, stream); all of them,
/// in their order, when there are no more.
SequenceSet subsample(const SequenceSet& from, int64_t count, uint64_t seed, const char* stream);

/// How much each feature counts in a mean over features: 1, but less for each of several that were
/// made of one column (score_encoding.h).
std::vector<double> feature_weights(const SequenceSet& of);
/// The mean of values [...,D] of the features of a set, each weighed so.
double mean_over_features(const at::Tensor& values, const SequenceSet& of);

/// The columns of classes.
std::vector<int64_t> category_columns(const SequenceSet& of);
/// What a score that needs one says of a set without: "needs_category", or nothing.
std::string needs_category(const SequenceSet& real);

/// Mean and population standard deviation of each feature over all valid entries of a reference
/// that are not missing. A constant feature (sd <= 1e-8 max(1, |mean|)) is scaled by 1.
struct FeatureScaler {
  at::Tensor mean, sd;  // [D] double
  at::Tensor weight;    // [D] double: feature_weights(); undefined where all are 1
  std::vector<bool> constant;

  explicit FeatureScaler(const SequenceSet& reference);
  /// [N,T,D], zero on padding.
  at::Tensor standardized(const SequenceSet& sequences) const;
  /// The same times the roots of the weights, so that the squares of features that were made of one
  /// column count as one in a sum.
  at::Tensor operator()(const SequenceSet& sequences) const;
  /// The same so that they count as one in a mean over features.
  at::Tensor for_distances(const SequenceSet& sequences) const;
  bool all_constant() const;
  std::vector<int64_t> constant_features() const;
};

/// One row per sequence, scaled for distances: [N,T*D]. Where lengths differ in either set, padding
/// is zero and one more channel per step tells t/T on valid steps: [N,T*(D+1)].
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
