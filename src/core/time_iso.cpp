// ISO 8601.
#include <algorithm>

#include "core/time_scanner.h"
#include "core/time_text.h"

namespace rnngan {

namespace {

/// Days since 1970 of the date that a text begins with.
int64_t iso_date(Scanner& scan) {
  const int year = scan.number(4, 4, 0, 9999);
  if (scan.skip("-")) {
    if (scan.skip("W")) {
      const int week = scan.number(2, 2, 1, 53);
      const int day = scan.skip("-") ? scan.number(1, 1, 1, 7) : 1;
      const int64_t number = first_week(year) + int64_t{7} * (week - 1) + day - 1;
      if (week == 53 && number >= first_week(year + 1)) scan.fail();
      return number;
    }
    const bool ordinal = scan.rest().size() >= 3 && scan.rest()[2] >= '0' && scan.rest()[2] <= '9';
    if (ordinal) {
      const int leap = days_in_month(year, 2) - 28;
      return day_number({year, 1, 1}) + scan.number(3, 3, 1, 365 + leap) - 1;
    }
    const int month = scan.number(2, 2, 1, 12);
    if (scan.failed() || !scan.skip("-")) return day_number({year, std::max(month, 1), 1});
    const int day = scan.number(2, 2, 1, scan.failed() ? 1 : days_in_month(year, month));
    return day_number({year, month, day});
  }
  const int month = scan.number(2, 2, 1, 12);
  const int day = scan.number(2, 2, 1, scan.failed() ? 1 : days_in_month(year, month));
  if (scan.rest().empty()) scan.fail();  // that is a number
  return day_number({year, std::max(month, 1), std::max(day, 1)});
}

/// HH[:MM[:SS[.fff]]] or HHMM[SS[.fff]].
Instant iso_time_of_day(Scanner& scan) {
  Instant time;
  const int hours = scan.number(2, 2, 0, 24);
  int minutes = 0, seconds = 0;
  const auto more = [&] {
    return !scan.at_end() && scan.rest().front() >= '0' && scan.rest().front() <= '9';
  };
  const bool extended = scan.skip(":");
  if (extended || more()) {
    minutes = scan.number(2, 2, 0, 59);
    if (extended ? scan.skip(":") : more()) {
      seconds = scan.number(2, 2, 0, 60);  // 60: a leap second
      if (scan.skip(".,")) time.nanoseconds = scan.fraction();
    }
  }
  if (hours == 24 && (minutes > 0 || seconds > 0 || time.nanoseconds > 0)) scan.fail();
  time.seconds = hours * 3600 + minutes * 60 + seconds;
  return time;
}

}  // namespace

std::optional<Instant> parse_iso_time(std::string_view text) {
  Scanner scan(text);
  Instant instant;
  instant.seconds = iso_date(scan) * kDaySeconds;
  if (scan.failed()) return std::nullopt;
  if (scan.at_end()) return instant;
  scan.require("Tt ");
  const Instant time = iso_time_of_day(scan);
  instant.seconds += time.seconds;
  instant.nanoseconds = time.nanoseconds;
  if (!scan.at_end()) instant.seconds -= scan.zone();
  if (!scan.done()) return std::nullopt;
  return instant;
}

}  // namespace rnngan
