// What is looked at of sets so large that looking at all of it would take too long or too much
// memory. Training draws from all rows; windows need not begin on every one of them.
#pragma once

#include <cstdint>
#include <vector>

#include "data/sequence_set.h"
#include "data/split.h"

namespace rnngan {

inline constexpr int64_t kMostWindows = int64_t{1} << 22;
inline constexpr int64_t kMostFittedRows = int64_t{1} << 21;
inline constexpr int64_t kMostHeldOut = 50'000;    // sequences of a held-out split
inline constexpr int64_t kMostCompared = 200'000;  // training sequences that scores look at

/// `stride`, or where that gives more than kMostWindows windows of so many rows: the least that
/// does not, but at most `window`, so that every row is in one.
int64_t stride_of_windows(int64_t rows, int64_t window, int64_t stride);

/// The spans, or where they have more than `most` rows: about as many of them, in stretches that
/// are spread evenly.
std::vector<Span> stretches_of(const std::vector<Span>& spans, int64_t most = kMostFittedRows);

/// The same, and where rows are left out also those with the least and the largest value of each
/// column and with its first missing cell: what is fitted has the range of all.
std::vector<Span> fitted_spans(const SequenceSet& file, const std::vector<Span>& spans,
                               int64_t most = kMostFittedRows);

/// The set, or `most` of its sequences, spread evenly.
SequenceSet thinned(const SequenceSet& set, int64_t most);

}  // namespace rnngan
