// Sets of sequences as scores take them: double precision, original units, on the CPU.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// N sequences of up to T steps and D features.
struct Sequences {
  at::Tensor x;            // [N,T,D] double, original units; padding may hold anything
  at::Tensor lengths;      // [N] int64, 1..T
  at::Tensor labels = {};  // [N] int64, undefined without
  /// [N] int64: where each begins in a series whose windows they are, so that one can tell which
  /// share rows; undefined: none do.
  at::Tensor first_row = {};

  int64_t count() const { return x.size(0); }
  int64_t steps() const { return x.size(1); }
  int64_t features() const { return x.size(2); }
  /// Sequences shorter than T are there.
  bool ragged() const;
  /// [N,T] bool, true on valid steps.
  at::Tensor mask() const;
};

/// The sequences at these indices, in this order.
Sequences select(const Sequences& from, const at::Tensor& indices);
/// `count` of them without replacement, by a permutation seeded with (seed, stream); all of them,
/// in their order, when there are no more.
Sequences subsample(const Sequences& from, int64_t count, uint64_t seed, const char* stream);

/// First differences along time (the "d1" view), one step shorter; sequences of a single step are
/// left out. Throws Error{bug} when T < 2.
Sequences differences(const Sequences& of);

/// Mean and population standard deviation of each feature over all valid entries of a reference. A
/// constant feature (sd <= 1e-8 max(1, |mean|)) is scaled by 1.
struct FeatureScaler {
  at::Tensor mean, sd;  // [D] double
  std::vector<bool> constant;

  explicit FeatureScaler(const Sequences& reference);
  /// [N,T,D], zero on padding.
  at::Tensor operator()(const Sequences& sequences) const;
  bool all_constant() const;
  std::vector<int64_t> constant_features() const;
};

/// One row per sequence, scaled: [N,T*D]. Where lengths differ in either set, padding is zero and
/// one more channel per step tells t/T on valid steps: [N,T*(D+1)].
struct FlatPair {
  at::Tensor real, synthetic;
};
FlatPair flatten(const FeatureScaler& scaler, const Sequences& real, const Sequences& synthetic);
/// The same for any number of sets: rows of one width for all.
std::vector<at::Tensor> flatten(const FeatureScaler& scaler,
                                const std::vector<const Sequences*>& sets);

/// Root-mean-square distance per element between rows: a [n,W], b [m,W] -> [n,m], by direct
/// differences in blocks of rows (products would cancel for near-copies).
at::Tensor rms_distances(const at::Tensor& a, const at::Tensor& b);
/// The same within one set, [n,n], at half the cost.
at::Tensor rms_distances(const at::Tensor& rows);

}  // namespace rnngan
