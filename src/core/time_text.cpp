#include "core/time_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/time_scanner.h"

namespace rnngan {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/// What the directives of a format have said.
struct Parts {
  int year = 1970, month = 1, day = 1, ordinal = 0, week = 0, weekday = 1;
  int hour = 0, minute = 0, second = 0, noon = -1;  // noon: 0 a.m., 1 p.m.
  int day_name = -1;                                // 0 Monday to 6 Sunday; -1: not said
  int64_t nanoseconds = 0, zone = 0;
};

std::optional<Instant> instant_of_parts(const Parts& parts) {
  int64_t day = 0;
  if (parts.week > 0) {
    day = first_week(parts.year) + int64_t{7} * (parts.week - 1) + parts.weekday - 1;
  } else if (parts.ordinal > 0) {
    day = day_number({parts.year, 1, 1}) + parts.ordinal - 1;
  } else {
    if (parts.day > days_in_month(parts.year, parts.month)) return std::nullopt;
    day = day_number({parts.year, parts.month, parts.day});
  }
  if (parts.day_name >= 0 && parts.day_name != weekday_of(day)) return std::nullopt;
  int hour = parts.hour;
  if (parts.noon >= 0) hour = hour % 12 + 12 * parts.noon;
  if (hour == 24 && (parts.minute > 0 || parts.second > 0)) return std::nullopt;
  return Instant{day * kDaySeconds + int64_t{3600} * hour + int64_t{60} * parts.minute +
                     parts.second - parts.zone,
                 parts.nanoseconds};
}

/// One directive or character of a format.
struct Piece {
  char directive = 0;  // 0: `literal`
  char literal = 0;
  bool bare = false;      // without a leading zero
  int digits = 0;         // of %f; 0: as many as there are
  std::string_view zone;  // of %{...}
};

/// Takes the first piece off `format`; nullopt where there is an unknown directive.
std::optional<Piece> next_piece(std::string_view& format) {
  Piece piece;
  const auto take = [&] {
    const char c = format.empty() ? '\0' : format.front();
    if (!format.empty()) format.remove_prefix(1);
    return c;
  };
  piece.literal = take();
  if (piece.literal != '%') return piece;
  char c = take();
  if (c == '%') return piece;
  if (c == '-') {
    piece.bare = true;
    c = take();
  }
  if (c >= '1' && c <= '9') {
    piece.digits = c - '0';
    c = take();
    if (c != 'f') return std::nullopt;
  }
  if (c == '{') {
    const size_t end = format.find('}');
    if (end == std::string_view::npos) return std::nullopt;
    piece.zone = format.substr(0, end);
    format.remove_prefix(end + 1);
    Scanner zone(piece.zone);
    zone.zone();
    if (!zone.done()) return std::nullopt;
  } else if (c == '\0' ||
             std::string_view("YymbBdjHIpMSfzGVuaA").find(c) == std::string_view::npos) {
    return std::nullopt;
  }
  piece.directive = c;
  return piece;
}

/// Directives that are one number.
struct NumberPiece {
  char directive;
  int Parts::*part;
  size_t least, most;  // digits
  int low, high;
};
constexpr NumberPiece kNumberPieces[] = {
    {'Y', &Parts::year, 4, 4, 0, 9999},   {'G', &Parts::year, 4, 4, 0, 9999},
    {'m', &Parts::month, 1, 2, 1, 12},    {'d', &Parts::day, 1, 2, 1, 31},
    {'j', &Parts::ordinal, 1, 3, 1, 366}, {'V', &Parts::week, 1, 2, 1, 53},
    {'u', &Parts::weekday, 1, 1, 1, 7},   {'H', &Parts::hour, 1, 2, 0, 24},
    {'I', &Parts::hour, 1, 2, 1, 12},     {'M', &Parts::minute, 1, 2, 0, 59},
    {'S', &Parts::second, 1, 2, 0, 60}};

void read_piece(const Piece& piece, Scanner& scan, Parts& to) {
  static constexpr std::array<std::string_view, 2> kHalves = {"AM", "PM"};
  const auto number = std::ranges::find(kNumberPieces, piece.directive, &NumberPiece::directive);
  if (number != std::end(kNumberPieces)) {
    to.*(number->part) = scan.number(number->least, number->most, number->low, number->high);
    return;
  }
  switch (piece.directive) {
    case 0:
      scan.require(std::string_view(&piece.literal, 1));
      break;
    case 'y':
      to.year = scan.number(2, 2, 0, 99);
      to.year += to.year < 69 ? 2000 : 1900;  // as POSIX has it
      break;
    case 'b':
    case 'B':
      to.month = scan.word(kMonths, piece.directive == 'b' ? 3 : 99) + 1;
      break;
    case 'a':
    case 'A':
      to.day_name = scan.word(kWeekdays, piece.directive == 'a' ? 3 : 99);
      break;
    case 'p':
      to.noon = scan.word(kHalves, 2);
      break;
    case 'f':
      to.nanoseconds = scan.fraction();
      break;
    default:
      to.zone = scan.zone();  // %z, %{...}
      break;
  }
}

int64_t offset_of(std::string_view zone) {
  Scanner scan(zone);
  return scan.zone();
}

/// The number that a directive stands for, and how wide it is with leading zeros.
struct WrittenNumber {
  int64_t value;
  int width;
};
std::optional<WrittenNumber> number_of(char directive, int64_t day, const CivilDay& date,
                                       int second) {
  const int64_t thursday = day - weekday_of(day) + 3;
  const int week_year = civil_day(thursday).year;
  switch (directive) {
    case 'G':
      return WrittenNumber{week_year, 4};
    case 'Y':
      return WrittenNumber{date.year, 4};
    case 'y':
      return WrittenNumber{date.year % 100, 2};
    case 'm':
      return WrittenNumber{date.month, 2};
    case 'd':
      return WrittenNumber{date.day, 2};
    case 'j':
      return WrittenNumber{day - day_number({date.year, 1, 1}) + 1, 3};
    case 'V':
      return WrittenNumber{(thursday - first_week(week_year)) / 7 + 1, 2};
    case 'u':
      return WrittenNumber{weekday_of(day) + 1, 1};
    case 'H':
      return WrittenNumber{second / 3600, 2};
    case 'I':
      return WrittenNumber{(second / 3600 + 11) % 12 + 1, 2};
    case 'M':
      return WrittenNumber{second / 60 % 60, 2};
    case 'S':
      return WrittenNumber{second % 60, 2};
    default:
      return std::nullopt;
  }
}

int64_t day_of(const Instant& time) {
  const int64_t within = (time.seconds % kDaySeconds + kDaySeconds) % kDaySeconds;
  return (time.seconds - within) / kDaySeconds;
}

std::string written_piece(const Piece& piece, const Instant& local, const CivilDay& date) {
  const int64_t day = day_of(local);
  const auto second = static_cast<int>(local.seconds - day * kDaySeconds);
  if (const auto number = number_of(piece.directive, day, date, second)) {
    return fmt::format("{:0{}}", number->value, piece.bare ? 1 : number->width);
  }
  const std::string_view month = kMonths[static_cast<size_t>(date.month - 1)];
  const std::string_view weekday = kWeekdays[static_cast<size_t>(weekday_of(day))];
  switch (piece.directive) {
    case 0:
      return {piece.literal};
    case 'b':
      return std::string(month.substr(0, 3));
    case 'B':
      return std::string(month);
    case 'a':
      return std::string(weekday.substr(0, 3));
    case 'A':
      return std::string(weekday);
    case 'p':
      return second < 12 * 3600 ? "AM" : "PM";
    case 'f': {
      const int digits = piece.digits > 0 ? piece.digits : 6;
      return fmt::format("{:09}", local.nanoseconds).substr(0, static_cast<size_t>(digits));
    }
    case 'z':
      return "+0000";
    default:
      return std::string(piece.zone);
  }
}

}  // namespace

std::optional<Instant> parse_time(std::string_view text, std::string_view format) {
  Scanner scan(text);
  Parts parts;
  while (!format.empty() && !scan.failed()) {
    const auto piece = next_piece(format);
    if (!piece) return std::nullopt;
    read_piece(*piece, scan, parts);
  }
  if (!scan.done()) return std::nullopt;
  return instant_of_parts(parts);
}

std::string format_time(const Instant& instant, std::string_view format) {
  Instant local = instant;
  for (std::string_view rest = format; !rest.empty();) {
    const auto piece = next_piece(rest);
    if (piece && piece->directive == '{') local.seconds += offset_of(piece->zone);
  }
  const CivilDay date = civil_day(day_of(local));
  std::string text;
  while (!format.empty()) {
    const auto piece = next_piece(format);
    if (piece) text += written_piece(*piece, local, date);
  }
  return text;
}

std::string format_problem(std::string_view format) {
  bool date = false;
  for (std::string_view rest = format; !rest.empty();) {
    const std::string_view from = rest;
    const auto piece = next_piece(rest);
    if (!piece) return fmt::format("\"{}\" is no directive", from.substr(0, 2));
    date = date || (piece->directive != 0 && piece->directive != '{');
  }
  return date ? "" : "says nothing of the time";
}

}  // namespace rnngan
