#include "training/event_file.h"

#include <cmath>
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "tests/hex.h"
#include "tests/temporary_folder.h"
#include "training/event_messages.h"

namespace rnngan {
namespace event_file_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_files::TemporaryFolder;
using testing_support::hex;

// As the package tensorboard 2.21 writes them.
TEST(EventMessages, GoldenBytes) {
  EXPECT_EQ(hex(event_record(version_event(1.5))),
            "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c");
  EXPECT_EQ(hex(start_event(1.5, 301)), "09000000000000f83f10ad023a020801");
  const std::vector<double> values = {3, 1, NAN, 2}, edges = {0, 2, 4, 6};
  EXPECT_EQ(
      hex(event_record(summary_event(
          1.5, 300,
          {scalar_value("d/total", 0.25), histogram_value("column.x/real", values, edges)}))),
      "82000000000000007b3fc35f09000000000000f83f10ac022a740a0e0a07642f746f74616c150000803e0a620a0d"
      "636f6c756d6e2e782f7265616c2a5109000000000000f03f11000000000000084019000000000000084021000000"
      "0000001840290000000000002c403210000000000000004000000000000010403a10000000000000f03f00000000"
      "00000040d93fe7f1");
}

TEST(EventMessages, RecordsAreWholeCutOffOrDamaged) {
  const std::string record = event_record(start_event(1.5, 301));
  const std::string longer = record + "more";
  const EventRecord whole = first_record(longer);
  EXPECT_EQ(whole.state, RecordState::whole);
  EXPECT_EQ(whole.bytes, record);
  EXPECT_EQ(whole.step, 301);
  for (size_t size = 0; size < record.size(); ++size) {
    EXPECT_EQ(first_record(std::string_view(record).substr(0, size)).state, RecordState::cut_off)
        << size;
  }
  for (size_t at = 0; at < record.size(); ++at) {
    std::string damaged = record;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_EQ(first_record(damaged).state, RecordState::damaged) << at;
  }
}

std::vector<int64_t> steps_in(const fs::path& file) {
  const std::string bytes = read_file(file, ErrorKind::data);
  std::vector<int64_t> steps;
  for (size_t at = 0; at < bytes.size();) {
    const EventRecord record = first_record(std::string_view(bytes).substr(at));
    if (record.state != RecordState::whole) return {-1};
    steps.push_back(record.step);
    at += record.bytes.size();
  }
  return steps;
}

TEST(EventFile, IsCutBackAndGoesOnInANewFile) {
  const TemporaryFolder folder;
  const fs::path& run = folder.path();
  {
    EventFile events(run, 0);
    for (const int64_t step : {5, 10, 15}) events.add_row({{"step", step}, {"d.total", 0.5}});
  }
  const fs::path first = run / "events.out.tfevents.000001.rnngan";
  EXPECT_THAT(event_files(run), ElementsAre(first));
  EXPECT_THAT(steps_in(first), ElementsAre(0, 1, 5, 10, 15));
  std::ofstream(first, std::ios::app) << "\x20";  // a record that a killed process began
  cut_event_files(run, 10);
  EXPECT_THAT(steps_in(first), ElementsAre(0, 1, 5, 10));
  EventFile(run, 10).add_row({{"step", 20}});
  const fs::path second = run / "events.out.tfevents.000002.rnngan";
  EXPECT_THAT(event_files(run), ElementsAre(first, second));
  EXPECT_THAT(steps_in(second), ElementsAre(0, 11, 20));
  // The name of a file that a viewer may have open is not used again.
  cut_event_files(run, 0);
  EXPECT_THAT(steps_in(first), ElementsAre(0));
  EXPECT_THAT(steps_in(second), ElementsAre(0));
}

TEST(EventFile, HasScoresWithBoundsAndHistograms) {
  const TemporaryFolder folder;
  SequenceSet real(torch::tensor({1.0, 2.0, 9.0, 99.0}).to(torch::kDouble).view({2, 2, 1}),
                   torch::tensor({2, 1}));
  real.columns.emplace_back().name = "x";
  SequenceSet made = with_values(real, torch::full({2, 2, 1}, 3.0, torch::kDouble));
  MonitorReport report{.step = 7, .scores = {{"mmd2", 0.5, 0.1, 0.9, true}}, .selection = 0.5};
  report.real = &real;
  report.synthetic = &made;
  EventFile(folder.path(), 0).add_scores(report);
  const std::string bytes = read_file(event_files(folder.path()).front(), ErrorKind::data);
  for (const char* tag : {"score/mmd2", "score/mmd2.floor", "score/mmd2.ceiling", "score/selection",
                          "custom_scalars__config__"}) {
    EXPECT_THAT(bytes, HasSubstr(tag));
  }
  // Three valid cells of either side; padding, which holds 99, is not counted.
  std::vector<double> edges;
  for (int k = 0; k <= 40; ++k) edges.push_back(std::lerp(1.0, 9.0, k / 40.0));
  const std::vector<double> cells = {1, 2, 9}, threes = {3, 3, 3};
  EXPECT_THAT(bytes, HasSubstr(histogram_value("column.x/real", cells, edges).bytes()));
  EXPECT_THAT(bytes, HasSubstr(histogram_value("column.x/synthetic", threes, edges).bytes()));
}

TEST(EventFile, AFullDiskIsAnErrorAsForMetrics) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "events.out.tfevents.000001.rnngan";
  fs::create_symlink("/dev/full", file);
  try {
    EventFile(folder.path(), 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_EQ(error.what(), file.string() + ": cannot be written: No space left on device");
    EXPECT_EQ(error.problems().front().hint, "free some space, then resume the run");
  }
}

TEST(EventFile, ADamagedOneIsNamed) {
  const TemporaryFolder folder;
  { EventFile(folder.path(), 0).add_row({{"step", 5}, {"d.total", 0.5}}); }
  const fs::path file = event_files(folder.path()).front();
  std::string bytes = read_file(file, ErrorKind::data);
  bytes[50] ^= 1;  // within the second record
  write_file(file, bytes);
  for (const auto& reader :
       {std::function([&] { cut_event_files(folder.path(), 5); }),
        std::function([&] { copy_event_files(folder.path(), folder.path() / "x"); })}) {
    try {
      reader();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::output);
      EXPECT_EQ(error.what(), file.string() + ": is damaged at byte 40");
      EXPECT_EQ(error.problems().front().hint, "remove the file: the run goes on without it");
    }
  }
}

}  // namespace event_file_test
}  // namespace rnngan
