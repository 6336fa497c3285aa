// The columns of a CSV file that say when a row is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "columns/time_axis.h"
#include "core/civil_time.h"
#include "data/csv.h"
#include "data/csv_roles.h"

namespace rnngan {

struct FileTimes {
  TimeAxis axis;                  // its grid is not known yet; unknown where there are no times
  std::vector<double> times;      // one per row, in the units of the axis
  std::vector<Instant> instants;  // the same, exact; empty where times are numbers
};

/// Reads the columns by `config.time_format` or, without one, as numbers, as `likely` has it (may
/// be null), as ISO 8601 or by what else reads every row. Throws Error{data}
/// "FILE:LINE: column NAME: ..." for a cell that is no time, and for texts that can be read in two
/// ways.
FileTimes read_times(const CsvTable& table, const Roles& roles, const DataConfig& config,
                     const TimeAxis* likely);

/// How messages call the time of a row.
std::string time_text(const CsvTable& table, const Roles& roles, int64_t row);

/// Whether rows `rows` (in the order of the file) run through one clock change or more: they are in
/// order but for an hour that comes twice.
bool repeats_an_hour(const std::vector<Instant>& instants, const std::vector<int64_t>& rows);

}  // namespace rnngan
