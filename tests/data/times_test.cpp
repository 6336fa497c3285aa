// Times of rows: read, recognised, and learnt where they are irregular.
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/calendar.h"
#include "core/time_text.h"
#include "data/data_file.h"
#include "data/fit_time.h"
#include "data/sequence_writer.h"
#include "data_test_util.h"

namespace rnngan {
namespace times_test {

using namespace testing_data;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataConfig timed(const std::string& text, ColumnNames time, int64_t window = 2) {
  DataConfig config = config_for(write_text("times.csv", text), window);
  config.time = std::move(time);
  return config;
}

/// Rows an hour apart, `values` of them.
std::string hourly(int rows, const char* format = "%Y-%m-%dT%H:%M") {
  std::string text = "t,v\n";
  for (int i = 0; i < rows; ++i) {
    text += fmt::format("{},{}\n", format_time({i * 3600, 0}, format), (i * 37) % 11);
  }
  return text;
}

TEST(Times, AreKeptWithTheirNotation) {
  const Dataset data = load_dataset(timed(hourly(60), "t"));
  EXPECT_EQ(data.schema.features(), 1);
  EXPECT_EQ(data.schema.time.grid, TimeGrid::regular);
  EXPECT_EQ(data.schema.time.step, 3600);
  EXPECT_EQ(data.file.times[5].item<double>(), 5 * 3600);
  EXPECT_EQ(data.schema.time.starts.size(), static_cast<size_t>(data.train.count()));
  EXPECT_EQ(data.train.padded_times()[0][1].item<double>() -
                data.train.padded_times()[0][0].item<double>(),
            3600);
}

TEST(Times, OfTwoColumnsAndOtherNotationsAreRead) {
  const auto two = read_data_file(
      timed("d,h,v\n31/12/2019,23:00,1\n01/01/2020,00:00,2\n", std::vector<std::string>{"d", "h"}));
  EXPECT_THAT(two.sequences.time.formats, ElementsAre("%d/%m/%Y", "%H:%M"));
  EXPECT_EQ(two.sequences.times[1].item<double>(), 86'400 * day_number({2020, 1, 1}));
  DataConfig config = timed("t,v\n20200131,1\n20200201,2\n", "t");
  config.time_format = "%Y%m%d";
  EXPECT_EQ(read_data_file(config).sequences.times[0].item<double>(),
            86'400 * day_number({2020, 1, 31}));
}

TEST(Times, ThatAreNoneOrCanBeReadInTwoWaysAreRefused) {
  const auto none = load_problem(timed("t,v\n12/31/2019,2\nsoon,1\n", "t"));
  EXPECT_THAT(none.message(), HasSubstr(":3: column t: \"soon\" is no time written as those"));
  const auto first = load_problem(timed("t,v\nsoon,2\n2019-12-31,1\n", "t"));
  EXPECT_THAT(first.message(), HasSubstr(":2: column t: \"soon\" is no time: neither a number"));
  EXPECT_THAT(none.hint, HasSubstr("data.time_format"));
  const auto two = load_problem(timed("t,v\n03/04/2020,2\n02/03/2020,1\n01/05/2020,1\n", "t"));
  EXPECT_THAT(two.message(), HasSubstr("may be written as %d/%m/%Y or as %m/%d/%Y"));
  // The hint leads to a file that is read.
  DataConfig config = timed("t,v\n03/04/2020,2\n02/03/2020,1\n01/05/2020,1\n", "t");
  config.time_format = "%d/%m/%Y";
  EXPECT_EQ(read_data_file(config).sequences.times[0].item<double>(),
            86'400 * day_number({2020, 3, 2}));
  config.time_format = "%d/%Q";
  EXPECT_THAT(load_problem(config).message(), HasSubstr("\"%Q\" is no directive"));
  config.time_format = "%Y-%m-%d";
  EXPECT_THAT(load_problem(config).message(), HasSubstr("is not written as %Y-%m-%d"));
}

TEST(Times, AnHourThatComesTwiceStaysInTheOrderOfTheFile) {
  const std::string rows =
      "t,v\n2024-10-27 01:30,1\n2024-10-27 02:00,2\n2024-10-27 02:30,3\n2024-10-27 02:00,4\n"
      "2024-10-27 02:30,5\n2024-10-27 03:00,6\n";
  const DataFile file = read_data_file(timed(rows, "t"));
  EXPECT_THAT(file.notes, ElementsAre(HasSubstr("an hour comes twice")));
  EXPECT_TRUE(
      at::equal(file.sequences.rows.flatten(), torch::tensor({1, 2, 3, 4, 5, 6}, torch::kDouble)));
  // Any other time that comes twice is refused.
  const auto problem = problem_of([&] {
    read_data_file(
        timed("t,v\n2024-10-27 01:00,1\n2024-10-27 02:00,2\n2024-10-27 02:00,3\n"
              "2024-10-27 02:00,3\n2024-10-27 03:00,3\n2024-10-25 04:00,3\n",
              "t"));
  });
  EXPECT_THAT(problem.message(), HasSubstr("occurs twice"));
}

TEST(Times, InterleavedSeriesAreNoClockChange) {
  std::string rows = "t,v\n";
  for (int hour = 0; hour < 40; ++hour) {
    for (const int station : {1, 2}) {
      rows += fmt::format("{},{}\n", format_time({hour * 3600, 0}, "%Y-%m-%d %H:%M"), station);
    }
  }
  const auto problem = problem_of([&] { read_data_file(timed(rows, "t")); });
  EXPECT_THAT(problem.message(), HasSubstr("occurs twice"));
  EXPECT_THAT(problem.hint, HasSubstr("data.id"));
}

TEST(Times, WholeNumbersMayBeDates) {
  std::string rows = "t,v\n";
  for (int64_t day = 0; day < 60; ++day) {
    rows += fmt::format("{},{}\n", format_time({day * 86'400, 0}, "%Y%m%d"), day % 7);
  }
  const Dataset data = load_dataset(timed(rows, "t", 5));
  EXPECT_THAT(data.schema.time.formats, ElementsAre("%Y%m%d"));
  EXPECT_EQ(data.schema.time.grid_text(), "every day");
  // A count of seconds is none, and neither is a number that is no day.
  for (const char* const other : {"t,v\n20230101,1\n20230132,2\n20230133,1\n",
                                  "t,v\n1700000000,1\n1700000060,2\n1700000120,1\n"}) {
    EXPECT_TRUE(load_dataset(timed(other, "t", 1)).schema.time.formats.empty());
  }
}

TEST(Times, GapsOfManySizesAreLearntByTheirLogarithms) {
  std::string rows = "t,v\n";
  int64_t now = 0;
  for (int i = 0; i < 80; ++i) {
    now += i % 9 == 0 ? 21'600 : 60 + 13 * (i % 7);
    rows += fmt::format("{},{}\n", format_time({now, 0}, "%Y-%m-%d %H:%M:%S"), i % 11);
  }
  DataConfig config = timed(rows, "t", 4);
  EXPECT_EQ(load_dataset(config).schema.columns[1].codec.transform, Scaling::log);
  config.column["t gap"].transform = Scaling::standard;
  EXPECT_EQ(load_dataset(config).schema.columns[1].codec.transform, Scaling::standard);
}

TEST(Times, InterpolationIsLinearInTimeWhateverTheNotation) {
  for (const char* const rows : {"t,a\n2020-01-01,0\n2020-01-02,\n2020-01-05,8\n",
                                 "t,a\n13/01/2020,0\n14/01/2020,\n17/01/2020,8\n"}) {
    DataConfig config = timed(rows, "t", 1);
    config.missing = Missing::interpolate;
    EXPECT_EQ(load_dataset(config).file.rows[1][0].item<double>(), 2);
  }
}

/// Irregular: 1, 2 or 5 seconds apart.
std::string irregular(int rows) {
  std::string text = "t,v\n";
  int64_t now = 1'000'000;
  for (int i = 0; i < rows; ++i) {
    text += fmt::format("{},{}\n", format_time({now, 0}, "%Y-%m-%dT%H:%M:%S"), (i * 37) % 11);
    now += i % 3 == 0 ? 5 : i % 3;
  }
  return text;
}

TEST(Times, IrregularOnesAreLearntAsGaps) {
  const Dataset data = load_dataset(timed(irregular(60), "t", 4));
  ASSERT_EQ(data.schema.features(), 2);
  EXPECT_EQ(data.schema.columns[1].name, "t gap");
  EXPECT_TRUE(data.schema.columns[1].integer);
  EXPECT_EQ(data.schema.columns[1].min, 1);
  EXPECT_EQ(data.schema.columns[1].max, 5);
  const SequenceSet plain = without_gaps(unshared(data.train));
  EXPECT_EQ(plain.features(), 1);
  EXPECT_TRUE(plain.times.defined());
  // By its gaps each window gets its own times back.
  const SequenceSet windows = unshared(data.train);
  std::vector<double> starts;
  for (int64_t n = 0; n < windows.count(); ++n)
    starts.push_back(windows.padded_times()[n][0].item<double>());
  EXPECT_TRUE(at::equal(times_from(starts, windows).view({-1, 4}), windows.padded_times()));
}

TEST(Times, AreWrittenInTheirNotationAndReadBack) {
  const Dataset data = load_dataset(timed(hourly(60, "%d/%m/%Y %H:%M"), "t", 3));
  const std::string path = temporary_path("samples.csv");
  write_sequences(data.test, path);
  const std::string text = read_text(path);
  EXPECT_THAT(text, HasSubstr("sequence_id,step,t,v\n0,0,"));
  EXPECT_THAT(text, HasSubstr(",02/01/1970 "));
  DataConfig config;
  config.path = path;
  config.time = "t";
  const DataFile back =
      read_data_file(config, {.progress = {}, .samples = true, .like = &data.test});
  EXPECT_EQ(back.sequences.features(), 1);
  EXPECT_TRUE(at::equal(back.sequences.padded_times(), data.test.padded_times()));
}

// A time that is called as the count of steps takes its place.
TEST(Times, ColumnsOfSamplesHaveOneNameEach) {
  std::string text = hourly(40);
  text.replace(0, 1, "step");  // in place of "t"
  const Dataset data = load_dataset(timed(text, "step", 5));
  const std::string path = temporary_path("steps.csv");
  write_sequences(data.test, path);
  const std::string written = read_text(path);
  EXPECT_THAT(written, ::testing::StartsWith("sequence_id,step,v\n0,1970-01-"));
}

// Kept once per row, or made for a batch: the same.
TEST(Times, WhatIsKeptOfTheCalendarIsWhatABatchMakes) {
  DataConfig config = timed(hourly(100), "t", 5);
  config.calendar = {"hour", "weekday"};
  Dataset data = load_dataset(config);
  ASSERT_TRUE(data.train.known.defined());
  const auto kept = gather(data.train, {3, 1}, data.schema, torch::kCPU).steps.covariates;
  data.train.known = at::Tensor();
  const auto made = gather(data.train, {3, 1}, data.schema, torch::kCPU).steps.covariates;
  EXPECT_TRUE(at::equal(kept, made));
}

TEST(Times, TheCalendarIsKnownToBothNetworks) {
  DataConfig config = timed(hourly(100), "t", 5);
  config.calendar = {"hour", "weekday"};
  const Dataset data = load_dataset(config);
  EXPECT_EQ(data.schema.covariate_width(), 4);
  const SequenceBatch batch = gather(data.train, {3, 1}, data.schema, torch::kCPU);
  const at::Tensor times = data.train.padded_times().index_select(0, torch::tensor({3, 1}));
  EXPECT_TRUE(at::equal(batch.steps.covariates, calendar_covariates(times, config.calendar)));
  EXPECT_TRUE(gather(data.train, {3}, data.schema, torch::kCPU, BatchParts::conditions)
                  .steps.covariates.defined());
  config.calendar = {"tide"};
  EXPECT_THAT(problem_of([&] { load_dataset(config); }, ErrorKind::config).message(),
              HasSubstr("\"tide\" is unknown"));
  config.calendar = {"hour"};
  config.path = write_text("irregular.csv", irregular(60));
  EXPECT_THAT(load_problem(config).message(), HasSubstr("irregular"));
  config.time = {};
  config.columns = {"v"};
  EXPECT_THAT(load_problem(config).message(), HasSubstr("needs times that are dates"));
}

}  // namespace times_test
}  // namespace rnngan
