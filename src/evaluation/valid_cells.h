// Which cells are data: finite numbers, codes of classes, and nothing where real sequences have
// nothing, too. Other cells that are empty, or of an unknown class, are counted, and scores are
// computed from the rest.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "evaluation/sequences.h"

namespace rnngan {

class ValidCells {
 public:
  /// By real sequences: the reference, and those a generator was trained on (may be null).
  ValidCells(const SequenceSet& reference, const SequenceSet* train);

  /// Some cells of this column are missing in real sequences.
  bool may_miss(int64_t column) const { return may_miss_[static_cast<size_t>(column)]; }
  /// [N] bool: sequences with infinity, or with NaN in a column that misses no cell.
  at::Tensor not_finite(const SequenceSet& of) const;
  /// [N] bool: sequences with a code that is none of the classes of its column.
  at::Tensor unknown_class(const SequenceSet& of) const;
  /// The sequences that scores can be computed from, those without infinity and with at least half
  /// of the cells of each column that real sequences have complete. What is none of the classes of
  /// its column becomes a missing cell. `of` itself where all of it is data.
  SequenceSet usable(const SequenceSet& of) const;

 private:
  at::Tensor unknown_codes(const SequenceSet& of, int64_t column) const;

  std::vector<bool> may_miss_;
  std::vector<int64_t> classes_;  // of each column; 0: a number
};

}  // namespace rnngan
