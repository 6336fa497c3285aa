#include "evaluation/valid_cells.h"

#include <algorithm>

#include <torch/types.h>

namespace rnngan {

using at::Tensor;

namespace {

/// [N,T,1] bool.
Tensor valid_steps_of(const SequenceSet& of) {
  return of.mask().unsqueeze(2);
}

/// [F] bool: columns with missing cells.
Tensor columns_with_gaps(const SequenceSet& of) {
  return of.padded().isnan().logical_and_(valid_steps_of(of)).flatten(0, 1).any(0);
}

}  // namespace

ValidCells::ValidCells(const SequenceSet& reference, const SequenceSet* train) {
  Tensor gaps = columns_with_gaps(reference);
  if (train != nullptr) gaps = gaps.logical_or(columns_with_gaps(*train));
  for (int64_t d = 0; d < reference.features(); ++d) {
    may_miss_.push_back(gaps[d].item<bool>());
    const bool category = reference.is_category(d);
    const auto place = static_cast<size_t>(d);
    classes_.push_back(category ? static_cast<int64_t>(reference.columns[place].classes.size())
                                : 0);
  }
}

Tensor ValidCells::not_finite(const SequenceSet& of) const {
  const Tensor x = of.padded();
  Tensor broken = at::isfinite(x).logical_not_().logical_and_(valid_steps_of(of));
  for (size_t d = 0; d < may_miss_.size(); ++d) {
    if (!may_miss_[d]) continue;
    const auto column = static_cast<int64_t>(d);
    broken.select(2, column).logical_and_(x.select(2, column).isnan().logical_not_());
  }
  return broken.flatten(1).any(1);
}

Tensor ValidCells::unknown_class(const SequenceSet& of) const {
  Tensor unknown = at::zeros({of.count()}, at::kBool);
  if (std::ranges::all_of(classes_, [](int64_t count) { return count == 0; })) return unknown;
  const Tensor x = of.padded(), mask = of.mask();
  for (size_t d = 0; d < classes_.size(); ++d) {
    if (classes_[d] == 0) continue;
    const Tensor codes = x.select(2, static_cast<int64_t>(d));
    const Tensor other = codes.lt(0)
                             .logical_or_(codes.gt(static_cast<double>(classes_[d] - 1)))
                             .logical_or_(codes.ne(codes.floor()));
    const Tensor present = codes.isfinite().logical_and_(mask);
    unknown.logical_or_(other.logical_and_(present).any(1));
  }
  return unknown;
}

Tensor ValidCells::valid(const SequenceSet& of) const {
  return not_finite(of).logical_or_(unknown_class(of)).logical_not_();
}

}  // namespace rnngan
