#include "data/thinning.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/file.h"
#include "data/data_file.h"
#include "data/missing.h"
#include "data/npy.h"
#include "data_test_util.h"

namespace rnngan {
namespace thinning_test {

namespace fs = std::filesystem;

using testing_data::problem_of;

/// One series of two columns: row numbers and their remainders by 7.
SequenceSet series(int64_t rows) {
  const at::Tensor row = at::arange(rows, at::kDouble);
  SequenceSet set;
  set.columns.resize(2);
  set.rows = at::stack({row, row.remainder(7)}, 1).contiguous();
  set_offsets({0, rows}, set);
  return set;
}

std::vector<Span> windows(int64_t first, int64_t last, int64_t length, int64_t stride) {
  std::vector<Span> spans;
  for (int64_t at = first; at + length <= last; at += stride) spans.push_back({at, length, 0});
  return spans;
}

int64_t rows_of(const std::vector<Span>& spans) {
  std::set<int64_t> rows;
  for (const Span& span : spans) {
    for (int64_t row = span.begin; row < span.begin + span.length; ++row) rows.insert(row);
  }
  return static_cast<int64_t>(rows.size());
}

TEST(Thinning, StridesGrowUpToTheWindow) {
  const int64_t most = kMostWindows;
  EXPECT_EQ(stride_of_windows(most, 24, 1), 1);
  EXPECT_EQ(stride_of_windows(2 * most + 1, 24, 1), 3);
  EXPECT_EQ(stride_of_windows(2 * most + 1, 24, 5), 5) << "what was asked for is few enough";
  EXPECT_EQ(stride_of_windows(1000 * most, 24, 1), 24) << "every row is in a window";
  EXPECT_EQ(stride_of_windows(1000 * most, 0, 1), 1) << "whole sequences";
}

TEST(Thinning, FewRowsAreFittedAsTheyAre) {
  const std::vector<Span> spans = windows(0, 1000, 24, 1);
  EXPECT_EQ(fitted_spans(series(1000), spans, 1000), spans);
}

TEST(Thinning, ManyRowsAreFittedInStretchesWithTheirExtremes) {
  SequenceSet set = series(100'000);
  set.rows[70'003][1] = 50;
  set.rows[12'345][0] = -4;
  set.rows[54'321][1] = std::numeric_limits<double>::quiet_NaN();
  std::vector<Span> spans = windows(0, 40'000, 24, 3);
  for (const Span& span : windows(50'000, 99'990, 24, 3)) spans.push_back(span);
  const std::vector<Span> fitted = fitted_spans(set, spans, 10'000);
  EXPECT_GE(rows_of(fitted), 6'000);
  EXPECT_LE(rows_of(fitted), 12'300);
  std::set<int64_t> rows;
  for (const Span& span : fitted) {
    for (int64_t row = span.begin; row < span.begin + span.length; ++row) {
      rows.insert(row);
      EXPECT_TRUE(row < 40'000 || row >= 50'000) << "a row that is held out: " << row;
    }
  }
  for (const int64_t row : {12'345, 70'003, 54'321}) EXPECT_TRUE(rows.contains(row)) << row;
  EXPECT_TRUE(rows.contains(99'988)) << "the largest of the first column: the last row of a window";
  EXPECT_TRUE(*rows.begin() < 100 && *rows.upper_bound(70'000) < 99'000) << "spread";
}

TEST(Thinning, StretchesGoOnFromSequenceToSequence) {
  std::vector<Span> sequences;
  for (int64_t s = 0; s < 4000; ++s) sequences.push_back({50 * s, 50, s});
  const std::vector<Span> stretches = stretches_of(sequences, 20'000);
  double steps = 0;
  int64_t rows = 0;
  for (const Span& span : stretches) {
    for (int64_t row = span.begin; row < span.begin + span.length; ++row) {
      EXPECT_EQ(row / 50, span.source);
      steps += static_cast<double>(row % 50);
      ++rows;
    }
  }
  EXPECT_NEAR(static_cast<double>(rows), 4 * 4096, 4096) << "the last may be cut short";
  EXPECT_NEAR(steps / static_cast<double>(rows), 24.5, 0.1) << "as many early steps as late ones";
}

// As many periods as stretches: each phase is as likely all the same.
TEST(Thinning, StretchesHaveNoRhythm) {
  constexpr int64_t kPeriod = 6250;
  const std::vector<Span> series = {{0, 512 * kPeriod, 0}};
  std::vector<bool> taken(static_cast<size_t>(512 * kPeriod));
  for (const Span& span : stretches_of(series)) {
    for (int64_t row = span.begin; row < span.begin + span.length; ++row) {
      taken[static_cast<size_t>(row)] = true;
    }
  }
  double early = 0, all = 0;
  for (size_t row = 0; row < taken.size(); ++row) {
    all += taken[row] ? 1 : 0;
    early += taken[row] && static_cast<int64_t>(row) % kPeriod < kPeriod / 4 ? 1 : 0;
  }
  EXPECT_GT(all, 1.2e6);
  EXPECT_NEAR(early / all, 0.25, 0.02);
}

TEST(Thinning, SetsAreThinnedEvenly) {
  const SequenceSet set = cut(series(1000), 10, 1);
  EXPECT_EQ(thinned(set, 991).count(), 991);
  const SequenceSet few = thinned(set, 100);
  ASSERT_EQ(few.count(), 100);
  EXPECT_EQ(few.begins[0].item<int64_t>(), 0);
  EXPECT_EQ(few.begins[50].item<int64_t>(), 495);
}

/// An NPY file of so many rows; every 1000th misses its first cell.
std::string write_npy(int64_t rows, int64_t features, bool fortran = false,
                      at::ScalarType type = at::kDouble) {
  at::Tensor values =
      at::arange(rows * features, at::kDouble).view({rows, features}).remainder(997);
  values.select(1, 0).slice(0, 0, rows, 1000).fill_(std::nan(""));
  std::string head = npy_header({rows, features});
  if (fortran) {
    head.replace(head.find("False,"), 6, "True, ");
    values = values.t();
  }
  if (type == at::kFloat) head.replace(head.find("<f8"), 3, "<f4");
  values = values.to(type).contiguous();
  const std::string path = testing_data::temporary_path("large.npy");
  std::ofstream(path, std::ios::binary)
      << head
      << std::string_view(static_cast<const char*>(values.data_ptr()),
                          static_cast<size_t>(values.numel()) * values.element_size());
  return path;
}

constexpr int64_t kColumns = 64, kRows = static_cast<int64_t>(kNpyOnDisk) / 8 / kColumns;

TEST(Thinning, HeldOutSequencesAreAtMostSoMany) {
  DataConfig config = testing_data::config_for(write_npy(kMostHeldOut + 1000, 2), 24);
  const Dataset data = load_dataset(config);
  EXPECT_EQ(data.train.count(), kMostHeldOut + 977);
  EXPECT_EQ(data.test.count(), kMostHeldOut);
  ASSERT_EQ(data.notes.size(), 2U);
  EXPECT_EQ(data.notes[1], "scores look at 50,000 of 50,977 test sequences, spread evenly");
}

TEST(LargeNpy, StaysWhereItIs) {
  const NpyArray array = read_npy(write_npy(kRows, kColumns));
  ASSERT_NE(array.file, nullptr);
  const char* const at = static_cast<const char*>(array.values.data_ptr());
  EXPECT_TRUE(at > array.file->data() && at < array.file->data() + array.file->size());
  EXPECT_EQ(array.values[5].item<double>(), 5);
}

TEST(LargeNpy, OthersAreCopiedToAFileForTemporaryOnes) {
  const NpyArray plain = read_npy(write_npy(kRows, kColumns));
  const at::Tensor values = plain.values.clone().nan_to_num(-1);
  const NpyArray turned = read_npy(write_npy(kRows, kColumns, /*fortran=*/true));
  const NpyArray halves = read_npy(write_npy(kRows, kColumns, /*fortran=*/false, at::kFloat));
  EXPECT_TRUE(halves.float32);
  for (const NpyArray& array : {turned, halves}) {
    ASSERT_NE(array.file, nullptr);
    EXPECT_EQ(static_cast<const void*>(array.file->data()), array.values.data_ptr());
    EXPECT_EQ(array.file->size(), static_cast<size_t>(kRows * kColumns) * sizeof(double));
    EXPECT_TRUE(at::equal(array.values.nan_to_num(-1), values));
  }
}

TEST(LargeNpy, ValuesAtOddPlacesAreCopied) {
  const std::string path = write_npy(kRows, kColumns);
  std::string bytes = read_file(path, ErrorKind::data);
  bytes.insert(20, " ");  // within the header, which is now one longer
  ++bytes[8];
  std::ofstream(path, std::ios::binary) << bytes;
  const NpyArray array = read_npy(path);
  ASSERT_NE(array.file, nullptr);
  EXPECT_EQ(static_cast<const void*>(array.file->data()), array.values.data_ptr());
  EXPECT_EQ(array.values[5].item<double>(), 5);
}

TEST(LargeNpy, ColumnsThatAreLeftOutMakeNoCopyInMemory) {
  DataConfig config = testing_data::config_for(write_npy(2 * kRows, kColumns), 24);
  for (int64_t f = kColumns / 2; f > 0; --f) config.columns.push_back(fmt::format("c{}", f));
  const DataFile file = read_data_file(config);
  ASSERT_NE(file.mapped, nullptr);
  EXPECT_EQ(static_cast<const void*>(file.mapped->data()), file.sequences.rows.data_ptr());
  EXPECT_EQ(file.sequences.rows[3][0].item<double>(), (3 * kColumns + kColumns / 2 - 1) % 997);
}

TEST(LargeNpy, WithoutRoomForTemporaryFilesAnErrorSaysWhatHelps) {
  const std::string path = write_npy(kRows, kColumns, /*fortran=*/true);
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TMPDIR", "/nowhere/at/all", 1);
  try {
    read_npy(path);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_THAT(error.what(), testing::HasSubstr("/nowhere/at/all: cannot hold the values of " +
                                                 path + " (67 MB)"));
  }
  setenv("TMPDIR", "", 1);  // as if there were none
  const fs::path here = fs::current_path();
  fs::current_path("/proc");  // where nothing can be written
  EXPECT_NE(read_npy(fs::absolute(here / path)).file, nullptr);
  fs::current_path(here);
  before == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", kept.c_str(), 1);
}

TEST(LargeNpy, FillingItLeavesTheFileAlone) {
  const std::string path = write_npy(kRows, kColumns);
  DataFile file = read_data_file(testing_data::config_for(path, 24));
  ASSERT_NE(file.mapped, nullptr);
  EXPECT_TRUE(file.sequences.rows[1000][0].isnan().item<bool>());
  fill_missing(file, Missing::fill, path);
  EXPECT_FALSE(file.sequences.rows.isnan().any().item<bool>());
  EXPECT_TRUE(read_npy(path).values[1000 * kColumns].isnan().item<bool>());
}

}  // namespace thinning_test
}  // namespace rnngan
