// Data files that must be refused: by file, line, column and value, before anything is written.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace data_errors_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Words train_on(const std::string& file, const Words& sets = {}) {
  Words words = {"train", "--config", "tiny.json", "--set", "data.path=" + file};
  for (const auto& set : sets) words.insert(words.end(), {"--set", set});
  return words;
}

TEST_F(Program, RefusesDataThatCannotBeRead) {
  fs::create_directory(path("folder"));
  write("text.doc", "a,b\n1,2\n");
  write("short.npy", "x");
  write("book.xlsx", "x");
  const auto there = fs::canonical(folder()).string();
  expect_refusals({
      {train_on("nope.csv"), 4, "nope.csv: no such file",
       "relative paths of data.path start at the working directory " + there},
      {{"data", "show", "folder/../nope.csv"},
       4,
       "folder/../nope.csv: no such file",
       StartsWith("relative paths")},
      {train_on("folder"), 4, "folder: is a directory", "data.path names one CSV or NPY file"},
      {train_on("text.doc"), 4, "text.doc: unknown kind of file .doc",
       StartsWith("known are .csv")},
      {train_on("book.xlsx"), 4, "book.xlsx: is a spreadsheet (.xlsx), which is not read",
       "save the sheet as CSV"},
      {train_on("short.npy"), 4, "short.npy: is not an NPY file", "write it with numpy.save"},
  });
}

TEST_F(Program, RefusesATableWithoutRowsOrWithUnequalOnes) {
  write("empty.csv", "");
  write("header.csv", "a,b\n");
  write("ragged.csv", "a,b\n1,2\n3\n");
  expect_refusals({
      {train_on("empty.csv"), 4, "empty.csv: no rows of data", ""},
      {train_on("header.csv"), 4, "header.csv: no rows of data", StartsWith("the first row was")},
      {train_on("ragged.csv"), 4, "ragged.csv:3: 1 cell, expected 2 as in the first row",
       StartsWith("correct the line")},
  });
}

TEST_F(Program, RefusesCellsThatAreNoNumbers) {
  write("text.csv", "a,b\n1,2\n3,high\n");
  write("nan.csv", "a,b\n1,NaN\n3,4\n");
  write("hole.csv", "a,b\n1,2\n,4\n");
  write("inf.csv", "a,b\n1,2\n3,-inf\n");
  const std::string fill =
      "fill the cell, or set data.missing to \"keep\", \"fill\", \"interpolate\" or \"drop\"";
  expect_refusals({
      {train_on("text.csv"), 4, "text.csv:3: column b: \"high\" is not a number",
       StartsWith("if it marks a missing cell, name it in data.na")},
      {train_on("nan.csv", {"data.missing=error"}), 4, "nan.csv:2: column b: missing value", fill},
      {{"data", "show", "hole.csv", "--set", "data.missing=error"},
       4,
       "hole.csv:3: column a: missing value",
       fill},
      {{"data", "show", "hole.csv", "--set", "data.column.aa.kind=number"},
       4,
       "hole.csv: no column \"aa\" (data.column.aa)",
       "did you mean a?"},
      {train_on("inf.csv", {"data.missing=interpolate"}), 4,
       "inf.csv:3: column b: \"-inf\" is not finite",
       "replace it by a number or leave the cell empty"},
  });
}

TEST_F(Program, NotesHowAFileWasUnderstood) {
  std::string text = "# of a friend\na;b\n[m];(s)\n";
  for (int i = 0; i < 200; ++i) text += fmt::format("{},5;{}\n", i % 17, i * i % 23);
  write("semi.CSV", text);
  const std::string shown =
      run_well({"data", "show", "semi.CSV", "--set", "data.window.length=4"}).out;
  EXPECT_THAT(shown, HasSubstr("  note       cells are separated by \";\"\n"));
  EXPECT_THAT(shown, HasSubstr("  note       a line of comments above the table is passed over\n"));
  EXPECT_THAT(shown, HasSubstr("  note       line 3 is a row of units and passed over\n"));
  EXPECT_THAT(shown, HasSubstr("  note       numbers have a decimal comma\n"));
  const std::string as_json =
      run_well({"data", "show", "semi.CSV", "--json", "--set", "data.window.length=4"}).out;
  EXPECT_EQ(nlohmann::json::parse(as_json).at("notes").size(), 4U);
}

TEST_F(Program, RefusesDataThatDoesNotFitTheConfig) {
  write("few.csv", "a,b\n1,2\n3,4\n");
  std::string some = "a\n";
  for (int i = 0; i < 40; ++i) some += fmt::format("{}\n", i * i % 17);
  write("some.csv", some);
  write("flat.csv", "a,b\n1,2\n1,2\n1,2\n");
  write("uneven.csv", "sequence_id,step,x\nlong,0,1\nlong,1,2\nshort,0,3\n");
  expect_refusals({
      {train_on("few.csv"), 4, "few.csv: 2 rows, fewer than one window of 24 steps",
       "set data.window.length to at most 2"},
      {train_on("some.csv", {"data.window.length=50"}), 4,
       "some.csv: 40 rows, fewer than one window of 50 steps",
       "set data.window.length to at most 7"},
      {train_on("some.csv", {"data.window.length=8"}), 4,
       "some.csv: 40 rows are too few for 3 blocks of windows of 8 steps",
       "set data.window.length to at most 7, or data.split.policy to \"none\""},
      {train_on("uneven.csv", {"data.window.length=2", "data.window.short=error"}), 4,
       "uneven.csv: sequence \"short\" has 1 step, fewer than the window of 2",
       "set data.window.length to at most 1, or to 0 for whole sequences"},
      {train_on("flat.csv"), 4, "flat.csv: all columns are constant: there is nothing to learn",
       "is it the right file? a model needs a column that changes"},
      {train_on("sine.csv", {"data.columns=[\"x\",\"z\"]"}), 4,
       "sine.csv: no column \"z\" (data.columns)", "its columns are sequence_id, step, x, y"},
      {{"config", "check", "--config", "tiny.json", "--set", "data.label=stpe"},
       4,
       "sine.csv: no column \"stpe\" (data.label)",
       "did you mean step?"},
  });
}

}  // namespace data_errors_test
}  // namespace rnngan::cli_testing
