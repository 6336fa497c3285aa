// Statistics of the training split, the only part of the data that a scaler may see.
#pragma once

#include <cstdint>
#include <vector>

#include "data/split.h"

namespace rnngan {

/// Fills mean, sd, min, max and difference_sd of `columns` from the rows of `train`, each row once
/// however many spans share it; differences are taken between neighbouring training rows of one
/// sequence.
void fill_step_statistics(const SequenceSet& file, const std::vector<Span>& train,
                          std::vector<Column>& columns);

/// The same of the attributes, each training sequence of the file once.
void fill_attribute_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns);

/// How often each (length, label, attributes) occurs, sorted.
std::vector<ConditionCount> condition_distribution(const SequenceSet& train);

}  // namespace rnngan
