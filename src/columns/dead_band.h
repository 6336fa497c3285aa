// Columns that stay as they were until something has changed enough: readings of a sensor that
// reports changes alone, prices that are not set anew every day.
#pragma once

#include <optional>
#include <string>

#include "columns/column.h"
#include "columns/fit.h"

namespace rnngan {

/// Fills Column::dead_band of a number with statistics, grid and atoms: `chosen`, or what nine of
/// ten changes reach, where at least a tenth of the present cells is what the cell before it was
/// and that is more than a step of the grid, if there is a grid. A column with atoms, with a trend
/// or above others has none: Error{data} "PLACE: column NAME ..." where one was chosen, or where it
/// is not less than the range.
void set_dead_band(const ColumnCells& cells, const std::optional<double>& chosen,
                   const std::string& place, Column& column);

}  // namespace rnngan
