// What a column is and how it is encoded, found out from the training split.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "columns/column.h"

namespace rnngan {

/// The cells of one column over the training rows, in order; NaN where missing. `follows[i]`: row i
/// is the one after row i - 1 in the same sequence.
struct ColumnCells {
  std::vector<double> values;
  std::vector<bool> follows;
};

/// Fills mean, sd, min, max, difference_sd and missing.
void fill_statistics(Column& column, const ColumnCells& cells);

/// Fills statistics, codec, grid, atoms, shares and transitions of `column`, whose name, kind, form
/// and classes are known. `scaling` is its transform unless `chosen` has one; `margin` as in
/// affine_codec(). A number that never changes becomes a derived constant. Throws Error{data}
/// "PLACE: column NAME: ..." where the column cannot be transformed so.
void fit_column(Column& column, const ColumnCells& cells, const ColumnConfig& chosen,
                Scaling scaling, double margin, const std::string& place);

/// Values that make up at least 1 % of the present cells, 10 of them, and 5 times as much as their
/// neighbours do on average: the three on either side on the grid or, without one, among the values
/// that occur; and twice as much as the most frequent of such values that is no atom: many of like
/// size are the resolution of a sensor; at most 8 of them. Or all values of 1 % and 10 cells, where
/// two to 16 of them make up 90 % and lie half a standard deviation or more apart. Rising.
std::vector<double> find_atoms(const std::vector<double>& present, const Column& column);

}  // namespace rnngan
