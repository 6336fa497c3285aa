// Numbers of CSV files with a decimal comma, or with commas between thousands.
#include "data/csv_numbers.h"

#include <fmt/format.h>

#include "data/csv.h"
#include "data_test_util.h"

namespace rnngan {
namespace csv_numbers_test {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::problem_of;
using testing_data::write_text;

CsvTable read(const std::string& text, const CsvOptions& options = {}) {
  return read_csv(write_text("file.csv", text), options, [](const CsvHead& head) {
    return std::vector<CellKind>(head.names.size(), CellKind::value);
  });
}

TEST(CsvNumbers, NumbersWithADecimalComma) {
  const auto table = read("a;b;k\n1;2,5;x,1\n-3,25;1.119,5;y\n0;1.119;y\n");
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1, -3.25, 0));
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(2.5, 1119.5, 1119));
  EXPECT_EQ(table.columns[1].form.decimals, 1);
  EXPECT_THAT(table.columns[2].texts, ElementsAre("x,1", "y")) << "text stays as it is";
  EXPECT_THAT(table.notes, Contains("numbers have a decimal comma"));
  EXPECT_THAT(read("1,5;2\n2,5;3\n").columns[0].numbers, ElementsAre(1.5, 2.5))
      << "without a header";
  EXPECT_THAT(read("a,b\n\"1,5\",\"2\"\n").columns[0].numbers, ElementsAre(1.5));
}

TEST(CsvNumbers, DecimalMarksThatAreSaid) {
  CsvOptions options;
  options.dialect.decimal = Decimal::comma;
  EXPECT_THAT(read("a;b\n1;1,119\n", options).columns[1].numbers, ElementsAre(1.119));
  EXPECT_THAT(problem_of([&] { read("a;b\n1;1.5\n", options); }).hint,
              "set data.decimal to \"point\" if it is 1.5");
  EXPECT_THAT(problem_of([&] { read("a;b\n1,25;1.5\n", options); }).hint,
              HasSubstr("as the other numbers are"));
  options.dialect.decimal = Decimal::point;
  EXPECT_THAT(read("a;b\n1;1,119\n", options).columns[1].numbers, ElementsAre(1119));
  EXPECT_EQ(problem_of([&] { read("a;b\n1;2,5\n", options); }).hint,
            "set data.decimal to \"comma\" if it is 2.5");
  EXPECT_EQ(problem_of([&] { read("a;b\n1.5;2,5\n", options); }).hint,
            "write numbers with a decimal point: 2.5");
}

TEST(CsvNumbers, GroupedThousands) {
  const auto table = read("a,b\n1,\"1,119,260\"\n2,\"976,532\"\n3,17\n");
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(1119260, 976532, 17));
  EXPECT_TRUE(table.columns[1].form.integer);
  EXPECT_THAT(read("a,b\n1.5,\"1,119\"\n").columns[1].numbers, ElementsAre(1119))
      << "the file has decimal points";
  const auto problem = problem_of([] { read("a,b\n1,\"1,119\"\n"); });
  EXPECT_THAT(problem.message(), HasSubstr(":2: column b: \"1,119\" may be 1119 or 1.119"));
  EXPECT_EQ(problem.hint,
            "set data.decimal to \"point\" if it is 1119, to \"comma\" if it is 1.119");
  const auto odd = problem_of([] { read("a,b\n1.5,\"1,11,9\"\n"); });
  EXPECT_THAT(odd.hint, HasSubstr("write the number without commas"));
  std::string text = "a,b\n";  // more numbers than a category has classes
  for (int i = 0; i < 400; ++i) text += fmt::format("{},\"{},119,260\"\n", i, i + 1);
  EXPECT_EQ(read(text).columns[1].numbers[399], 400119260);
}

TEST(CsvNumbers, ByDecimalMark) {
  EXPECT_EQ(read_number("1.5", false).value, 1.5);
  EXPECT_EQ(read_number("1,5", false).value, std::nullopt);
  EXPECT_EQ(read_number("1,119,260.5", false).value, 1119260.5);
  EXPECT_EQ(read_number("-1,119", false).value, -1119);
  EXPECT_TRUE(read_number("1,119,260", false).certain);
  EXPECT_FALSE(read_number("1,119", false).certain);
  for (const char* text : {"0,119", "1119,260", "1,11", "1,119,26", ",119", "1,1195"}) {
    EXPECT_EQ(read_number(text, false).value, std::nullopt) << text;
  }
  EXPECT_EQ(read_number("1,5", true).value, 1.5);
  EXPECT_EQ(read_number("1.119,25", true).value, 1119.25);
  EXPECT_EQ(read_number("1,5e3", true).value, 1500);
  EXPECT_EQ(read_number("1.5", true).value, std::nullopt);
}

TEST(CsvNumbers, MarksThatCellsTell) {
  EXPECT_EQ(decimal_mark("12,5"), DecimalMark::comma);
  EXPECT_EQ(decimal_mark("0,265"), DecimalMark::comma);
  EXPECT_EQ(decimal_mark("1.119,5"), DecimalMark::comma);
  EXPECT_EQ(decimal_mark("0.5"), DecimalMark::point);
  EXPECT_EQ(decimal_mark("1,119,260"), DecimalMark::point);
  for (const char* text : {"1,119", "2.891", "17", "x,5", "16.12.2006", ""}) {
    EXPECT_EQ(decimal_mark(text), DecimalMark::unknown) << text;
  }
}

TEST(CsvNumbers, TextsThatLookLikeTimes) {
  for (const char* text : {"16/12/2006", "17:24:00", "31.12.2006 10:00", "2006-12-16", "12/31"}) {
    EXPECT_TRUE(looks_like_time(text)) << text;
  }
  for (const char* text : {"1.5", "0-5", "-3", "id7", "1,119,260", "fan 0", ""}) {
    EXPECT_FALSE(looks_like_time(text)) << text;
  }
}

}  // namespace csv_numbers_test
}  // namespace rnngan
