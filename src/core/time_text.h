// Points in time as texts: read, written, and recognised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil_time.h"

namespace rnngan {

/// ISO 8601: dates YYYY-MM-DD, YYYY-MM, YYYY-DDD, YYYY-Www, YYYY-Www-D and, before a time of day,
/// YYYYMMDD; optionally with "T" or a blank, HH[:MM[:SS[.fff]]] or HHMM[SS] (up to nine digits;
/// 24:00 is the end of the day) and a zone "Z", "+hh", "+hh:mm" or "+hhmm"; nullopt for anything
/// else, days that do not exist included.
std::optional<Instant> parse_iso_time(std::string_view text);

/// By a format as that of strptime: %Y %y %m %b %B %d %j %a %A %H %I %p %M %S %f (a fraction of a
/// second) %z, and %G %V %u of ISO weeks; the name of another weekday than the date's is an error;
/// "%-d" and the like are written without a leading zero, "%3f" with three digits; "%{+01:00}" is a
/// zone that is written as it stands here. What is no directive stands for itself.
std::optional<Instant> parse_time(std::string_view text, std::string_view format);
std::string format_time(const Instant& instant, std::string_view format);

/// What is wrong with a format; "" where nothing is.
std::string format_problem(std::string_view format);

/// How the texts of one or several columns are written that say the time together, such as a date
/// and a time of day: one format per column.
struct TimeFormats {
  std::vector<std::string> formats;
  // Another one that reads all of them, as other times (day and month, or month and day); empty:
  // there is none.
  std::vector<std::string> rival;
  int64_t unread = -1;  // where no format is found: the first row that the likeliest cannot read
};
/// `columns`: the texts of each, row by row, at least one. Of two formats that read all rows, the
/// one under which the rows are in order is taken.
TimeFormats find_time_formats(const std::vector<std::vector<std::string>>& columns);

/// The texts of a row as one, in the form that formats joined by blanks read.
std::string joined_time(const std::vector<std::vector<std::string>>& columns, size_t row);

}  // namespace rnngan
