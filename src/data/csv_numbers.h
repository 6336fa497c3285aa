// Numbers as cells of CSV files spell them: with a decimal point or comma, with grouped thousands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rnngan {

/// How the numbers of a column were written in the file.
struct NumberForm {
  bool integer = true;  // every value is a whole number
  int decimals = 0;     // most digits behind the point; -1 = more than 9 or with an exponent

  /// Takes note of one more value. `text` is what parse_double read it from.
  void add(std::string_view text, double value);
};

/// What a cell is as a number.
struct CellNumber {
  std::optional<double> value;
  std::string plain;     // how parse_double reads it; empty: as the cell is
  bool grouped = false;  // commas group its thousands: "1,119", "1,119,260.5"
  bool certain = false;  // grouped, and nothing else could be meant
};

/// With a decimal point: 1.5; 1,119 and 1,119.5 are grouped. `decimal_comma`: 1,5; 1.119,5 is
/// grouped, 1.5 is no number. `text` is trimmed.
CellNumber read_number(std::string_view text, bool decimal_comma);

/// What a cell says of the decimal mark of its file.
enum class DecimalMark { unknown, point, comma };
/// "12,5" has a comma, "0.5" a point; "1,119" may be either.
DecimalMark decimal_mark(std::string_view text);

/// What to do about a number with the other mark, which then means `reading`. `both`: the file has
/// numbers with its own mark.
std::string decimal_mark_hint(bool decimal_comma, bool both, const std::string& reading);

/// Digits in groups, as in "16/12/2006", "17:24", "31.12.2006 10:00": probably a time.
bool looks_like_time(std::string_view text);

}  // namespace rnngan
