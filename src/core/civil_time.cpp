#include "core/civil_time.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rnngan {

double seconds_of(const Instant& instant) {
  return static_cast<double>(instant.seconds) + 1e-9 * static_cast<double>(instant.nanoseconds);
}

Instant instant_of(double seconds) {
  // What a double of today's size resolves.
  const double whole = std::floor(seconds + 5e-7);
  const double micros = std::max(0.0, std::round((seconds - whole) * 1e6));
  return {static_cast<int64_t>(whole), static_cast<int64_t>(micros) * 1000};
}

int64_t day_number(const CivilDay& day) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date(chrono::year(day.year),
                                    chrono::month(static_cast<unsigned>(day.month)),
                                    chrono::day(static_cast<unsigned>(day.day)));
  return chrono::sys_days(date).time_since_epoch().count();
}

CivilDay civil_day(int64_t number) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date(
      chrono::sys_days(chrono::days(static_cast<chrono::days::rep>(number))));
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

int weekday_of(int64_t day_number) {
  return static_cast<int>(((day_number + 3) % 7 + 7) % 7);
}

int days_in_month(int year, int month) {
  const CivilDay next = month == 12 ? CivilDay{year + 1, 1, 1} : CivilDay{year, month + 1, 1};
  return static_cast<int>(day_number(next) - day_number({year, month, 1}));
}

int64_t first_week(int year) {
  const int64_t fourth = day_number({year, 1, 4});
  return fourth - weekday_of(fourth);
}

}  // namespace rnngan
