// What the text of a CSV file must look like: encoding, points in time.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rnngan {

inline constexpr const char* kEncodingHint = "save the file as UTF-8";

/// A point in time, counted from 1970-01-01T00:00Z; without a zone it is taken as UTC.
struct Instant {
  int64_t seconds = 0;
  int64_t nanoseconds = 0;

  auto operator<=>(const Instant&) const = default;
};

/// ISO 8601 as YYYY-MM-DD, optionally with "T" or a blank, HH:MM[:SS[.fff]] (up to nine digits) and
/// a zone "Z", "+hh:mm" or "+hhmm"; nullopt for anything else, days that do not exist included.
std::optional<Instant> parse_iso_time(std::string_view text);

/// A cell as shown in messages: quoted, cut when long; control characters and what is not UTF-8 are
/// replaced.
std::string shown_cell(std::string_view text);

}  // namespace rnngan
