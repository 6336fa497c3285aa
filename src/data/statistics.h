// Statistics of the training split, the only part of the data that a scaler may see.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.h"
#include "data/sequence_table.h"

namespace rnngan {

/// Fills mean, sd, min, max and difference_sd of `columns` from the rows of `train`, each row once
/// however many spans share it; differences are taken between neighbouring training rows of one
/// sequence. table.values [R,F].
void fill_step_statistics(const SequenceTable& table, const std::vector<Span>& train,
                          std::vector<Column>& columns);

/// The same of the static columns, each training sequence once.
void fill_static_statistics(const SequenceTable& table, const std::vector<Span>& train,
                            std::vector<Column>& statics);

/// How often each (length, label, statics) occurs among the training spans, sorted.
std::vector<ConditionCount> condition_law(const SequenceTable& table,
                                          const std::vector<Span>& train);

}  // namespace rnngan
