// Values that come back again without filling a grid: those of a sensor that averages three
// readings of a tenth of a degree, or prices that end on 99 cents.
#pragma once

#include <vector>

#include "columns/column.h"
#include "columns/value_counts.h"

namespace rnngan {

/// Fills Column::readings of a number with statistics, grid and codec: there are some where at most
/// a quarter as many values occur as there are cells, at most 4096, and at most a quarter of those
/// on the grid, if there is one. A column with a trend or above others has none.
void find_readings(const std::vector<ValueCount>& counts, Column& column);

}  // namespace rnngan
