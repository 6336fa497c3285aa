// Markup.
#include "report/html.h"

#include "report/support.h"

namespace rnngan {
namespace html_test {

using ::testing::HasSubstr;

TEST(Escaping, LeavesNoMarkup) {
  EXPECT_EQ(html::escape("<b>&\"'"), "&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(html::escape("größer – 价格"), "größer – 价格");
}

TEST(Escaping, ReplacesWhatXmlForbids) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(html::escape(std::string("a\0b\x1B", 4)), "a" + bad + "b" + bad);
  EXPECT_EQ(html::escape("\xFF\xC3"), bad + bad);
  EXPECT_EQ(html::escape("\xC0\xAF"), bad + bad);            // overlong
  EXPECT_EQ(html::escape("\xED\xA0\x80"), bad + bad + bad);  // a surrogate
  EXPECT_EQ(html::escape("one\ttwo\n"), "one\ttwo\n");
}

TEST(Numbers, ReadWell) {
  EXPECT_EQ(html::number(0.123456), "0.1235");
  EXPECT_EQ(html::number(-2), "−2");
  EXPECT_EQ(html::number(123456.7), "123457");
  EXPECT_EQ(html::number(NAN), "–");
}

TEST(ATable, EscapesItsCells) {
  const std::string table = html::table({"<h>"}, {{"<r>", "a&b"}}, "\"c\"");
  MarkupReader reader(table);
  EXPECT_NO_THROW(reader.read());
  EXPECT_THAT(table, HasSubstr("<th scope=\"row\">&lt;r&gt;</th><td>a&amp;b</td>"));
  EXPECT_EQ(html::table({"x"}, {}), "");
}

TEST(APage, LeavesOutSectionsWithoutABody) {
  const std::string page =
      html::page({"<t>", "s", {{"k<", "v&"}}}, {{"Full", "<p>x</p>"}, {"Void", ""}});
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("<title>&lt;t&gt;</title>"));
  EXPECT_THAT(page, HasSubstr("href=\"#s-full\""));
  EXPECT_EQ(page.find("Void"), std::string::npos);
}

TEST(TheReader, FindsFaults) {
  for (const char* text : {"<a>", "<a></b>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>", "a & b", "&nbsp;",
                           "a > b", "<a b=\"<\"/>", "</a>"}) {
    EXPECT_THROW(MarkupReader(text).read(), std::exception) << text;
  }
}

}  // namespace html_test
}  // namespace rnngan
