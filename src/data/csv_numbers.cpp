#include "data/csv_numbers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.h"

namespace rnngan {

void NumberForm::add(std::string_view text, double value) {
  integer = integer && value == std::trunc(value);
  if (decimals < 0) return;
  if (text.find_first_of("eE") != std::string_view::npos) {
    decimals = -1;
    return;
  }
  const auto point = text.find('.');
  if (point == std::string_view::npos) return;
  const auto digits = static_cast<int>(std::min<size_t>(text.size() - point - 1, 10));
  decimals = digits > 9 ? -1 : std::max(decimals, digits);
}

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits at the start of a text, which lose them.
std::string_view take_digits(std::string_view& text) {
  const size_t count = static_cast<size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

struct GroupedText {
  std::string plain;
  bool certain = false;
};

/// [sign]1-3 digits, groups of exactly three behind `group`, then perhaps `point` and digits.
std::optional<GroupedText> without_groups(std::string_view text, char group, char point) {
  GroupedText found;
  if (text.starts_with('-') || text.starts_with('+')) {
    if (text.front() == '-') found.plain = "-";
    text.remove_prefix(1);
  }
  const std::string_view first = take_digits(text);
  if (first.empty() || first.size() > 3 || first.front() == '0') return std::nullopt;
  found.plain += first;
  size_t groups = 0;
  while (text.starts_with(group)) {
    text.remove_prefix(1);
    const std::string_view digits = take_digits(text);
    if (digits.size() != 3) return std::nullopt;
    found.plain += digits;
    ++groups;
  }
  if (groups == 0) return std::nullopt;
  found.certain = groups > 1;
  if (text.starts_with(point)) {
    text.remove_prefix(1);
    found.plain += '.';
    found.plain += take_digits(text);
    found.certain = true;
  }
  if (!text.empty()) return std::nullopt;
  return found;
}

/// "1,5" as "1.5"; nullopt where there is a point.
std::optional<std::string> with_point(std::string_view text) {
  if (text.find('.') != std::string_view::npos) return std::nullopt;
  std::string plain(text);
  const size_t comma = plain.find(',');
  if (comma != std::string::npos) plain[comma] = '.';
  return plain;
}

}  // namespace

CellNumber read_number(std::string_view text, bool decimal_comma) {
  CellNumber number;
  if (!decimal_comma) {
    number.value = parse_double(text);
    if (number.value || text.find(',') == std::string_view::npos) return number;
  }
  if (decimal_comma) {
    if (auto plain = with_point(text)) {
      number.value = parse_double(*plain);
      if (*plain != text) number.plain = std::move(*plain);
      return number;
    }
  }
  const auto groups =
      decimal_comma ? without_groups(text, '.', ',') : without_groups(text, ',', '.');
  if (!groups) return number;
  number.value = parse_double(groups->plain);
  number.plain = groups->plain;
  number.grouped = !decimal_comma;
  number.certain = groups->certain;
  return number;
}

DecimalMark decimal_mark(std::string_view text) {
  const size_t at = text.find_first_of(".,");
  if (at == std::string_view::npos) return DecimalMark::unknown;
  for (const bool comma : {false, true}) {
    const auto groups = comma ? without_groups(text, '.', ',') : without_groups(text, ',', '.');
    if (!groups) continue;
    const bool both =
        text.find('.') != std::string_view::npos && text.find(',') != std::string_view::npos;
    if (both) return comma ? DecimalMark::comma : DecimalMark::point;
    // "1,119" may be 1.119; "1,119,260" groups by commas, so its file has decimal points.
    if (!groups->certain) return DecimalMark::unknown;
    return comma ? DecimalMark::comma : DecimalMark::point;
  }
  std::string plain(text);
  plain[at] = '.';
  if (!parse_double(plain)) return DecimalMark::unknown;
  return text[at] == ',' ? DecimalMark::comma : DecimalMark::point;
}

std::string decimal_mark_hint(bool decimal_comma, bool both, const std::string& reading) {
  if (!both) {
    return fmt::format("set data.decimal to \"{}\" if it is {}", decimal_comma ? "point" : "comma",
                       reading);
  }
  return decimal_comma ? "write it with a decimal comma, as the other numbers are"
                       : fmt::format("write numbers with a decimal point: {}", reading);
}

bool looks_like_time(std::string_view text) {
  size_t groups = 0, marks = 0;
  bool clear = false;  // a mark that hardly stands between other numbers
  bool in_digits = false;
  for (const char c : text) {
    if (is_digit(c)) {
      groups += in_digits ? 0 : 1;
      in_digits = true;
      continue;
    }
    in_digits = false;
    if (c == '/' || c == ':' || c == '-' || c == '.') {
      ++marks;
      clear = clear || c == '/' || c == ':';
    } else if (c != ' ' && c != 'T' && c != 'Z' && c != '+') {
      return false;
    }
  }
  return groups >= (clear ? 2 : 3) && groups <= 9 && marks >= 1 &&
         !read_number(text, false).value && !read_number(text, true).value;
}

}  // namespace rnngan
