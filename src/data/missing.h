// Missing values: filled in, or marked so that nothing is cut from them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/run_config.h"
#include "data/data_file.h"

namespace rnngan {

/// Policies `interpolate` and `fill`: replaces every NaN of the rows, by the line between its
/// neighbours in the same sequence and column, in time when times are numeric, else in steps, or by
/// the last value before it; ends take the nearest value. Categories always take the last value. A
/// sequence that has no value at all in a column keeps its gaps under `fill`; `interpolate` throws
/// Error{data}. Other policies change nothing. `place` is the file.
void fill_missing(DataFile& file, Missing policy, const std::string& place);

/// [R] 1 where a row misses a value, for policy `drop`.
std::vector<uint8_t> rows_with_missing(const SequenceSet& sequences);

/// The sequences that miss no value.
SequenceSet without_missing(const SequenceSet& sequences);

}  // namespace rnngan
