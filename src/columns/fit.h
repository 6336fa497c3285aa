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

/// Fills statistics, codec, grid, atoms, shares, transitions, readings and dead band of `column`,
/// whose name, kind, form and classes are known. `scaling` is its transform unless `chosen` has
/// one; `margin` as in affine_codec(). A number that never changes becomes a derived constant.
/// Throws Error{data} "PLACE: column NAME: ..." where the column cannot be transformed so.
void fit_column(Column& column, const ColumnCells& cells, const ColumnConfig& chosen,
                Scaling scaling, double margin, const std::string& place);

}  // namespace rnngan
