#include "data/describe.h"

#include <fmt/format.h>

#include "data/describe_columns.h"
#include "data_test_util.h"

namespace rnngan {
namespace describe_test {

using testing::HasSubstr;
using testing_data::config_for;
using testing_data::write_text;

TEST(Describe, LineForWindows) {
  const std::string path = write_text("file.csv", "DAX,SMI\n1,2\n3,4\n5,6\n");
  EXPECT_EQ(summary_line(load_dataset(config_for(path, 2))),
            path + ": 3 rows x 2 columns (DAX SMI) -> 2 train, 2 validation, 2 test windows of 2");
}

TEST(Describe, LineForSequences) {
  const std::string path = write_text("file.csv", "id,v\nA,1\nA,2\nB,1\n");
  auto config = config_for(path);
  config.id = "id";
  EXPECT_EQ(summary_line(load_dataset(config)),
            path + ": 3 rows x 1 column (v) -> 2 train, 2 validation, 2 test sequences of 1 to 2");
}

TEST(Describe, Tables) {
  auto config = config_for(
      write_text("file.csv", "id,k,s,v,w,u\nA,x,1,1,7,0.5\nA,x,1,2,7,4\nB,y,2,3,7,1.5\n"));
  config.id = "id";
  config.label = std::string("k");
  config.statics = {"s"};
  const auto text = describe(load_dataset(config));
  EXPECT_THAT(text, HasSubstr("sequences  2\n"));
  EXPECT_THAT(text, HasSubstr("k: x 1, y 1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  v +2 +0.816497 +1 +3  whole numbers, standard\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  w +7 +0 +7 +7  constant\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  u +2 .* 4  numbers, standard"));
  EXPECT_THAT(text, testing::ContainsRegex("static, per sequence:\n  column .*\n  s +1.5 "));
}

TEST(Describe, NamesWithBreaksStandOnOneLine) {
  auto config =
      config_for(write_text("file.csv", "id,k,\"v\tw\nx\"\nA,\"p\nq\",1\nA,\"p\nq\",2\nB,y,3\n"));
  config.id = "id";
  config.label = std::string("k");
  const auto text = describe(load_dataset(config));
  EXPECT_THAT(text, HasSubstr("1 column (v\\tw\\nx)"));
  EXPECT_THAT(text, HasSubstr("k: p\\nq 1, y 1\n"));
  EXPECT_THAT(text, HasSubstr("\n  v\\tw\\nx "));
}

TEST(Describe, ClassesThatASplitLacks) {
  std::string text = "id,k,v\n";
  for (int n = 0; n < 30; ++n) {
    const char* kind = n == 3 ? "single" : n == 4 || n == 20 ? "pair" : n % 2 == 0 ? "a" : "b";
    for (int t = 0; t < 3; ++t) text += fmt::format("{},{},{}\n", n, kind, n * t);
  }
  auto config = config_for(write_text("file.csv", text));
  config.id = "id";
  config.label = "k";
  config.split.policy = SplitPolicy::sequence;
  const Dataset data = load_dataset(config);
  const auto lines = absent_classes(data);
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines, testing::Contains(HasSubstr("single (1 sequence): absent from validation and "
                                                 "test")));
  EXPECT_THAT(lines, testing::Each(testing::Not(HasSubstr("training"))));
  EXPECT_THAT(describe(data), HasSubstr("  note       k "));
}

TEST(Describe, AClassThatTrainingLacks) {
  std::string text = "id,t,k,v\n";
  for (int n = 0; n < 30; ++n) {
    for (int t = 0; t < 3; ++t)
      text += fmt::format("{},{},{},{}\n", n, t, n < 27 ? "a" : "b", n * t);
  }
  auto config = config_for(write_text("file.csv", text));
  config.id = "id";
  config.label = "k";
  config.split.policy = SplitPolicy::sequence;
  Dataset data = load_dataset(config);
  EXPECT_THAT(absent_classes(data), testing::IsEmpty());
  // As where other rules than labels decide what is held out.
  data.train = select(data.train, at::nonzero(data.train.labels.eq(0)).flatten());
  EXPECT_THAT(
      absent_classes(data),
      testing::ElementsAre("k b (3 sequences): absent from training; the model cannot learn "
                           "to make it"));
}

/// Columns of every kind, as a fit would leave them.
std::vector<Column> fitted_columns() {
  std::vector<Column> columns(6);
  columns[0].name = "rain";
  columns[0].codec.transform = Scaling::asinh;
  columns[0].atoms = {0, 24};
  columns[0].shares = {0.6, 0.0123};
  columns[0].max = 24;
  columns[1].name = "wet";
  columns[1].kind = ColumnKind::derived;
  columns[1].integer = true;
  columns[1].derivation = {.source = 0, .values = {0, 1, 1}};
  columns[2].name = "mode";
  columns[2].kind = ColumnKind::category;
  columns[2].classes = {"a", "b"};
  columns[2].shares = {0.1, 0.9};
  columns[2].missing = 0.25;
  columns[3].name = "alarm";
  columns[3].kind = ColumnKind::derived;
  columns[3].classes = {"off", "on"};
  columns[3].derivation = {.source = 2, .values = {1, 0}};
  columns[4].name = "feet";
  columns[4].kind = ColumnKind::derived;
  columns[4].derivation = {.source = 0, .slope = 3.28, .offset = -1, .values = {}};
  columns[5].name = "never";
  columns[5].missing = 1;
  return columns;
}

TEST(Describe, KindsOfColumns) {
  const auto columns = fitted_columns();
  std::vector<std::string> texts;
  for (const Column& column : columns) texts.push_back(kind_text(column, columns));
  EXPECT_THAT(texts, testing::ElementsAre("numbers, asinh; again and again 0 60 %, 24 1.2 %",
                                          "derived by rain: 0 where it is 0, else 1",
                                          "category of 2: b 90 %, a 10 %",
                                          "derived by mode: on where it is a, else off",
                                          "derived = 3.28 rain - 1",
                                          "no value in the training split: stays empty"));
  const std::string table = column_table(columns);
  EXPECT_THAT(table, testing::ContainsRegex("\n  mode +25 %  category"));
  EXPECT_THAT(table, HasSubstr("     max  missing  kind\n"));
}

TEST(Describe, MarksOfMissingCellsAreProposed) {
  std::string text = "t,level,nines\n";
  for (int i = 0; i < 50; ++i) {
    text += fmt::format("{},{},{}\n", i, i % 10 == 3 ? -999.0 : 0.5 * (i % 7), 900 + i * 2 + 1);
  }
  const auto data = load_dataset(config_for(write_text("file.csv", text), 5));
  EXPECT_THAT(proposals(data),
              testing::Contains("column level: -999 (10 % of its cells) looks like a mark for "
                                "missing cells: name it, and any other marks of the file, by "
                                "--set 'data.na=[\"-999\"]'"));
  EXPECT_THAT(describe(data), HasSubstr("\nto consider:\n  column level: -999"));
}

TEST(DescribeColumns, NearlyAllIsNotAll) {
  Column column;
  column.atoms = {0, 100};
  column.shares = {0.995, 0.0004};
  EXPECT_EQ(shares_text(column), "0 99.5 %, 100 < 0.1 %");
  column.shares = {0.9999, 0};
  EXPECT_EQ(shares_text(column), "0 > 99.9 %, 100 0.0 %");
}

TEST(DescribeColumns, SlopesAndDeadBandsAreSaid) {
  Column source, column;
  source.name = "a";
  column.kind = ColumnKind::derived;
  column.derivation = {.source = 0, .slope = 1.8000000000000003, .offset = 32};
  EXPECT_EQ(derivation_text(column, {source}), "= 1.8 a + 32");
  source.min = 0;
  source.max = 1;
  source.dead_band = 0.02999999;
  EXPECT_THAT(kind_text(source, {}), testing::HasSubstr("; unchanged unless by 0.03"));
}

}  // namespace describe_test
}  // namespace rnngan
