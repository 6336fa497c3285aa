// A data set in words: the line that `train` prints and the tables of `data show`.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"

namespace rnngan {

/// "FILE: 1860 rows x 4 columns (DAX SMI CAC FTSE) -> 1504 train, 120 validation, 120 test windows
/// of 24"
std::string summary_line(const Dataset& data);

/// Which classes of the label are absent from which split, a line for each kind of absence.
std::vector<std::string> absent_classes(const Dataset& data);

/// Settings that the data suggest, a sentence each.
std::vector<std::string> proposals(const Dataset& data);

/// Several lines: the summary, lengths, labels with their counts, and one row per column with what
/// it is and its statistics over the training split, and what the data suggest. Ends with a
/// newline.
std::string describe(const Dataset& data);

}  // namespace rnngan
