#include <cmath>
#include <limits>

#include <torch/types.h>

#include "core/file.h"
#include "data/data_file.h"
#include "data/npy.h"
#include "data_test_util.h"

namespace rnngan {
namespace load_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::column_of;
using testing_data::config_for;
using testing_data::counting_csv;
using testing_data::load_problem;
using testing_data::problem_of;
using testing_data::sequences_config;
using testing_data::spans_of;
using testing_data::temporary_path;
using testing_data::write_text;

std::string npy_file(const std::vector<int64_t>& shape, const std::vector<double>& values) {
  std::string bytes = npy_header(shape);
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
  return write_text("file.npy", bytes);
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Load, MissingFileAndDirectory) {
  const std::string absent = temporary_path("absent.csv");
  EXPECT_EQ(load_problem(config_for(absent)).message(), absent + ": no such file");
  const std::string folder = std::filesystem::path(absent).parent_path().string();
  EXPECT_EQ(load_problem(config_for(folder)).message(), folder + ": is a directory");
  EXPECT_THAT(load_problem(config_for("")).message(), HasSubstr("data.path"));
  EXPECT_THAT(load_problem(config_for(write_text("x.parquet", "a"))).message(),
              HasSubstr("is a binary table (.parquet), which is not read"));
}

TEST(Load, OneLongSeries) {
  const auto data = load_dataset(config_for(write_text("file.csv", counting_csv(30)), 24));
  ASSERT_EQ(data.train.count(), 7);
  EXPECT_EQ(spans_of(data.train).front(), (Span{0, 24, 0}));
  EXPECT_EQ(spans_of(data.train).back(), (Span{6, 24, 0}));
  EXPECT_EQ(data.file.rows.size(0), 30);
  EXPECT_TRUE(data.windowed);
  EXPECT_EQ(data.split_policy, "none");
  EXPECT_EQ(data.schema.distribution, (std::vector<ConditionCount>{{24, -1, {}, 7}}));
  EXPECT_EQ(data.hash, sha256_file(data.path, ErrorKind::data));
  EXPECT_EQ(data.hash.size(), 64U);
}

TEST(Load, WindowDefaultsAndStride) {
  auto config = config_for(write_text("file.csv", counting_csv(30)));
  EXPECT_EQ(load_dataset(config).train.steps(), 24);
  config.window.length = 10;
  config.window.stride = 6;
  const auto data = load_dataset(config);
  EXPECT_THAT(spans_of(data.train),
              ElementsAre(Span{0, 10, 0}, Span{6, 10, 0}, Span{12, 10, 0}, Span{18, 10, 0}));
}

TEST(Load, FewerRowsThanOneWindow) {
  const std::string path = write_text("file.csv", counting_csv(10));
  const auto problem = load_problem(config_for(path, 24));
  EXPECT_EQ(problem.message(), path + ": 10 rows, fewer than one window of 24 steps");
  EXPECT_THAT(problem.hint, HasSubstr("at most 10"));
}

TEST(Load, WindowLongerThanASequence) {
  auto config = sequences_config("id,v\nA,1\nA,2\nA,3\nB,1\nB,2\n");
  config.window.length = 3;
  config.window.short_sequences = ShortSequences::error;
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr("sequence \"B\" has 2 steps, fewer than the window of 3"));
}

TEST(Load, ShortSequencesAreLeftOutAndCounted) {
  auto config =
      sequences_config("id,t,k,v\nB,1,y,7\nA,2,x,2\nA,1,x,1\nA,4,x,3\nC,1,y,5\nC,2,y,6\n");
  config.time = "t";
  config.label = "k";
  config.window.length = 2;
  const auto data = load_dataset(config);
  EXPECT_THAT(column_of(data, 0), ElementsAre(1, 2, 3, 5, 6)) << "without the rows of B";
  EXPECT_THAT(data.file.names, ElementsAre("A", "C"));
  EXPECT_THAT(spans_of(data.train), ElementsAre(Span{0, 2, 0}, Span{1, 2, 0}, Span{3, 2, 0}));
  EXPECT_TRUE(at::equal(data.file.labels, torch::tensor({0, 1}, torch::kLong)));
  EXPECT_THAT(data.notes, ElementsAre("1 of 3 sequences is shorter than the window of 2 steps and "
                                      "left out (data.window.short)"));
  config.window.length = 4;
  EXPECT_THAT(load_problem(config).message(), HasSubstr("sequence \"B\" has 1 step"));
}

TEST(Load, MissingPolicyError) {
  auto config = config_for(write_text("file.csv", "a,b\n1,2\n3,\n5,6\n"), 2);
  config.missing = Missing::error;
  EXPECT_THAT(load_problem(config).message(), HasSubstr(":3: column b: missing value"));
}

TEST(Load, MissingPolicyInterpolate) {
  auto config = config_for(write_text("file.csv", "a,b\n,1\n2,2\nNaN,3\n,4\n8,5\nNA,6\n"), 2);
  config.missing = Missing::interpolate;
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(2, 2, 4, 6, 8, 8));
  config.path = write_text("timed.csv", "t,a\n0,0\n1,\n4,8\n");
  config.time = "t";
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(0, 2, 8))
      << "linear in time, not in rows";
}

TEST(Load, InterpolationStaysWithinASequence) {
  auto config = sequences_config("id,v,w\nA,1,1\nA,,1\nB,5,2\nB,6,\n");
  config.missing = Missing::interpolate;
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(1, 1, 5, 6));
  config.path = write_text("empty.csv", "id,v\nA,1\nB,\nB,\n");
  EXPECT_THAT(load_problem(config).message(), HasSubstr("column v: sequence \"B\" has no value"));
}

TEST(Load, MissingPolicyFill) {
  auto config = config_for(write_text("file.csv", "a,k\n,\n2,x\n,y\n4,\n8,y\nNA,\n"), 2);
  config.missing = Missing::fill;
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(2, 2, 2, 4, 8, 8));
  EXPECT_THAT(column_of(load_dataset(config), 1), ElementsAre(0, 0, 1, 1, 1, 1));
  config.missing = Missing::interpolate;
  EXPECT_THAT(column_of(load_dataset(config), 1), ElementsAre(0, 0, 1, 1, 1, 1))
      << "classes have no middle";
  auto several = sequences_config("id,v,w\nA,1,1\nA,,1\nB,,2\nB,,3\n");
  several.missing = Missing::fill;
  using testing::IsNan;
  EXPECT_THAT(column_of(load_dataset(several), 0), ElementsAre(1, 1, IsNan(), IsNan()))
      << "nothing to fill from";
}

TEST(Load, MissingPolicyKeep) {
  const auto config = config_for(write_text("file.csv", "a,k\n1,\n,x\n3,y\n"), 2);
  const DataFile file = read_data_file(config);
  EXPECT_TRUE(at::equal(file.sequences.rows.isnan(),
                        torch::tensor({0, 1, 1, 0, 0, 0}, at::kInt).view({3, 2}).to(at::kBool)));
  EXPECT_THAT(file.sequences.columns[1].classes, ElementsAre("x", "y"));
  EXPECT_EQ(file.sequences.columns[1].kind, ColumnKind::category);
}

TEST(Load, MissingPolicyDrop) {
  auto config = config_for(write_text("file.csv", "a\n1\n2\nNA\n4\n5\n6\nNA\n"), 2);
  config.missing = Missing::drop;
  const auto data = load_dataset(config);
  EXPECT_THAT(spans_of(data.train), ElementsAre(Span{0, 2, 0}, Span{3, 2, 0}, Span{4, 2, 0}));
  EXPECT_EQ(data.schema.columns[0].mean, (1 + 2 + 4 + 5 + 6) / 5.0);
  config.path = write_text("none.csv", "a\n1\nNA\n3\nNA\n");
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr("no window of 2 steps is left"));
  EXPECT_THAT(problem.hint, HasSubstr("set data.missing to \"keep\" or \"fill\""));
  auto several = sequences_config("id,v\nA,1\nA,NA\nB,3\nB,4\n");
  several.missing = Missing::drop;
  EXPECT_THAT(spans_of(load_dataset(several).train), ElementsAre(Span{2, 2, 0}));
}

TEST(Load, InfinityIsAlwaysAnError) {
  auto config = config_for(write_text("file.csv", "a,b\n1,2\n3,inf\n5,6\n"), 2);
  for (const Missing policy :
       {Missing::keep, Missing::error, Missing::interpolate, Missing::fill, Missing::drop}) {
    config.missing = policy;
    EXPECT_THAT(load_problem(config).message(), HasSubstr(":3: column b: \"inf\" is not finite"));
  }
}

// Sets to be scored are read as they are.
TEST(ReadDataFile, KeepsWhatIsInvalidWhenAsked) {
  const auto values_of = [](const std::string& path) {
    const at::Tensor flat = read_data_file(config_for(path), {{}, true}).sequences.rows.flatten();
    return std::vector<double>(flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
  };
  using testing::IsNan;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(values_of(write_text("file.csv", "a,b\n1,-inf\n,nan\ninf,6\n")),
              ElementsAre(1, -kInfinity, IsNan(), IsNan(), kInfinity, 6));
  // The last sequence has no end that could be told from padding.
  EXPECT_THAT(values_of(npy_file({2, 2, 1}, {1, kInfinity, kNaN, kNaN})),
              ElementsAre(1, kInfinity, IsNan(), IsNan()));
  EXPECT_THAT(problem_of([&] {
                auto config = sequences_config("id,v\n,1\n");
                read_data_file(config, {{}, true});
              }).message(),
              HasSubstr("missing value"));
}

TEST(Load, ConstantColumns) {
  EXPECT_THAT(load_problem(config_for(write_text("file.csv", "a,b\n1,7\n1,7\n"), 2)).message(),
              HasSubstr("all columns are constant"));
  const auto data =
      load_dataset(config_for(write_text("one.csv", "a,b\n1,0.1\n2,0.1\n4,0.1\n"), 2));
  EXPECT_EQ(data.schema.columns[1].sd, 0);
  const auto back = decode(encode(data.file.rows, data.schema), data.schema);
  EXPECT_TRUE(at::equal(back, data.file.rows));
  EXPECT_EQ(encode(data.file.rows, data.schema).size(1), 1) << "a constant has no channel";
}

TEST(Load, ColumnsThatCannotBeScaledAreRefused) {
  const auto large =
      load_problem(config_for(write_text("file.csv", "a,b\n1,-1e200\n2,1e200\n3,5\n"), 2));
  EXPECT_THAT(large.message(),
              HasSubstr("column b: values from -1e+200 to 1e+200 are too large to be scaled"));
  EXPECT_THAT(large.hint, HasSubstr("rescale"));
  const auto small =
      load_problem(config_for(write_text("file.csv", "a,b\n1,1e-200\n2,2e-200\n"), 2));
  EXPECT_THAT(small.message(),
              HasSubstr("column b: values from 1e-200 to 2e-200 are too close together"));
  auto statics = sequences_config("id,s,v\nA,1e200,1\nB,2e200,2\n");
  statics.statics = {"s"};
  EXPECT_THAT(load_problem(statics).message(), HasSubstr("column s: values from"));
}

TEST(Load, HeldOutValuesBeyondTheFloatsAreRefused) {
  std::string text = counting_csv(100);
  auto config = config_for(write_text("file.csv", text + "1e200\n"), 2);
  config.split.policy = SplitPolicy::time;
  EXPECT_THAT(load_problem(config).message(), HasSubstr("column a: values from 0 to 1e+200"));
}

TEST(Load, StatisticsCountEachTrainingRowOnce) {
  // Windows of 2 share the rows in the middle; the mean over windows would be another number.
  const auto data = load_dataset(config_for(write_text("file.csv", "a\n0\n1\n5\n10\n"), 2));
  const Column& column = data.schema.columns[0];
  EXPECT_DOUBLE_EQ(column.mean, 4);
  EXPECT_DOUBLE_EQ(column.sd, std::sqrt((16 + 9 + 1 + 36) / 4.0));
  EXPECT_EQ(column.min, 0);
  EXPECT_EQ(column.max, 10);
  // Differences 1, 4, 5.
  const double mean = 10 / 3.0;
  EXPECT_DOUBLE_EQ(
      column.difference_sd,
      std::sqrt(((1 - mean) * (1 - mean) + (4 - mean) * (4 - mean) + (5 - mean) * (5 - mean)) / 3));
}

TEST(Load, StatisticsSeeTrainingRowsOnly) {
  auto config = config_for(write_text("file.csv", counting_csv(100)), 2);
  config.split.policy = SplitPolicy::time;
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.columns[0].min, 0);
  EXPECT_EQ(data.schema.columns[0].max, 79);
  EXPECT_DOUBLE_EQ(data.schema.columns[0].mean, 39.5);
}

TEST(Load, DifferencesDoNotCrossSequences) {
  const auto data = load_dataset(sequences_config("id,v\nA,1\nA,2\nB,100\nB,101\n"));
  EXPECT_EQ(data.schema.columns[0].difference_sd, 0);
}

TEST(Load, IntegersAndDecimals) {
  const auto data =
      load_dataset(config_for(write_text("file.csv", "a,b,c\n1,1.25,1e-3\n2,3.5,7.5\n"), 2));
  EXPECT_TRUE(data.schema.columns[0].integer);
  EXPECT_FALSE(data.schema.columns[1].integer);
  EXPECT_EQ(data.schema.columns[1].decimals, 2);
  EXPECT_EQ(data.schema.columns[2].decimals, -1);
}

TEST(Load, TheSchemaStandardises) {
  const auto data = load_dataset(config_for(write_text("file.csv", counting_csv(50)), 2));
  const auto scaled = encode(data.file.rows, data.schema);
  EXPECT_NEAR(scaled.mean().item<double>(), 0, 1e-6);
  EXPECT_NEAR(scaled.std(false).item<double>(), 1, 1e-6);
}

TEST(Load, TimeganReadsBackwardsAndLeavesOutTheLastWindow) {
  auto config = config_for(write_text("file.csv", counting_csv(10)), 4);
  config.compat = Compatibility::timegan;
  config.split.policy = SplitPolicy::blocks;
  config.scaling = Scaling::minmax;
  const auto data = load_dataset(config);
  EXPECT_EQ(column_of(data, 0).front(), 9);
  EXPECT_EQ(data.train.count(), 6) << "rows - T";
  EXPECT_EQ(spans_of(data.train), spans_of(data.test));
  EXPECT_EQ(data.schema.columns[0].codec.transform, Scaling::minmax);
  EXPECT_EQ(data.schema.columns[0].min, 0) << "over the whole file";
  EXPECT_EQ(encode(data.file.rows, data.schema)[0][0].item<float>(),
            static_cast<float>(9 / (9 + 1e-7)));
  config.scaling = Scaling::standard;
  EXPECT_EQ(load_dataset(config).schema.columns[0].codec.transform, Scaling::standard);
  auto several = sequences_config("id,v\nA,1\nA,2\nB,1\nB,2\n");
  several.compat = Compatibility::timegan;
  EXPECT_THAT(load_problem(several).message(), HasSubstr("one long series"));
}

TEST(Load, NpyShapes) {
  auto long_series = load_dataset(config_for(npy_file({3, 2}, {1, 2, 3, 4, 5, 6}), 2));
  EXPECT_EQ(long_series.train.count(), 2);
  EXPECT_EQ(long_series.schema.columns[1].name, "c2");
  EXPECT_EQ(load_dataset(config_for(npy_file({4}, {1, 2, 3, 4}), 2)).train.count(), 3);
  const auto many = load_dataset(config_for(npy_file({2, 3, 1}, {1, 2, 3, 4, kNaN, kNaN})));
  EXPECT_THAT(spans_of(many.train), ElementsAre(Span{0, 3, 0}, Span{3, 1, 0}));
  EXPECT_THAT(column_of(many, 0), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(many.schema.columns[0].integer);
}

TEST(Load, NothingButMissingCells) {
  const auto config = config_for(npy_file({3, 2}, {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN}));
  EXPECT_THAT(load_problem(config).message(), HasSubstr("all cells are missing"));
}

TEST(Load, NpyMissingAndUnknown) {
  auto config = config_for(npy_file({2, 3, 1}, {1, kNaN, 3, 4, 5, kNaN}));
  config.missing = Missing::error;
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr("sequence 0, step 1, column c1: missing value"));
  config.missing = Missing::interpolate;
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(1, 2, 3, 4, 5));
  config.path = npy_file({2, 1}, {1, std::numeric_limits<double>::infinity()});
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr("row 2 (index 1), column c1: inf is not finite"));
  config.columns = {"c7"};
  EXPECT_THAT(load_problem(config).message(), HasSubstr("no column \"c7\""));
  config.id = "id";
  EXPECT_THAT(load_problem(config).message(), HasSubstr("data.id"));
}

TEST(Load, ShippedFiles) {
  DataConfig config;
  config.path = RNNGAN_SOURCE_DIR "/data/eustockmarkets.csv";
  const auto stocks = load_dataset(config);
  EXPECT_EQ(stocks.file.rows.size(0), 1860);
  EXPECT_EQ(stocks.schema.features(), 4);
  EXPECT_EQ(stocks.split_policy, "blocks");
  config.path = RNNGAN_SOURCE_DIR "/data/sine_classes.csv";
  const auto sines = load_dataset(config);
  EXPECT_EQ(sines.schema.label_name, "speed");
  EXPECT_THAT(sines.schema.labels, ElementsAre("fast", "medium", "slow"));
  EXPECT_EQ(sines.train.count() + sines.validation.count() + sines.test.count(), 120);
  EXPECT_EQ(sines.schema.columns[0].decimals, 3);
}

TEST(Load, TwoHundredThousandRows) {
  std::string text = "id,t,v\n";
  for (int i = 0; i < 200'000; ++i) {
    text += std::to_string(i % 1000) + "," + std::to_string(200'000 - i) + "," + std::to_string(i) +
            "\n";
  }
  auto config = config_for(write_text("file.csv", text));
  config.id = "id";
  config.time = "t";
  const auto data = load_dataset(config);
  EXPECT_EQ(data.train.count(), 1000);
  EXPECT_EQ(data.file.rows[0][0].item<double>(), 199'000);
}

}  // namespace load_test
}  // namespace rnngan
