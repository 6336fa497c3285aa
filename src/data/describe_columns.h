// Columns in words.
#pragma once

#include <string>
#include <vector>

#include "columns/column.h"

namespace rnngan {

/// What a column is: "whole numbers, asinh", "category of 5", "derived, 1 where rain > 0: ...".
/// `all`: the columns that it may follow from.
std::string kind_text(const Column& column, const std::vector<Column>& all);

/// "0: 60 %, 24: 3 %" of atoms or classes, the most frequent first; "" where there are none.
std::string shares_text(const Column& column);

/// "= Close", "= 2 Close + 1", "by mode: fault on, else off".
std::string derivation_text(const Column& column, const std::vector<Column>& all);

/// One line per column below a head: statistics, missing cells, kind. Ends with a newline.
std::string column_table(const std::vector<Column>& columns);

}  // namespace rnngan
