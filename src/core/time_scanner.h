// What reading a time as text is made of.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace rnngan {

/// Reads a text from its start, piece by piece; after a failure nothing succeeds any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  bool done() const { return !failed_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }
  void fail() { failed_ = true; }

  /// `least` to `most` digits, low..high.
  int number(size_t least, size_t most, int low, int high) {
    const size_t digits = std::min({rest_.find_first_not_of("0123456789"), rest_.size(), most});
    int value = 0;
    std::from_chars(rest_.data(), rest_.data() + digits, value);
    failed_ = failed_ || digits < least || value < low || value > high;
    rest_.remove_prefix(digits);
    return value;
  }

  bool skip(std::string_view one_of) {
    if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void require(std::string_view one_of) { failed_ = !skip(one_of) || failed_; }

  /// Letters that begin one of `words`, whatever their case: which; -1: none. `least` letters.
  int word(const auto& words, size_t least) {
    for (size_t i = 0; i < words.size(); ++i) {
      for (const size_t length : {words[i].size(), least}) {
        const std::string_view piece = rest_.substr(0, length);
        const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
        if (piece.size() < length ||
            !std::equal(piece.begin(), piece.end(), words[i].begin(), same))
          continue;
        rest_.remove_prefix(length);
        return static_cast<int>(i);
      }
    }
    failed_ = true;
    return -1;
  }

  /// One to nine digits behind the point, in nanoseconds.
  int64_t fraction() {
    const size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0 || digits > 9) failed_ = true;
    int64_t value = number(std::min<size_t>(digits, 9), 9, 0, 999'999'999);
    for (size_t i = digits; i < 9; ++i) value *= 10;
    return value;
  }

  /// "Z", "+hh", "+hh:mm" or "+hhmm": seconds ahead of UTC.
  int64_t zone() {
    if (skip("Zz")) return 0;
    const int64_t sign = rest_.starts_with('-') ? -1 : 1;
    require("+-");
    const int64_t hours = number(2, 2, 0, 23);
    if (at_end()) return sign * hours * 3600;
    skip(":");
    return sign * (hours * 3600 + number(2, 2, 0, 59) * int64_t{60});
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace rnngan
