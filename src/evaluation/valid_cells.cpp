#include "evaluation/valid_cells.h"

#include <cmath>

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

/// [N,T] bool, of valid steps.
Tensor ValidCells::unknown_codes(const SequenceSet& of, int64_t column) const {
  const Tensor codes = of.padded().select(2, column);
  const auto classes = static_cast<double>(classes_[static_cast<size_t>(column)]);
  const Tensor known =
      codes.ge(0).logical_and_(codes.lt(classes)).logical_and_(codes.eq(codes.floor()));
  return codes.isfinite().logical_and_(of.mask()).logical_and_(known.logical_not_());
}

Tensor ValidCells::unknown_class(const SequenceSet& of) const {
  Tensor unknown = at::zeros({of.count()}, at::kBool);
  for (size_t d = 0; d < classes_.size(); ++d) {
    if (classes_[d] > 0) {
      unknown.logical_or_(unknown_codes(of, static_cast<int64_t>(d)).any(1));
    }
  }
  return unknown;
}

SequenceSet ValidCells::usable(const SequenceSet& of) const {
  if (!not_finite(of).logical_or_(unknown_class(of)).any().item<bool>()) return of;
  const Tensor x = of.padded().clone(), mask = of.mask();
  Tensor kept = x.isinf().logical_and_(mask.unsqueeze(2)).flatten(1).any(1).logical_not_();
  for (size_t d = 0; d < classes_.size(); ++d) {
    const auto column = static_cast<int64_t>(d);
    Tensor values = x.select(2, column);
    if (classes_[d] > 0) values.masked_fill_(unknown_codes(of, column), std::nan(""));
    if (may_miss_[d]) continue;
    const Tensor missing = values.isnan().logical_and_(mask).sum(1);
    kept.logical_and_(missing.mul_(2).le(of.lengths));
  }
  return select(with_values(of, x), kept.nonzero().squeeze(1));
}

}  // namespace rnngan
