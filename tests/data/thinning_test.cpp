#include "data/thinning.h"

#include <cmath>
#include <limits>
#include <set>

#include <torch/types.h>

#include "data/data_file.h"
#include "data/npy.h"
#include "data_test_util.h"

namespace rnngan {
namespace thinning_test {

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

TEST(Thinning, SetsAreThinnedEvenly) {
  const SequenceSet set = cut(series(1000), 10, 1);
  EXPECT_EQ(thinned(set, 991).count(), 991);
  const SequenceSet few = thinned(set, 100);
  ASSERT_EQ(few.count(), 100);
  EXPECT_EQ(few.begins[0].item<int64_t>(), 0);
  EXPECT_EQ(few.begins[50].item<int64_t>(), 495);
}

/// An NPY file that is not copied, of so many columns; every 1000th row misses its first cell.
std::string large_npy(int64_t features, bool fortran) {
  const int64_t rows = static_cast<int64_t>(kNpyInPlace) / 8 / features;
  at::Tensor values =
      at::arange(rows * features, at::kDouble).view({rows, features}).remainder(997);
  values.select(1, 0).slice(0, 0, rows, 1000).fill_(std::nan(""));
  std::string head = npy_header({rows, features});
  if (fortran) {
    const auto at = head.find("False,");
    head.replace(at, 6, "True, ");
    values = values.t();
  }
  values = values.contiguous();
  const std::string path = testing_data::temporary_path("large.npy");
  std::ofstream(path, std::ios::binary)
      << head
      << std::string_view(static_cast<const char*>(values.data_ptr()),
                          static_cast<size_t>(values.numel()) * sizeof(double));
  return path;
}

TEST(LargeNpy, StaysWhereItIs) {
  const std::string path = large_npy(4, false);
  const NpyArray array = read_npy(path);
  ASSERT_NE(array.file, nullptr);
  const char* const at = static_cast<const char*>(array.values.data_ptr());
  EXPECT_TRUE(at > array.file->data() && at < array.file->data() + array.file->size());
  EXPECT_EQ(array.values[5].item<double>(), 5);
  const NpyArray turned = read_npy(large_npy(4, true));
  EXPECT_EQ(turned.file, nullptr) << "its values are in another order";
  EXPECT_EQ(turned.values[5].item<double>(), 5);
}

TEST(LargeNpy, FillingItLeavesTheFileAlone) {
  const std::string path = large_npy(4, false);
  DataConfig config = testing_data::config_for(path, 24);
  config.missing = Missing::fill;
  const Dataset data = load_dataset(config);
  EXPECT_FALSE(data.file.rows.isnan().any().item<bool>());
  EXPECT_EQ(data.schema.columns[0].missing, 0);
  EXPECT_TRUE(read_npy(path).values[0].isnan().item<bool>());
  EXPECT_EQ(data.test.count(), kMostHeldOut);
  config.missing = Missing::keep;
  const Dataset kept = load_dataset(config);
  EXPECT_NEAR(kept.schema.columns[0].missing, 0.001, 2e-4);
  EXPECT_EQ(kept.train.count(), data.file.rows.size(0) - 23) << "all windows";
  const SequenceBatch batch = gather(kept.train, {0, 1'000'000}, kept.schema, torch::kCPU);
  EXPECT_TRUE(batch.x.isfinite().all().item<bool>());
}

}  // namespace thinning_test
}  // namespace rnngan
