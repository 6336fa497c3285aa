// Lengths, labels and attributes of the sequences that are sampled.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Generator.h>

#include "columns/schema.h"
#include "data/sequence_set.h"
#include "training/sample_request.h"

namespace rnngan {

class Conditions {
 public:
  /// Throws Error{usage} for what no training sequence has, and what conditions_like does.
  Conditions(const Schema& schema, const SampleRequest& request);

  /// When sequences `first` and on begin, of a schema with times. `stream`: of this part.
  std::vector<double> starts(int64_t first, int64_t count, at::Generator stream) const;

  /// The times of sequences `first` and on, [count,steps] double, where those to be like have some
  /// and they are not generated; else undefined: they go on from starts().
  at::Tensor times(int64_t first, int64_t count, int64_t steps) const;

  /// Covariates of sequences `first` and on, [count,steps,columns] double; undefined without.
  at::Tensor covariates(int64_t first, int64_t count, int64_t steps) const;

  /// The sequences from number `first` on, without values. `stream`: of this part of the sample.
  SequenceSet draw(int64_t first, int64_t count, at::Generator& stream) const;

 private:
  SequenceSet taken(int64_t first, int64_t count) const;

  const Schema& schema_;
  std::vector<ConditionCount> lines_;  // those of the distribution that were asked for
  std::optional<SequenceSet> like_;
  bool started_ = false;        // all at one time that was asked for
  std::vector<double> starts_;  // of those to be like, or the one of all; empty: drawn
};

}  // namespace rnngan
