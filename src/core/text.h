// Small helpers on text: numbers in and out, lists, and suggestions for typing mistakes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rnngan {

/// "a, b, c"
std::string join(std::span<const std::string> items, std::string_view separator = ", ");

std::string_view trim(std::string_view text);

/// The candidate nearest to `word` by edit distance, or nullopt when none is near enough to be what
/// was meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean X?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// The whole of `text` as a number in the C locale: "1", "-2.5e3", "+3", "inf", "nan"; nullopt when
/// anything is left over.
std::optional<double> parse_double(std::string_view text);

/// The shortest text that reads back as the same double: "0.1", "1e-05", "24".
std::string shortest(double value);

/// 1234567 -> "1,234,567"
std::string grouped(int64_t value);

/// Seconds as a person would say them: "42 s", "3 min 05 s", "1 h 12 min".
std::string duration(double seconds);

/// "81 steps/s", below one per second "4.2 s/step", "-" for 0: `per_second` of `unit` ("step").
std::string rate(double per_second, const std::string& unit);

/// Lines of at most `width` bytes, broken at spaces; a longer word has a line of its own. At least
/// one line.
std::vector<std::string> wrap(std::string_view text, size_t width);

/// A cell of a CSV file: quoted when a reader would otherwise take it apart or trim it.
std::string csv_cell(std::string_view text);

/// Text of any origin as it may stand in a line or a cell of Markdown: what would be markup is
/// escaped, control characters as one_line() does.
std::string markdown_text(std::string_view text);
/// The same as a code span.
std::string markdown_code(std::string_view text);

/// Words of a command line as a shell would take them.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace rnngan
