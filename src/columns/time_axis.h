// When the steps of a sequence are: how the times of the data go on from one step to the next, and
// how they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rnngan {

enum class TimeGrid {
  regular,    // `step` apart
  months,     // `step` months apart
  weekdays,   // one day apart, but for Saturdays and Sundays
  irregular,  // anything: the gaps between steps are a column that is learnt
};

/// Times are seconds since 1970-01-01T00:00Z or, where they are written as numbers, those.
struct TimeAxis {
  std::vector<std::string> names;    // of the columns that say it together; empty: nothing does
  std::vector<std::string> formats;  // of each (core/time_text.h); empty: one column of numbers
  int decimals = 0;                  // of numbers; -1 = shortest form
  TimeGrid grid = TimeGrid::regular;
  double step = 1;
  bool month_ends = false;  // months: always the last day
  // When training sequences begin, rising: from these, samples draw theirs. At most kMostStarts.
  std::vector<double> starts;

  bool operator==(const TimeAxis&) const = default;

  bool known() const { return !names.empty(); }
  bool written_as_number() const { return formats.empty(); }
  /// The time of the step behind that at `time`. Not for an irregular grid.
  double next(double time) const;
  /// The cell of one of its columns.
  std::string cell(double time, size_t column = 0) const;
  /// All of them, joined by blanks.
  std::string text(double time) const;
  /// What a user wrote: as the file writes it, or ISO 8601; nullopt for anything else.
  std::optional<double> read(const std::string& text) const;
  /// Whether its grid has such a time: a weekday, the last day of a month.
  bool may_begin(double time) const;
  /// "every 15 min", "every month", "weekdays", "at irregular times"
  std::string grid_text() const;
};

inline constexpr size_t kMostStarts = 4096;
/// The column of gaps that an irregular axis adds to the data: "NAME gap".
std::string gap_name(const TimeAxis& axis);

/// Fills grid, step and month_ends. `times` of all rows in order, `follows[i]`: row i is the one
/// after row i - 1 in the same sequence. A grid may have holes: at most one step in twenty may be
/// another one.
void fit_grid(TimeAxis& axis, const std::vector<double>& times, const std::vector<bool>& follows);

}  // namespace rnngan
