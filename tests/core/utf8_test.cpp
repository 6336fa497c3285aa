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

TEST(OneLine, EscapesWhatIsNoTextOfALine) {
  EXPECT_EQ(one_line("plain ä … 日本 \\"), "plain ä … 日本 \\");
  EXPECT_EQ(one_line("a\nb\tc\rd"), R"(a\nb\tc\rd)");
  EXPECT_EQ(one_line(std::string_view("\0\x1b\x7f", 3)), R"(\x00\x1b\x7f)");
  EXPECT_EQ(one_line("\xff\xc3(\xed\xa0\x80"), R"(\xff\xc3(\xed\xa0\x80)");
  EXPECT_EQ(one_line("\u0085\u200b\u2028\u202e\ufeff"),
            R"(\u{85}\u{200b}\u{2028}\u{202e}\u{feff})");
  const std::string once = one_line("\n\xff");
  EXPECT_EQ(one_line(once), once);
}

}  // namespace utf8_test
}  // namespace rnngan
