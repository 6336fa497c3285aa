// JSON text to a document. Two passes: the first finds what a plain parse would let through
// (duplicate keys) and where everything is, the second builds the document.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "config/config.h"
#include "core/text.h"

namespace rnngan {
namespace {

using nlohmann::json;

constexpr size_t kDeepest = 64;  // levels; far beyond any config, far below what recursion stands

/// Reads a text and tells how far it has been read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* position, const char** furthest)
      : position_(position), furthest_(furthest) {}
  reference operator*() const { return *position_; }
  CountingIterator& operator++() {
    *furthest_ = ++position_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return position_ == other.position_; }
  bool operator!=(const CountingIterator& other) const { return position_ != other.position_; }

 private:
  const char* position_;
  const char** furthest_;
};

struct Place {
  size_t line = 1;
  size_t column = 1;  // in bytes
};

/// Places in a text, asked for in order: each byte is looked at once.
class PlaceFinder {
 public:
  explicit PlaceFinder(std::string_view text) : text_(text) {}

  Place operator()(size_t offset) {
    if (offset < line_begin_) *this = PlaceFinder(text_);
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      line_begin_ = at_ + 1;
    }
    return {line_, offset - line_begin_ + 1};
  }

 private:
  std::string_view text_;
  size_t at_ = 0, line_ = 1, line_begin_ = 0;
};

/// The offset of the opening quote of the string whose closing quote is the last character of
/// `text`.
size_t opening_quote(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0) {
    --at;
    if (text[at] != '"') continue;
    size_t escapes = 0;
    while (escapes < at && text[at - 1 - escapes] == '\\') ++escapes;
    if (escapes % 2 == 0) break;
  }
  return at;
}

/// Where the token begins whose last character is at `last`; strings and numbers have more than
/// one.
size_t token_begin(std::string_view text, size_t last) {
  constexpr std::string_view kNumber = "0123456789+-.eE";
  if (last >= text.size()) return text.size();
  if (text[last] >= '0' && text[last] <= '9') {
    return text.find_last_not_of(kNumber, last) + 1;  // npos + 1 == 0
  }
  return last;
}

/// "[json.exception.parse_error.101] parse error at line 3, column 5: FACT; last read: '...';
/// expected X" -> "FACT; expected X"
std::string fact_of(const json::exception& exception) {
  std::string fact = exception.what();
  const auto column = fact.find("column ");
  const auto begin = column == std::string::npos ? fact.find("] ") : fact.find(": ", column);
  if (begin != std::string::npos) fact.erase(0, begin + 2);
  const auto read = fact.find("; last read: '");
  if (read != std::string::npos) {
    const auto expected = fact.rfind("'; expected ");
    fact.erase(read, expected == std::string::npos ? std::string::npos : expected + 1 - read);
  }
  return fact;
}

class Checker : public nlohmann::json_sax<json> {
 public:
  Checker(std::string_view text, std::string origin)
      : text_(text), origin_(std::move(origin)), place_of_(text) {}

  const char** furthest() { return &furthest_; }
  const std::vector<Problem>& problems() const { return problems_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    const auto read = static_cast<size_t>(furthest_ - text_.data());
    const Place place = place_of_(opening_quote(text_.substr(0, read)));
    const auto [first, added] = keys_.back().emplace(name, place);
    if (!added) {
      add(place, fmt::format("duplicate key \"{}\" (first on line {})", name, first->second.line),
          "keep one of the two");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const json::exception& exception) override {
    // `position` counts the bytes read, the last of the wrong token included.
    std::string fact = fact_of(exception);
    const size_t last = position > 0 ? position - 1 : 0;
    const bool is_string = fact.find("unexpected string literal") != std::string::npos;
    const size_t offset =
        is_string ? opening_quote(text_.substr(0, last + 1)) : token_begin(text_, last);
    const std::string_view before = trim(text_.substr(0, offset));
    if (before.empty() && offset == text_.size()) {
      add({}, "the document is empty", "write at least {}");
      return false;
    }
    const char wrong = offset < text_.size() ? text_[offset] : ' ';
    const bool trailing = (wrong == '}' || wrong == ']') && before.ends_with(',');
    add(place_of_(offset), fact, trailing ? fmt::format("remove the comma before {}", wrong) : "");
    return false;
  }

 private:
  bool open() {
    keys_.emplace_back();
    if (keys_.size() <= kDeepest) return true;
    add(place_of_(static_cast<size_t>(furthest_ - text_.data()) - 1),
        fmt::format("nested more than {} levels deep", kDeepest), "");
    return false;
  }
  bool close() {
    keys_.pop_back();
    return true;
  }
  void add(Place place, const std::string& fact, std::string hint) {
    problems_.push_back(
        {fmt::format("{}:{}:{}", origin_, place.line, place.column), fact, std::move(hint)});
  }

  std::string_view text_;
  std::string origin_;
  PlaceFinder place_of_;
  const char* furthest_ = text_.data();
  std::vector<std::map<std::string, Place>> keys_;  // of each open object; empty for arrays
  std::vector<Problem> problems_;
};

}  // namespace

json parse_json(const std::string& text, const std::string& origin) {
  Checker checker(text, origin);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  json::sax_parse(CountingIterator(begin, checker.furthest()),
                  CountingIterator(end, checker.furthest()), &checker, json::input_format_t::json,
                  /*strict=*/true, /*ignore_comments=*/true);
  if (!checker.problems().empty()) throw Error(ErrorKind::config, checker.problems());
  return json::parse(text, nullptr, /*allow_exceptions=*/true, /*ignore_comments=*/true);
}

}  // namespace rnngan
