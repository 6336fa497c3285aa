#include "data/sequence_writer.h"

#include <cmath>

#include <torch/types.h>

#include "data/data_file.h"
#include "data/sequence_formats.h"
#include "data_test_util.h"

namespace rnngan {
namespace sequence_writer_test {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_data::config_for;
using testing_data::problem_of;
using testing_data::read_text;
using testing_data::spans_of;
using testing_data::temporary_path;

Column column(const std::string& name, bool integer, int decimals) {
  Column result;
  result.name = name;
  result.integer = integer;
  result.decimals = decimals;
  return result;
}

/// What test_set() consists of.
SequenceSet test_columns() {
  SequenceSet set;
  set.columns = {column("price", false, 2), column("a,b", true, 0), column("raw", false, -1)};
  set.label_name = "kind";
  set.classes = {"big", "say \"hi\""};
  set.attribute_columns = {column("age", true, 0)};
  return set;
}

SequenceSet test_set() {
  const at::Tensor x =
      torch::tensor({1.5, 7.0, 0.1, -0.001, -0.0, 1e-9, 3.25, 12.0, 1.0 / 3, 9.0, 9.0, 9.0},
                    torch::kDouble)
          .view({2, 2, 3});
  SequenceSet set = with_values(test_columns(), x);
  set.lengths = torch::tensor({2, 1}, torch::kLong);
  set.labels = torch::tensor({1, 0}, torch::kLong);
  set.attributes = torch::tensor({30.0, 40.0}, torch::kDouble).view({2, 1});
  return set;
}

TEST(SequenceWriter, CsvLayout) {
  const std::string path = temporary_path("out.csv");
  const auto writer = make_sequence_writer(path, {test_columns(), 4, 2});
  writer->write(test_set());
  writer->write(test_set());
  EXPECT_FALSE(fs::exists(path)) << "nothing at the target before finish()";
  writer->finish();
  EXPECT_EQ(read_text(path),
            "sequence_id,step,kind,age,price,\"a,b\",raw\n"
            "0,0,\"say \"\"hi\"\"\",30,1.50,7,0.1\n"
            "0,1,\"say \"\"hi\"\"\",30,0.00,0,1e-09\n"
            "1,0,big,40,3.25,12,0.3333333333333333\n"
            "2,0,\"say \"\"hi\"\"\",30,1.50,7,0.1\n"
            "2,1,\"say \"\"hi\"\"\",30,0.00,0,1e-09\n"
            "3,0,big,40,3.25,12,0.3333333333333333\n");
}

TEST(SequenceWriter, CsvIsReadBack) {
  const std::string path = temporary_path("out.csv");
  const auto writer = make_sequence_writer(path, {test_columns(), 2, 2});
  writer->write(test_set());
  writer->finish();
  auto config = config_for(path);
  config.label = "kind";
  config.statics = {"age"};
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.labels, test_columns().classes);
  EXPECT_EQ(data.schema.columns[1].name, "a,b");
  EXPECT_TRUE(data.schema.columns[1].integer);
  EXPECT_EQ(data.schema.columns[0].decimals, 2);
  EXPECT_TRUE(at::equal(data.file.labels, torch::tensor({1, 0}, torch::kLong)));
  EXPECT_TRUE(at::equal(data.file.attributes, test_set().attributes));
  const auto expected =
      torch::tensor({1.5, 7.0, 0.1, 0.0, 0.0, 1e-9, 3.25, 12.0, 1.0 / 3}, torch::kDouble)
          .view({3, 3});
  EXPECT_TRUE(at::equal(data.file.rows, expected));
  EXPECT_EQ(spans_of(data.train), (std::vector<Span>{{0, 2, 0}, {2, 1, 0}}));
}

TEST(SequenceWriter, NpyIsReadBack) {
  SequenceSet columns;
  columns.columns = test_columns().columns;
  const std::string path = temporary_path("out.npy");
  const auto writer = make_sequence_writer(path, {columns, 2, 4});
  writer->write(test_set());
  writer->finish();
  const auto data = load_dataset(config_for(path));
  const auto x = test_set().rows.slice(0, 0, 3);
  EXPECT_TRUE(at::equal(data.file.rows, x));
  EXPECT_EQ(spans_of(data.train), (std::vector<Span>{{0, 2, 0}, {2, 1, 0}}));
}

// What is scored is what would be written.
TEST(AsWritten, HasTheDigitsOfAFile) {
  const SequenceSet set = test_set();
  const std::string path = temporary_path("out.csv");
  write_sequences(set, path);
  const at::Tensor rounded = as_written(set.padded(), set.columns).view({4, 3}).slice(0, 0, 3);
  auto read = config_for(path);
  read.label = "kind";
  read.statics = {"age"};
  EXPECT_TRUE(at::equal(load_dataset(read).file.rows, rounded));
}

TEST(SequenceWriter, NpyCountsItsSequences) {
  const auto writer = make_sequence_writer(temporary_path("out.npy"), {test_columns(), 3, 2});
  writer->write(test_set());
  EXPECT_THROW(writer->finish(), Error);
}

TEST(SequenceWriter, TargetsThatCannotBeWritten) {
  const auto make = [](const std::string& target) {
    return problem_of(
        [&] {
          make_sequence_writer(target, {test_columns(), 1, 2});
        },
        ErrorKind::output);
  };
  const std::string folder = fs::path(temporary_path("x")).parent_path().string();
  EXPECT_THAT(make(folder + "/absent/out.csv").message(), HasSubstr("absent"));
  const auto unknown = make(folder + "/out.xlsx");
  EXPECT_THAT(unknown.message(), HasSubstr("unknown kind of file .xlsx"));
  EXPECT_THAT(unknown.hint, HasSubstr(".csv, .npy"));
  fs::create_directories(folder + "/folder.csv");
  EXPECT_THAT(make(folder + "/folder.csv").message(), HasSubstr("directory"));
}

TEST(SequenceWriter, FullDisk) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  const auto writer = make_sequence_writer("/dev/full", {test_columns(), 2, 2});
  problem_of(
      [&] {
        writer->write(test_set());
        writer->finish();
      },
      ErrorKind::output);
}

TEST(SequenceWriter, ExistingFileStaysWithoutFinish) {
  const std::string path = testing_data::write_text("out.csv", "old");
  make_sequence_writer(path, {test_columns(), 2, 2})->write(test_set());
  EXPECT_EQ(read_text(path), "old");
}

TEST(SequenceWriter, InfinityIsRefused) {
  const SequenceSet set = test_set();
  set.rows[0][0] = HUGE_VAL;
  for (const char* name : {"out.csv", "out.npy"}) {
    const auto writer = make_sequence_writer(temporary_path(name), {test_columns(), 2, 2});
    EXPECT_THAT(problem_of([&] { writer->write(set); }, ErrorKind::diverged).message(),
                HasSubstr("price"));
  }
}

/// Classes and missing cells; the last row of the first sequence has no cell at all.
SequenceSet gappy_set() {
  const double none = std::nan("");
  SequenceSet set(torch::tensor({1.0, 0.5, none, 2.5, none, none, 0.0, none, 9.0, 9.0, 9.0, 9.0},
                                torch::kDouble)
                      .view({2, 3, 2}),
                  torch::tensor({3, 1}, torch::kLong));
  set.columns = {column("mode", false, 0), column("v", false, 1)};
  set.columns[0].kind = ColumnKind::category;
  set.columns[0].classes = {"a, b", "on"};
  return set;
}

TEST(SequenceWriter, ClassesAreNamedAndMissingCellsEmpty) {
  const std::string path = temporary_path("out.csv");
  write_sequences(gappy_set(), path);
  EXPECT_EQ(read_text(path),
            "sequence_id,step,mode,v\n0,0,on,0.5\n0,1,,2.5\n0,2,,\n1,0,\"a, b\",\n");
}

TEST(SequenceWriter, ClassesAndMissingCellsAreReadBack) {
  const SequenceSet set = gappy_set();
  for (const char* name : {"out.csv", "out.npy"}) {
    SCOPED_TRACE(name);
    const std::string path = temporary_path(name);
    temporary_path(std::string(name) + ".json");
    write_sequences(set, path);
    const SequenceSet back = read_data_file(config_for(path)).sequences;
    EXPECT_TRUE(at::equal(back.lengths, set.lengths));
    EXPECT_TRUE(at::equal(back.padded().slice(0, 0, 1).nan_to_num(-7),
                          set.padded().slice(0, 0, 1).nan_to_num(-7)));
    EXPECT_EQ(back.columns[0].classes, set.columns[0].classes);
    EXPECT_EQ(back.columns[1].name, "v");
    EXPECT_EQ(back.columns[1].decimals, 1);
  }
}

TEST(SequenceWriter, NamesBesideAnNpyFileMustFit) {
  const std::string path = temporary_path("out.npy");
  write_sequences(gappy_set(), path);
  auto config = config_for(path);
  config.columns = {"vv"};
  EXPECT_EQ(testing_data::load_problem(config).hint, "did you mean v?");
  config.columns.clear();
  testing_data::write_text("out.npy.json", R"({"columns": [{"name": "a"}]})");
  const auto few = testing_data::load_problem(config);
  EXPECT_THAT(few.message(), HasSubstr("out.npy.json: names 1 columns, but the NPY file has 2"));
  EXPECT_THAT(few.hint, HasSubstr("remove it"));
  testing_data::write_text("out.npy.json",
                           R"({"columns": [{"name": "a", "classes": ["x"]}, {"name": "b"}]})");
  EXPECT_THAT(testing_data::load_problem(config).message(),
              HasSubstr("column a: 1 is none of its 1 classes"));
  testing_data::write_text("out.npy.json", "[1");
  EXPECT_THAT(testing_data::load_problem(config).message(), HasSubstr("out.npy.json: does not"));
}

/// Two labelled sequences with attributes.
SequenceSet labelled_set() {
  SequenceSet set = gappy_set();
  set.label_name = "kind";
  set.classes = {"a", "b"};
  set.labels = torch::tensor({1, 0}, torch::kLong);
  set.attribute_columns = {column("age", false, 1), column("site", false, 0)};
  set.attribute_columns[1].kind = ColumnKind::category;
  set.attribute_columns[1].classes = {"north", "south"};
  set.attributes = torch::tensor({2.5, 0.0, 30.0, 1.0}, torch::kDouble).view({2, 2});
  return set;
}

TEST(SequenceWriter, NpyFilesKeepLabelsAndAttributes) {
  const SequenceSet set = labelled_set();
  const std::string path = temporary_path("out.npy");
  write_sequences(set, path);
  auto config = config_for(path);
  const SequenceSet back = read_data_file(config).sequences;
  EXPECT_EQ(back.label_name, "kind");
  EXPECT_EQ(back.classes, set.classes);
  EXPECT_TRUE(at::equal(back.labels, set.labels));
  ASSERT_EQ(back.attribute_columns.size(), 2U);
  EXPECT_EQ(back.attribute_columns[0].name, "age");
  EXPECT_EQ(back.attribute_columns[0].decimals, 1);
  EXPECT_EQ(back.attribute_columns[1].classes, set.attribute_columns[1].classes);
  EXPECT_TRUE(at::equal(back.attributes, set.attributes));
  config.label = "kind";
  config.statics = {"site"};
  const SequenceSet some = read_data_file(config).sequences;
  EXPECT_TRUE(at::equal(some.attributes, set.attributes.narrow(1, 1, 1)));
  config.statics = {"sight"};
  EXPECT_EQ(testing_data::load_problem(config).hint, "its columns are age, site");
  config.statics.clear();
  config.label = "kin";
  EXPECT_EQ(testing_data::load_problem(config).hint, "did you mean kind?");
}

TEST(SequenceWriter, LabelsBesideAnNpyFileMustFit) {
  const std::string path = temporary_path("out.npy");
  write_sequences(gappy_set(), path);
  const auto problem = [&](const std::string& rest) {
    testing_data::write_text("out.npy.json",
                             R"({"columns": [{"name": "a"}, {"name": "b"}], )" + rest + "}");
    return testing_data::load_problem(config_for(path)).message();
  };
  EXPECT_THAT(problem(R"("label": {"name": "k", "classes": ["x"], "values": [0]})"),
              HasSubstr("has 1 values of k, but the NPY file has 2 sequences"));
  EXPECT_THAT(problem(R"("label": {"name": "k", "classes": ["x"], "values": [0, 1]})"),
              HasSubstr("k: 1 is none of its 1 classes"));
  EXPECT_THAT(problem(R"("label": {"name": "a", "classes": ["x"], "values": [0, 0]})"),
              HasSubstr("names column a twice"));
  EXPECT_THAT(problem(R"("attributes": [{"name": "s", "values": [0]}])"),
              HasSubstr("has 1 values of s"));
}

// Ties and numbers near them, too large for a last digit, and many more.
TEST(AsWritten, IsWhatIsReadBack) {
  std::vector<double> values = {0.125, 0.375, -0.125,   1.005, 2.675, 8.345,  2.5,
                                -0.5,  -0.0,  -0.00001, 1e15,  -1e22, 4.5e11, 1e-300};
  for (int i = 0; i < 2000; ++i) {
    values.push_back(std::sin(i) * std::pow(10, i % 14));
    values.push_back((i - 1000) * 0.005);
  }
  for (int decimals = 0; decimals <= 9; ++decimals) {
    for (const bool integer : {false, true}) {
      const Column of = column("x", integer, decimals);
      const at::Tensor rounded = as_written(torch::tensor(values, torch::kDouble), {of});
      for (size_t i = 0; i < values.size(); ++i) {
        std::string text;
        append_number(text, values[i], of);
        const double now = rounded[static_cast<int64_t>(i)].item<double>();
        ASSERT_EQ(now, std::stod(text)) << text << " of " << decimals << " decimals";
        ASSERT_EQ(std::signbit(now), text.starts_with('-')) << text;
      }
    }
  }
}

TEST(AsWritten, LeavesCodesAndMissingCells) {
  const SequenceSet set = gappy_set();
  EXPECT_TRUE(at::equal(as_written(set.rows, set.columns).nan_to_num(-7), set.rows.nan_to_num(-7)));
}

TEST(SequenceWriter, ConstantColumnSurvivesTheRoundTrip) {
  const auto source = testing_data::write_text("in.csv", "a,b\n1,0.30\n2,0.30\n3,0.30\n");
  const auto data = load_dataset(config_for(source, 3));
  const std::string path = temporary_path("out.csv");
  const at::Tensor encoded = gather(data.train, data.schema, at::kCPU).x;
  write_sequences(with_values(data.train, decode(encoded, data.schema)), path);
  EXPECT_EQ(read_text(path), "sequence_id,step,a,b\n0,0,1,0.30\n0,1,2,0.30\n0,2,3,0.30\n");
}

}  // namespace sequence_writer_test
}  // namespace rnngan
