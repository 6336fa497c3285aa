#include "data/csv_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "core/utf8.h"

namespace rnngan {

namespace {

/// Reads a text from its start, piece by piece; after a failure nothing succeeds any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  /// Exactly `digits` digits, low..high.
  int number(size_t digits, int low, int high) {
    const std::string_view piece = rest_.substr(0, digits);
    if (piece.size() < digits || piece.find_first_not_of("0123456789") != std::string_view::npos) {
      failed_ = true;
      return 0;
    }
    int value = 0;
    std::from_chars(piece.data(), piece.data() + piece.size(), value);
    rest_.remove_prefix(digits);
    failed_ = failed_ || value < low || value > high;
    return value;
  }

  bool skip(std::string_view one_of) {
    if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void require(std::string_view one_of) { failed_ = !skip(one_of) || failed_; }

  /// One to nine digits behind the point, in nanoseconds.
  int64_t fraction() {
    const size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0 || digits > 9) {
      failed_ = true;
      return 0;
    }
    int64_t value = number(digits, 0, 999'999'999);
    for (size_t i = digits; i < 9; ++i) value *= 10;
    return value;
  }

  /// "", "Z", "+hh:mm" or "+hhmm": seconds ahead of UTC.
  int64_t zone() {
    if (at_end() || skip("Zz")) return 0;
    const int64_t sign = rest_.starts_with('-') ? -1 : 1;
    require("+-");
    const int64_t hours = number(2, 0, 23);
    skip(":");
    return sign * (hours * 3600 + number(2, 0, 59) * int64_t{60});
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<Instant> parse_iso_time(std::string_view text) {
  namespace chrono = std::chrono;
  Scanner scanner(text);
  const chrono::year year(scanner.number(4, 0, 9999));
  scanner.require("-");
  const chrono::month month(static_cast<unsigned>(scanner.number(2, 1, 12)));
  scanner.require("-");
  const chrono::day day(static_cast<unsigned>(scanner.number(2, 1, 31)));
  const auto date = year / month / day;
  if (scanner.failed() || !date.ok()) return std::nullopt;

  Instant instant;
  instant.seconds = chrono::sys_days(date).time_since_epoch().count() * int64_t{86'400};
  if (scanner.at_end()) return instant;
  scanner.require("Tt ");
  instant.seconds += scanner.number(2, 0, 23) * int64_t{3600};
  scanner.require(":");
  instant.seconds += scanner.number(2, 0, 59) * int64_t{60};
  if (scanner.skip(":")) {
    instant.seconds += scanner.number(2, 0, 60);  // 60: a leap second
    if (scanner.skip(".,")) instant.nanoseconds = scanner.fraction();
  }
  instant.seconds -= scanner.zone();
  if (scanner.failed() || !scanner.at_end()) return std::nullopt;
  return instant;
}

std::string shown_cell(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown(first_bytes(text, kMost));
  const char* const cut = shown.size() < text.size() ? "..." : "";
  const bool utf8 = is_utf8(shown);
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return fmt::format("\"{}{}\"", shown, cut);
}

}  // namespace rnngan
