#include "data/sample_writer.h"

#include <cmath>

#include <torch/types.h>

#include "data/sample_writers.h"
#include "data_test_util.h"

namespace rnngan {
namespace sample_writer_test {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_data::config_for;
using testing_data::problem_of;
using testing_data::read_text;
using testing_data::temporary_path;

Column column(const std::string& name, bool integer, int decimals) {
  Column result;
  result.name = name;
  result.integer = integer;
  result.decimals = decimals;
  return result;
}

Schema test_schema() {
  Schema schema;
  schema.columns = {column("price", false, 2), column("a,b", true, 0), column("raw", false, -1)};
  schema.label_name = "kind";
  schema.labels = {"big", "say \"hi\""};
  schema.statics = {column("age", true, 0)};
  return schema;
}

SampleChunk test_chunk() {
  SampleChunk chunk;
  chunk.x = torch::tensor({1.5, 7.0, 0.1, -0.001, -0.0, 1e-9, 3.25, 12.0, 1.0 / 3, 9.0, 9.0, 9.0},
                          torch::kDouble)
                .view({2, 2, 3});
  chunk.lengths = torch::tensor({2, 1}, torch::kLong);
  chunk.labels = torch::tensor({1, 0}, torch::kLong);
  chunk.statics = torch::tensor({30.0, 40.0}, torch::kDouble).view({2, 1});
  return chunk;
}

TEST(SampleWriter, CsvLayout) {
  const std::string path = temporary_path("out.csv");
  const auto writer = make_sample_writer(path, test_schema(), 4, 2);
  writer->write(test_chunk());
  writer->write(test_chunk());
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

TEST(SampleWriter, CsvIsReadBack) {
  const std::string path = temporary_path("out.csv");
  const auto writer = make_sample_writer(path, test_schema(), 2, 2);
  writer->write(test_chunk());
  writer->finish();
  auto config = config_for(path);
  config.label = "kind";
  config.statics = {"age"};
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.labels, test_schema().labels);
  EXPECT_EQ(data.schema.columns[1].name, "a,b");
  EXPECT_TRUE(data.schema.columns[1].integer);
  EXPECT_EQ(data.schema.columns[0].decimals, 2);
  EXPECT_TRUE(at::equal(data.labels, torch::tensor({1, 0}, torch::kLong)));
  EXPECT_TRUE(at::equal(data.statics, test_chunk().statics));
  const auto expected =
      torch::tensor({1.5, 7.0, 0.1, 0.0, 0.0, 1e-9, 3.25, 12.0, 1.0 / 3}, torch::kDouble)
          .view({3, 3});
  EXPECT_TRUE(at::equal(data.values, expected));
  EXPECT_EQ(data.train, (std::vector<Span>{{0, 2, 0}, {2, 1, 1}}));
}

TEST(SampleWriter, NpyIsReadBack) {
  Schema schema = test_schema();
  schema.labels.clear();
  schema.label_name.clear();
  schema.statics.clear();
  const std::string path = temporary_path("out.npy");
  const auto writer = make_sample_writer(path, schema, 2, 4);
  writer->write(test_chunk());
  writer->finish();
  const auto data = load_dataset(config_for(path));
  const auto x = test_chunk().x.view({4, 3}).slice(0, 0, 3);
  EXPECT_TRUE(at::equal(data.values, x));
  EXPECT_EQ(data.train, (std::vector<Span>{{0, 2, 0}, {2, 1, 1}}));
}

TEST(SampleWriter, NpyCountsItsSequences) {
  const auto writer = make_sample_writer(temporary_path("out.npy"), test_schema(), 3, 2);
  writer->write(test_chunk());
  EXPECT_THROW(writer->finish(), Error);
}

TEST(SampleWriter, TargetsThatCannotBeWritten) {
  const auto make = [](const std::string& target) {
    return problem_of([&] { make_sample_writer(target, test_schema(), 1, 2); }, ErrorKind::output);
  };
  const std::string folder = fs::path(temporary_path("x")).parent_path().string();
  EXPECT_THAT(make(folder + "/absent/out.csv").message(), HasSubstr("absent"));
  const auto unknown = make(folder + "/out.xlsx");
  EXPECT_THAT(unknown.message(), HasSubstr("unknown kind of file .xlsx"));
  EXPECT_THAT(unknown.hint, HasSubstr(".csv, .npy"));
  fs::create_directories(folder + "/folder.csv");
  EXPECT_THAT(make(folder + "/folder.csv").message(), HasSubstr("directory"));
}

TEST(SampleWriter, FullDisk) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  const auto writer = make_sample_writer("/dev/full", test_schema(), 2, 2);
  problem_of(
      [&] {
        writer->write(test_chunk());
        writer->finish();
      },
      ErrorKind::output);
}

TEST(SampleWriter, ExistingFileStaysWithoutFinish) {
  const std::string path = testing_data::write_text("out.csv", "old");
  make_sample_writer(path, test_schema(), 2, 2)->write(test_chunk());
  EXPECT_EQ(read_text(path), "old");
}

TEST(SampleWriter, ValuesThatAreNotFiniteAreRefused) {
  auto chunk = test_chunk();
  chunk.x[0][0][0] = std::nan("");
  for (const char* name : {"out.csv", "out.npy"}) {
    const auto writer = make_sample_writer(temporary_path(name), test_schema(), 2, 2);
    EXPECT_THAT(problem_of([&] { writer->write(chunk); }, ErrorKind::diverged).message(),
                HasSubstr("price"));
  }
}

TEST(SampleWriter, ConstantColumnSurvivesTheRoundTrip) {
  const auto source = testing_data::write_text("in.csv", "a,b\n1,0.30\n2,0.30\n3,0.30\n");
  const auto data = load_dataset(config_for(source, 3));
  const std::string path = temporary_path("out.csv");
  const auto writer = make_sample_writer(path, data.schema, 1, 3);
  SampleChunk chunk;
  chunk.x = to_original(gather_batch(data, data.train, at::kCPU).x, data.schema);
  chunk.lengths = torch::tensor({3}, torch::kLong);
  writer->write(chunk);
  writer->finish();
  EXPECT_EQ(read_text(path), "sequence_id,step,a,b\n0,0,1,0.30\n0,1,2,0.30\n0,2,3,0.30\n");
}

}  // namespace sample_writer_test
}  // namespace rnngan
