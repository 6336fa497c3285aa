#include "data/csv_text.h"

#include "data_test_util.h"

namespace rnngan {
namespace csv_text_test {

using testing_data::write_text;

TEST(CsvText, DelimiterHint) {
  const auto hint = [](const char* text, char delimiter = ',') {
    return delimiter_hint(write_text("file.csv", text), delimiter);
  };
  EXPECT_EQ(hint("a;b\n1,5;2,5\n"), "set data.delimiter to \";\"");
  EXPECT_EQ(hint("a\tb\n\n1\t2\n"), "set data.delimiter to \"\\t\"");
  EXPECT_EQ(hint("a|b c\n1|2 3\n"), "set data.delimiter to \"|\"");
  EXPECT_EQ(hint("a,b\n1,2\n", ';'), "set data.delimiter to \",\"");
  EXPECT_EQ(hint("\"a b\"\n1\n"), "") << "within quotes";
  EXPECT_EQ(hint("a,b c\n1,2 3\n"), "") << "it is split already";
  EXPECT_EQ(hint("a b c\n1 2\n"), "") << "unequal";
  EXPECT_EQ(hint("a;b\n"), "") << "one line tells nothing";
}

}  // namespace csv_text_test
}  // namespace rnngan
