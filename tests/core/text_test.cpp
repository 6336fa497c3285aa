#include "core/text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace rnngan {
namespace text_test {

TEST(Text, JoinsAndTrims) {
  const std::vector<std::string> items = {"a", "b", "c"};
  EXPECT_EQ(join(items), "a, b, c");
  EXPECT_EQ(join({}), "");
  EXPECT_EQ(trim("  x y\r\n"), "x y");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> words = {"window", "scaling", "columns"};
  EXPECT_EQ(nearest("windw", words), "window");
  EXPECT_EQ(did_you_mean("colums", words), "did you mean columns?");
  EXPECT_EQ(nearest("trian", std::vector<std::string>{"train", "trace"}), "train");
  EXPECT_EQ(nearest("zzz", words), std::nullopt);
  EXPECT_EQ(did_you_mean("zzz", words), "");
}

TEST(Text, ParsesWholeNumbersTextsOnly) {
  EXPECT_EQ(parse_double("1"), 1.0);
  EXPECT_EQ(parse_double("-2.5e3"), -2500.0);
  EXPECT_EQ(parse_double("+3"), 3.0);
  EXPECT_TRUE(std::isinf(*parse_double("1e999")));
  EXPECT_EQ(parse_double("1e-999"), 0.0);
  EXPECT_TRUE(std::isnan(*parse_double("nan")));
  for (const char* bad : {"", "abc", "1x", "1 ", "--1", "+-1", "1,5"}) {
    EXPECT_EQ(parse_double(bad), std::nullopt) << bad;
  }
}

TEST(Text, WritesNumbers) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(24), "24");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1234), "-1,234");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(duration(42.4), "42 s");
  EXPECT_EQ(duration(185), "3 min 05 s");
  EXPECT_EQ(duration(4320), "1 h 12 min");
}

TEST(Text, WrapsAtSpaces) {
  EXPECT_EQ(wrap("a bc def", 4), (std::vector<std::string>{"a bc", "def"}));
  EXPECT_EQ(wrap("longer x", 3), (std::vector<std::string>{"longer", "x"}));
  EXPECT_EQ(wrap("", 3), std::vector<std::string>{""});
}

TEST(Text, QuotesCellsThatAReaderWouldTakeApart) {
  EXPECT_EQ(csv_cell("plain text"), "plain text");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell(" x"), "\" x\"");
}

TEST(Markdown, ShowsTextAsItIs) {
  EXPECT_EQ(markdown_text("rpgan + 10 r1, mmd2_d1"), "rpgan + 10 r1, mmd2_d1");
  EXPECT_EQ(markdown_text("<b>|*a*_b_[c](d)\n# e"), R"(\<b\>\|\*a\*\_b\_\[c\](d)\\n\# e)");
  EXPECT_EQ(markdown_code("a"), "`a`");
  EXPECT_EQ(markdown_code("a``b`"), "``` a``b` ```");
}

}  // namespace text_test
}  // namespace rnngan
