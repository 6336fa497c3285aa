#include "data/csv.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "data_test_util.h"

namespace rnngan {
namespace csv_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::problem_of;
using testing_data::write_text;

std::vector<CellKind> all_numbers(const CsvHead& head) {
  return std::vector<CellKind>(head.names.size(), CellKind::value);
}

CsvTable read(const std::string& text, const CsvOptions& options = {},
              const ChooseColumns& choose = all_numbers) {
  return read_csv(write_text("file.csv", text), options, choose);
}

std::vector<std::string> names_of(const CsvTable& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(column.name);
  return names;
}

TEST(Csv, HeaderIsFoundWhenACellIsNoNumber) {
  const auto with = read("a,b\n1,2\n3,4\n");
  EXPECT_THAT(names_of(with), ElementsAre("a", "b"));
  EXPECT_THAT(with.columns[1].numbers, ElementsAre(2, 4));
  const auto without = read("1,2\n3,4\n");
  EXPECT_THAT(names_of(without), ElementsAre("c1", "c2"));
  EXPECT_THAT(without.columns[0].numbers, ElementsAre(1, 3));
}

TEST(Csv, MissingCellsInTheFirstRowMakeNoHeader) {
  const auto table = read("1,,NA\n3,4,5\n");
  EXPECT_EQ(table.rows(), 2);
  EXPECT_TRUE(std::isnan(table.columns[1].numbers[0]));
  EXPECT_TRUE(std::isnan(table.columns[2].numbers[0]));
}

TEST(Csv, HeaderCanBeForced) {
  CsvOptions options;
  options.dialect.header = Header::yes;
  EXPECT_THAT(names_of(read("1,2\n3,4\n", options)), ElementsAre("1", "2"));
  options.dialect.header = Header::no;
  const auto problem = problem_of([&] { read("a,2\n3,4\n", options); });
  EXPECT_THAT(problem.message(), HasSubstr(":1: column c1: \"a\" is not a number"));
}

TEST(Csv, UnnamedColumnsGetNumberedNames) {
  CsvHead seen;
  const auto table = read(",b\n1,2\n", {}, [&](const CsvHead& head) {
    seen = head;
    return all_numbers(head);
  });
  EXPECT_THAT(names_of(table), ElementsAre("c1", "b"));
  EXPECT_THAT(seen.unnamed, ElementsAre(true, false));
}

TEST(Csv, ColumnsAreChosenByNamesAndFirstCells) {
  CsvHead seen;
  read("a,b\n1, x \n2,y\n", {}, [&](const CsvHead& head) {
    seen = head;
    return std::vector<CellKind>{CellKind::value, CellKind::name};
  });
  EXPECT_THAT(seen.names, ElementsAre("a", "b"));
  EXPECT_THAT(seen.cells, ElementsAre("1", "x"));
}

TEST(Csv, LinesThatEndInADelimiter) {
  for (const std::string text : {"1,2,\n3,4,\n", "a,b\n1,2,\n"}) {
    CsvOptions options;
    options.missing_allowed = false;
    EXPECT_THAT(problem_of([&] { read(text, options); }).hint,
                HasSubstr("the lines end in a delimiter"))
        << text;
  }
}

TEST(Csv, BlanksWithinQuotesAreLeftOutAndCounted) {
  const auto table = read("k,v\n\" on\",\" 1\"\n\"on \",2\noff , 3\noff,4\n");
  EXPECT_THAT(table.columns[0].texts, ElementsAre("on", "off"));
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(table.notes, ElementsAre("column k: blanks around the text of 2 cells are left out"));
}

TEST(Csv, ACategoryHasAtMost300Classes) {
  const auto with = [](int classes) {
    std::string text = "a,b\n";
    for (int i = 0; i < 2 * classes; ++i) text += fmt::format("{},t{}\n", i, i % classes);
    return text;
  };
  EXPECT_EQ(read(with(300) + "1,\n").columns[1].texts.size(), 300U);
  const auto problem = problem_of([&] { read(with(301)); });
  EXPECT_THAT(problem.message(), HasSubstr(":302: column b: more than 300 different values"));
}

TEST(Csv, TextThatIsNotUtf8) {
  const auto category = [](const CsvHead&) {
    return std::vector<CellKind>{CellKind::name, CellKind::value};
  };
  const auto name = problem_of([] { read("a,gr\xFC\xDF\n1,2\n"); });
  EXPECT_THAT(name.message(), HasSubstr(":1: column 2: its name \"gr\\xfc\\xdf\" is not UTF-8"));
  EXPECT_EQ(name.hint, "save the file as UTF-8");
  const auto cell = problem_of([&] { read("k,v\nx,1\n\xE9,2\n", {}, category); });
  EXPECT_THAT(cell.message(), HasSubstr(":3: column k: \"\\xe9\" is not UTF-8"));
  EXPECT_EQ(cell.hint, "save the file as UTF-8");
  EXPECT_NO_THROW(read("gr\xC3\xBC\xC3\x9F,v\n\xC3\xA9,2\n", {}, category));
}

TEST(Csv, AZeroByteInText) {
  using namespace std::string_literals;
  const auto category = [](const CsvHead&) {
    return std::vector<CellKind>{CellKind::name, CellKind::value};
  };
  const auto problem = problem_of([&] { read("k,v\nx,1\na\0b,2\n"s, {}, category); });
  EXPECT_THAT(problem.message(), HasSubstr(":3: column k: \"a\\x00b\" holds a zero byte"));
}

TEST(Csv, Utf16IsRefused) {
  using namespace std::string_literals;
  for (const std::string& text : {"\xFF\xFE"
                                  "a\0\n\0"s,
                                  "\xFE\xFF\0a\0\n"s}) {
    const auto problem = problem_of([&] { read(text); });
    EXPECT_THAT(problem.message(), HasSubstr(":1: is UTF-16"));
    EXPECT_EQ(problem.hint, "save the file as UTF-8");
  }
}

TEST(Csv, ShownCellCutsBetweenCharacters) {
  EXPECT_EQ(shown_cell(std::string(39, 'a') + "\xC3\xA9\xC3\xA9"),
            "\"" + std::string(39, 'a') + "...\"");
  EXPECT_EQ(shown_cell("a\tb\xFF"), R"("a\tb\xff")");
}

TEST(Csv, CrlfByteOrderMarkAndNoFinalNewline) {
  const auto table = read(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n3,4");
  EXPECT_THAT(names_of(table), ElementsAre("a", "b"));
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1, 3));
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(2, 4));
  EXPECT_THAT(table.lines, ElementsAre(2, 4));
}

TEST(Csv, OtherDelimiter) {
  CsvOptions options;
  options.dialect.delimiter = ";";
  EXPECT_THAT(read("a;b\n1;2\n", options).columns[1].numbers, ElementsAre(2));
  options.dialect.delimiter = "\t";
  EXPECT_THAT(read("a\tb\n1\t2\n", options).columns[1].numbers, ElementsAre(2));
  options.dialect.delimiter = ";;";
  EXPECT_THAT(problem_of([&] { read("a;b\n", options); }).message(), HasSubstr("data.delimiter"));
}

TEST(Csv, ADelimiterThatIsSaidButNotThere) {
  CsvOptions options;
  options.dialect.delimiter = ",";
  const auto problem = problem_of([&] { read("a;b\n1;2\n", options); });
  EXPECT_THAT(problem.message(), HasSubstr(":2: column a;b: \"1;2\" is not a number"));
  EXPECT_EQ(problem.hint, "set data.delimiter to \"auto\" or \";\"");
  EXPECT_EQ(problem_of([&] { read("a b\n1 2\n", options); }).hint,
            "set data.delimiter to \"auto\" or \" \"");
  EXPECT_THAT(problem_of([&] { read("\"a\";\"b\"\n\"2020-01-01 00:00\";1,5\n", options); }).hint,
              HasSubstr("\";\""));
  options.dialect.delimiter = " ";
  EXPECT_THAT(read("a b\n1 2\n", options).columns[1].numbers, ElementsAre(2));
}

TEST(Csv, QuotedCellsAndLineNumbersBehindQuotedNewlines) {
  const auto choose = [](const CsvHead&) {
    return std::vector<CellKind>{CellKind::name, CellKind::value};
  };
  const auto table = read("id,v\n\"x,\"\"1\"\"\ny\",\"1\"\nz,2\n", {}, choose);
  EXPECT_THAT(table.columns[0].texts, ElementsAre("x,\"1\"\ny", "z"));
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(1, 2));
  EXPECT_THAT(table.lines, ElementsAre(2, 4));
  const auto problem = problem_of([&] { read("id,v\n\"x\ny\",1\nz,abc\n", {}, choose); });
  EXPECT_THAT(problem.message(), HasSubstr("file.csv:4: column v: \"abc\" is not a number"));
}

TEST(Csv, UnclosedQuote) {
  EXPECT_THAT(problem_of([] { read("a,b\n1,2\n3,\"4\n5,6\n"); }).message(),
              HasSubstr(":3: a quoted cell of this row is never closed"));
}

TEST(Csv, RaggedRow) {
  const std::string path = write_text("file.csv", "a,b\n1,2\n3\n");
  EXPECT_EQ(problem_of([&] { read_csv(path, {}, all_numbers); }).message(),
            path + ":3: 1 cell, expected 2 as in the first row");
  EXPECT_THAT(problem_of([] { read("a,b\n1,2,3\n"); }).message(),
              HasSubstr(":2: 3 cells, expected 2"));
}

TEST(Csv, TextInANumberColumn) {
  const std::string path = write_text("file.csv", "DAX,SMI\n1,2\n3,abc\n");
  EXPECT_EQ(problem_of([&] { read_csv(path, {}, all_numbers); }).message(),
            path + ":3: column SMI: \"abc\" is not a number");
}

TEST(Csv, InfinityIsRefusedUnderEveryPolicy) {
  for (const std::string cell : {"inf", "-inf", "Infinity", "1e999"}) {
    const auto problem = problem_of([&] { read("a,b\n1," + cell + "\n"); });
    EXPECT_THAT(problem.message(), HasSubstr(":2: column b: \"" + cell + "\" is not finite"));
  }
}

TEST(Csv, MissingValuesWhereTheyAreNotAllowed) {
  CsvOptions options;
  options.missing_allowed = false;
  for (const std::string cell : {"", "NaN", "nan", "NA"}) {
    const auto problem = problem_of([&] { read("a,b\n1,2\n1," + cell + "\n", options); });
    EXPECT_THAT(problem.message(), HasSubstr(":3: column b: missing value"));
    EXPECT_THAT(problem.hint, HasSubstr("data.missing"));
  }
}

TEST(Csv, MarksOfMissingCellsAreThoseThatAreNamed) {
  const auto missing = [](const std::string& cells, const std::vector<std::string>& na) {
    CsvOptions options;
    options.na = na;
    const auto table = read("a,b\n" + cells, options);
    return std::ranges::count_if(table.columns[1].numbers, [](double v) { return std::isnan(v); });
  };
  const auto standard = DataConfig{}.na;
  EXPECT_EQ(
      missing("1,NA\n1,N/A\n1,#N/A\n1,nan\n1,NaN\n1,null\n1,None\n1,?\n1,-\n1,\n1,5\n", standard),
      10);
  EXPECT_EQ(missing("1,-999\n1,-999.0\n1,-998\n1,\n1,nan\n", {"-999"}), 4) << "numbers by value";
  EXPECT_THAT(problem_of([&] { missing("1,NA\n1,2\n", {}); }).message(),
              HasSubstr(":2: column b: \"NA\" is not a number"));
  EXPECT_THAT(problem_of([&] { missing("1,none\n1,2\n", standard); }).message(),
              HasSubstr("\"none\" is not a number"));
}

TEST(Csv, ColumnsOfTextAreCategories) {
  const auto table = read("a,b\n1,on\n2,\n3,off\n4,-\n5,on\n6,7\n");
  const CsvColumn& column = table.columns[1];
  EXPECT_TRUE(column.is_category);
  EXPECT_THAT(column.texts, ElementsAre("on", "off", "-", "7")) << "marks are for numbers";
  EXPECT_THAT(column.codes, ElementsAre(0, -1, 1, 2, 0, 3));
  EXPECT_TRUE(column.numbers.empty());
  EXPECT_FALSE(table.columns[0].is_category);
}

TEST(Csv, AStrayTextAmongNumbersIsAnError) {
  std::string text = "a,b\n";
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + "," + std::to_string(i * 2) + "\n";
  const auto problem = problem_of([&] { read(text + "500,bad\n501,2\n"); });
  EXPECT_THAT(problem.message(), HasSubstr(":502: column b: \"bad\" is not a number"));
  EXPECT_EQ(problem.hint,
            "if it marks a missing cell, name it in data.na; if the column holds classes, set "
            "data.column.b.kind=category; or leave the column out by data.columns");
}

TEST(Csv, KindsCanBeSaid) {
  CsvOptions options;
  options.columns["b"].kind = ColumnKind::category;
  const auto table = read("a,b\n1,2\n1,10\n1,NA\n1,2\n", options);
  EXPECT_THAT(table.columns[1].texts, ElementsAre("2", "10"));
  EXPECT_THAT(table.columns[1].codes, ElementsAre(0, 1, -1, 0));
  options.columns["b"].kind = ColumnKind::number;
  EXPECT_THAT(problem_of([&] { read("a,b\n1,x\n1,y\n1,z\n", options); }).message(),
              HasSubstr(":2: column b: \"x\" is not a number"));
}

TEST(Csv, TextThatTellsRowsApartIsNoCategory) {
  std::string many = "a,b\n", few = many, days = many;
  for (int i = 0; i < 400; ++i) many += "1,id" + std::to_string(i) + "\n1,id0\n";
  for (int i = 0; i < 25; ++i) few += "1,id" + std::to_string(i) + "\n";
  for (int i = 1; i < 9; ++i) days += "1,2020-01-0" + std::to_string(i) + "\n";
  const auto too_many = problem_of([&] { read(many); });
  EXPECT_THAT(too_many.message(), HasSubstr("more than 300 different values (\"id0\", ...)"));
  EXPECT_THAT(too_many.hint, HasSubstr("data.id"));
  EXPECT_THAT(problem_of([&] { read(few); }).message(), HasSubstr("every cell is another text"));
  const auto times = problem_of([&] { read(days); });
  EXPECT_THAT(times.message(), HasSubstr(":2: column b: \"2020-01-01\" is a time"));
  EXPECT_THAT(times.hint, HasSubstr("data.time"));
  CsvOptions options;
  options.columns["b"].kind = ColumnKind::category;
  EXPECT_EQ(read(days, options).columns[1].texts.size(), 8U);
}

TEST(Csv, ALongColumnOfFewNumbersKeepsThemAll) {
  std::string text = "a,b\n";
  for (int i = 0; i < 1000; ++i) text += std::to_string(i % 7) + "," + std::to_string(i) + ".50\n";
  const auto table = read(text);
  EXPECT_EQ(table.columns[0].numbers.size(), 1000U);
  EXPECT_EQ(table.columns[0].numbers[999], 5);
  EXPECT_TRUE(table.columns[0].form.integer);
  EXPECT_EQ(table.columns[1].numbers[300], 300.5);
  EXPECT_EQ(table.columns[1].numbers[10], 10.5);
  EXPECT_EQ(table.columns[1].form.decimals, 2);
}

TEST(Csv, DuplicateNames) {
  EXPECT_THAT(problem_of([] { read("a,a\n1,2\n"); }).message(),
              HasSubstr(":1: two columns are named \"a\""));
}

TEST(Csv, EmptyFiles) {
  EXPECT_THAT(problem_of([] { read(""); }).message(), HasSubstr("no rows of data"));
  EXPECT_THAT(problem_of([] { read("a,b\n"); }).message(), HasSubstr("no rows of data"));
}

TEST(Csv, NumberForm) {
  const auto table = read("a,b,c,d,e\n1,1.25,1e3,-2.0,1.0123456789\n2,3.5,7,4,5\n");
  EXPECT_TRUE(table.columns[0].form.integer);
  EXPECT_EQ(table.columns[0].form.decimals, 0);
  EXPECT_FALSE(table.columns[1].form.integer);
  EXPECT_EQ(table.columns[1].form.decimals, 2);
  EXPECT_TRUE(table.columns[2].form.integer);
  EXPECT_EQ(table.columns[2].form.decimals, -1);
  EXPECT_TRUE(table.columns[3].form.integer);
  EXPECT_EQ(table.columns[4].form.decimals, -1);
}

TEST(Csv, TimeIsTextWhenTheFirstCellIs) {
  const auto choose = [](const CsvHead&) {
    return std::vector<CellKind>{CellKind::time, CellKind::value};
  };
  const auto dates = read("day,v\n2020-01-02,1\n2020-01-01,2\n", {}, choose);
  EXPECT_TRUE(dates.columns[0].textual);
  EXPECT_THAT(dates.columns[0].texts, ElementsAre("2020-01-02", "2020-01-01"));
  const auto numbers = read("day,v\n3,1\n2.5,2\n", {}, choose);
  EXPECT_FALSE(numbers.columns[0].textual);
  EXPECT_THAT(numbers.columns[0].numbers, ElementsAre(3, 2.5));
}

TEST(Csv, LongFileReportsProgress) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + ",0.5\n";
  std::vector<int64_t> told;
  const auto table = read_csv(write_text("long.csv", text), {}, all_numbers,
                              [&](int64_t rows) { told.push_back(rows); });
  EXPECT_EQ(table.rows(), 200'000);
  EXPECT_EQ(table.columns[0].numbers.back(), 199'999);
  EXPECT_THAT(told, ElementsAre(100'000, 200'000));
}

}  // namespace csv_test
}  // namespace rnngan
