// Points in time as numbers: days, seconds, and the calendar.
#pragma once

#include <cstdint>

namespace rnngan {

inline constexpr int kDaySeconds = 86'400;

/// A point in time, counted from 1970-01-01T00:00Z; without a zone it is taken as UTC.
struct Instant {
  int64_t seconds = 0;
  int64_t nanoseconds = 0;  // 0 to 999,999,999

  bool operator==(const Instant&) const = default;
  bool operator<(const Instant& other) const {
    return seconds != other.seconds ? seconds < other.seconds : nanoseconds < other.nanoseconds;
  }
};

/// Seconds since 1970, to within a microsecond for the dates of today.
double seconds_of(const Instant& instant);
Instant instant_of(double seconds);

/// A day of the proleptic Gregorian calendar.
struct CivilDay {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
};
/// Days since 1970-01-01 and back.
int64_t day_number(const CivilDay& day);
CivilDay civil_day(int64_t number);
/// 0 Monday to 6 Sunday.
int weekday_of(int64_t day_number);
int days_in_month(int year, int month);
/// The day number of the Monday of ISO week 1 of a year.
int64_t first_week(int year);

}  // namespace rnngan
