// Statistics of the training split, the only part of the data that a scaler may see.
#pragma once

#include <cstdint>
#include <vector>

#include "data/split.h"

namespace rnngan {

/// Fits `columns` (columns/fit.h) to the rows of `train`, each row once however many spans share
/// it; changes are taken between neighbouring training rows of one sequence. `margin` is that of
/// minmax scaling. Throws Error{data}.
void fit_columns(const SequenceSet& file, const std::vector<Span>& train, const DataConfig& config,
                 double margin, std::vector<Column>& columns);

/// The rows of spans, each once: [n,F].
at::Tensor rows_of(const SequenceSet& file, std::vector<Span> spans);

/// Statistics of the attributes, each training sequence of the file once.
/// The same of covariates, over the rows of these spans.
void fill_covariate_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns);
void fill_attribute_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns);

/// How often each (length, label, attributes) occurs, sorted.
std::vector<ConditionCount> condition_distribution(const SequenceSet& train);

}  // namespace rnngan
