#include "data/csv_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace csv_dialect_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CsvDialect dialect_of(const std::string& text, const DialectSettings& settings = {}) {
  return find_dialect(text, /*whole=*/true, settings);
}

char delimiter_of(const std::string& text) {
  return dialect_of(text).delimiter;
}

TEST(CsvDialect, DelimitersAreFound) {
  EXPECT_EQ(delimiter_of("a;b\n1,5;2,5\n"), ';');
  EXPECT_EQ(delimiter_of("a\tb\n\n1\t2\n"), '\t');
  EXPECT_EQ(delimiter_of("a|b c\n1|2 3\n"), '|');
  EXPECT_EQ(delimiter_of("1,5;2,5\n2,5;3\n"), ';');
  EXPECT_EQ(delimiter_of("1,5;2,5\n2,5;3,5\n"), ';') << "numbers with a decimal comma";
  EXPECT_EQ(delimiter_of("\"\";\"MT, 1\"\n\"2011-01-01 00:15:00\";3,8\n"), ';');
  EXPECT_EQ(delimiter_of("Time (s, UTC);v\n1;2\n3;4\n"), ';');
}

TEST(CsvDialect, CommaFilesStayCommaFiles) {
  for (const std::string text :
       {"a,b\n1,2\n", "a\n1\n", "a,b;c\n1,2\n", "1,2\n3\n5,6\n", "a,tags\n1,x;y\n2,x|z\n", "",
        "one two\nthree four\n", "\"a b\"\n1\n", "a b c\n1 2\n", "room 1\nroom 2\n"}) {
    const CsvDialect dialect = dialect_of(text);
    EXPECT_EQ(dialect.delimiter, ',') << text;
    EXPECT_FALSE(dialect.aligned || dialect.decimal_comma) << text;
    EXPECT_THAT(dialect.notes, IsEmpty()) << text;
    EXPECT_THAT(dialect.passed_over, IsEmpty()) << text;
  }
}

TEST(CsvDialect, CellsThatAreAlignedByBlanks) {
  const CsvDialect dialect = dialect_of("  a    b\n  1   2.5\n 10  12.5\n");
  EXPECT_TRUE(dialect.aligned);
  EXPECT_EQ(dialect.delimiter, '\t');
}

TEST(CsvDialect, AFirstLineThatSaysTheDelimiter) {
  const CsvDialect dialect = dialect_of("sep=;\r\na;b\r\n1;2\r\n");
  EXPECT_EQ(dialect.delimiter, ';');
  EXPECT_THAT(dialect.passed_over, ElementsAre(1));
}

TEST(CsvDialect, Comments) {
  const CsvDialect comments = dialect_of("# made by x, y\n# in 2020\n\na,b\n1,2\n");
  EXPECT_THAT(comments.passed_over, ElementsAre(1, 2));
  EXPECT_THAT(comments.notes, ElementsAre(HasSubstr("2 lines of comments")));
  EXPECT_THAT(dialect_of("# note\n# a,b\n1,2\n3,4\n").passed_over, ElementsAre(1))
      << "the last one is a header";
  EXPECT_THAT(dialect_of("#a\n1\n2\n").passed_over, IsEmpty());
}

TEST(CsvDialect, RowsOfUnits) {
  const CsvDialect units = dialect_of("t,speed\n[s],(m/s)\n1,2\n2,3\n");
  EXPECT_THAT(units.passed_over, ElementsAre(2));
  EXPECT_THAT(units.notes, ElementsAre("line 2 is a row of units and passed over"));
  const CsvDialect plain = dialect_of("t,speed\ns,m/s\n1,2\n2,3\n");
  EXPECT_THAT(plain.passed_over, IsEmpty());
  EXPECT_EQ(plain.text_row, 2);
  EXPECT_EQ(dialect_of("t,k\n1,on\n2,off\n").text_row, 0);
}

TEST(CsvDialect, SettingsOfAnotherFileHoldWhereItDoesNotSayOtherwise) {
  const DialectSettings settings{";", Decimal::comma, Header::automatic, true};
  const CsvDialect written = dialect_of("sequence_id,step,v\n0,0,1.5\n", settings);
  EXPECT_EQ(written.delimiter, ',');
  EXPECT_FALSE(written.decimal_comma);
  EXPECT_EQ(dialect_of("a;b\n1;2,5\n", settings).delimiter, ';');
}

TEST(CsvDialect, WhatIsSaidHolds) {
  const CsvDialect dialect = dialect_of("a;b\n1;2\n", {",", Decimal::point});
  EXPECT_EQ(dialect.delimiter, ',');
  EXPECT_EQ(delimiter_hint(dialect), "set data.delimiter to \"auto\" or \";\"");
  EXPECT_EQ(delimiter_hint(dialect_of("a,b\n1,2\n", {","})), "");
}

}  // namespace csv_dialect_test
}  // namespace rnngan
