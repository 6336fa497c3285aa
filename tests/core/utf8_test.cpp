#include "core/utf8.h"

#include <gtest/gtest.h>

namespace rnngan {
namespace utf8_test {

TEST(Utf8, IsWellFormed) {
  for (const char* good : {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  // A byte of Latin-1, a cut sequence, a long form, half of a surrogate pair, beyond the last code
  // point, a continuation alone.
  for (const char* bad : {"\xE9", "a\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_FALSE(is_utf8(std::string_view("a\0", 2)));
}

TEST(Utf8, CutsBetweenCharacters) {
  const std::string_view text = "a\xC3\xA9\xE2\x82\xAC";
  EXPECT_EQ(character_count(text), 3U);
  EXPECT_EQ(first_characters(text, 2), "a\xC3\xA9");
  EXPECT_EQ(first_characters(text, 3), text);
  EXPECT_EQ(shortened(text, 3), text);
  EXPECT_EQ(shortened(text, 2), "a…");
  EXPECT_EQ(first_bytes(text, 2), "a");
  EXPECT_EQ(first_bytes(text, 3), "a\xC3\xA9");
  EXPECT_EQ(first_bytes(text, 9), text);
}

}  // namespace utf8_test
}  // namespace rnngan
