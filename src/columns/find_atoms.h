// Values at which the cells of a number heap up: the zeros of rain, the cap of a sensor.
#pragma once

#include <vector>

#include "columns/column.h"
#include "columns/value_counts.h"

namespace rnngan {

/// Values that make up at least 1 % of the cells counted, 10 of them, and 5 times as much as their
/// neighbours do on average: the three on either side on the grid or, without one, among the values
/// that occur; and twice as much as the most frequent of such values that is no atom: many of like
/// size are the resolution of a sensor; at most 8 of them. Or all values of 1 % and 10 cells, where
/// two to 16 of them make up 90 % and lie half a standard deviation or more apart. Rising.
std::vector<double> find_atoms(const std::vector<ValueCount>& counts, const Column& column);

}  // namespace rnngan
