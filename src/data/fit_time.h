// The time axis of a data file.
#pragma once

#include <vector>

#include "data/sequence_set.h"

namespace rnngan {

/// Finds the grid of the times of whole sequences. Where it is irregular, the gap of each row to
/// the one before it becomes one more column (gap_name()), so that it is learnt as others are; the
/// gap in front of a sequence, which nobody knows, is the middle one. Nothing happens without
/// times.
void fit_time(SequenceSet& file);

/// When these sequences begin, rising, at most kMostStarts of them; empty without times.
std::vector<double> starting_times(const SequenceSet& train);

/// When each step of `samples` is: sequence n begins at starts[n] and goes on along the grid of its
/// axis, or by its column of gaps. [N*T], in the padded layout. `samples` is in that layout.
at::Tensor times_from(const std::vector<double>& starts, const SequenceSet& samples);

}  // namespace rnngan
