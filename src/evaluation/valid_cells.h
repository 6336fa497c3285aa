// Which cells are data: finite numbers, codes of classes, and nothing where real sequences have
// nothing, too.
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
  /// [N] bool: neither.
  at::Tensor valid(const SequenceSet& of) const;

 private:
  std::vector<bool> may_miss_;
  std::vector<int64_t> classes_;  // of each column; 0: a number
};

}  // namespace rnngan
