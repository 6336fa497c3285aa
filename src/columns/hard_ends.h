// Where the range of a column ends hard.
#pragma once

#include <vector>

#include "columns/column.h"
#include "columns/fit.h"

namespace rnngan {

/// Fills Column::folds_low and folds_high of a number with statistics and grid: many values lie
/// near that end and hardly one at it, and the series does not glide there as a sine does, whose
/// steps continue each other. `present`: the cells that are not missing. A column with a trend has
/// none.
void mark_hard_ends(const ColumnCells& cells, const std::vector<double>& present, Column& column);

}  // namespace rnngan
