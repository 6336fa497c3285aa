#include "report/support.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

namespace rnngan {

void MarkupReader::fail(const std::string& fact) const {
  const size_t begin = at_ > 60 ? at_ - 60 : 0;
  throw std::runtime_error(
      fmt::format("at byte {}: {}: ...{}...", at_, fact, text_.substr(begin, 120)));
}

void MarkupReader::skip_spaces() {
  while (peek() == ' ' || peek() == '\n' || peek() == '\t') ++at_;
}

std::string MarkupReader::name() {
  const size_t begin = at_;
  while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '-') ++at_;
  if (at_ == begin) fail("a name is missing");
  return std::string(text_.substr(begin, at_ - begin));
}

void MarkupReader::read_entity() {
  constexpr std::array<std::string_view, 5> kKnown = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  for (const auto entity : kKnown) {
    if (text_.substr(at_, entity.size()) != entity) continue;
    at_ += entity.size();
    return;
  }
  fail("unknown entity");
}

void MarkupReader::read_attribute(std::vector<std::string>& names) {
  const std::string attribute = name();
  if (std::ranges::find(names, attribute) != names.end()) fail("attribute twice: " + attribute);
  names.push_back(attribute);
  if (text_.substr(at_, 2) != "=\"") fail("attribute without a quoted value: " + attribute);
  at_ += 2;
  const size_t begin = at_;
  while (peek() != '"') {
    if (peek() == '\0' || peek() == '<') fail("attribute not closed: " + attribute);
    if (peek() == '&') {
      read_entity();
    } else {
      ++at_;
    }
  }
  attributes_.emplace_back(attribute, text_.substr(begin, at_ - begin));
  ++at_;
}

void MarkupReader::read_tag() {
  ++at_;
  if (peek() == '/') {
    ++at_;
    const std::string closed = name();
    if (open_.empty() || open_.back() != closed) fail("closes what is not open: " + closed);
    open_.pop_back();
  } else {
    const std::string element = name();
    elements.push_back(element);
    std::vector<std::string> names;
    skip_spaces();
    while (peek() != '>' && peek() != '/') {
      read_attribute(names);
      skip_spaces();
    }
    if (peek() == '/') {
      ++at_;
    } else {
      open_.push_back(element);
    }
  }
  if (peek() != '>') fail("tag not closed");
  ++at_;
}

void MarkupReader::read() {
  constexpr std::string_view kType = "<!DOCTYPE html>";
  if (text_.substr(0, kType.size()) == kType) at_ = kType.size();
  while (at_ < text_.size()) {
    if (peek() == '<') {
      read_tag();
    } else if (peek() == '&') {
      read_entity();
    } else if (peek() == '>' ||
               (static_cast<unsigned char>(peek()) < 0x20 && peek() != '\n' && peek() != '\t')) {
      fail("a character that must be escaped");
    } else {
      ++at_;
    }
  }
  if (!open_.empty()) fail("not closed: " + open_.back());
}

std::vector<std::string> MarkupReader::values_of(std::string_view attribute) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : attributes_) {
    if (name == attribute) values.push_back(value);
  }
  return values;
}

int MarkupReader::count(std::string_view element) const {
  return static_cast<int>(std::ranges::count(elements, element));
}

void expect_sound_page(const std::string& page) {
  MarkupReader reader(page);
  ASSERT_NO_THROW({
    try {
      reader.read();
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
      throw;
    }
  });
  for (const char* outside : {"http:", "https:", "<script", "@import", "url(", " src=", "<link"}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
  for (const char* attribute : {"d", "x", "y", "width", "height", "viewBox"}) {
    for (const std::string& value : reader.values_of(attribute)) {
      EXPECT_EQ(value.find("nan"), std::string::npos) << attribute << "=" << value;
      EXPECT_EQ(value.find("inf"), std::string::npos) << attribute << "=" << value;
    }
  }
  std::vector<std::string> ids = reader.values_of("id");
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end()) << "an id is given twice";
}

}  // namespace rnngan
