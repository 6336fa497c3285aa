#include "data/thinning.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <torch/types.h>

namespace rnngan {

namespace {

constexpr int64_t kStretch = 4096;  // rows; long enough for what happens from row to row

/// Where a column is least and largest, and first missing; -1: nowhere.
struct Extremes {
  int64_t least = -1, largest = -1, missing = -1;
};

/// Rows [first, last).
struct Rows {
  int64_t first, last, source;
};

/// The rows of the spans, once each, in order.
std::vector<Rows> rows_in(std::vector<Span> spans) {
  std::ranges::sort(spans, {}, &Span::begin);
  std::vector<Rows> rows;
  for (const Span& span : spans) {
    const int64_t last = span.begin + span.length;
    const bool goes_on =
        !rows.empty() && span.source == rows.back().source && span.begin <= rows.back().last;
    if (goes_on) {
      rows.back().last = std::max(rows.back().last, last);
    } else {
      rows.push_back({span.begin, last, span.source});
    }
  }
  return rows;
}

std::vector<Extremes> extremes_in(const std::vector<Rows>& rows, const SequenceSet& file) {
  const int64_t width = file.features();
  const double* values = file.rows.data_ptr<double>();
  std::vector<Extremes> found(static_cast<size_t>(width));
  for (const Rows& part : rows) {
    for (int64_t row = part.first; row < part.last; ++row) {
      for (int64_t f = 0; f < width; ++f) {
        Extremes& of = found[static_cast<size_t>(f)];
        const double value = values[row * width + f];
        if (std::isnan(value)) {
          if (of.missing < 0) of.missing = row;
          continue;
        }
        if (of.least < 0 || value < values[of.least * width + f]) of.least = row;
        if (of.largest < 0 || value > values[of.largest * width + f]) of.largest = row;
      }
    }
  }
  return found;
}

}  // namespace

int64_t stride_of_windows(int64_t rows, int64_t window, int64_t stride) {
  if (window == 0 || rows / stride <= kMostWindows) return stride;
  return std::max(stride, std::min(window, rows / kMostWindows + 1));
}

std::vector<Span> stretches_of(const std::vector<Span>& spans, int64_t most) {
  const std::vector<Rows> rows = rows_in(spans);
  int64_t count = 0;
  for (const Rows& part : rows) count += part.last - part.first;
  if (count <= most) return spans;
  // In each of as many equal shares of the rows one stretch begins, anywhere: all rows are as
  // likely, whatever comes back in whatever rhythm. Two may overlap.
  const int64_t length = std::min(kStretch, most), shares = most / length;
  std::mt19937_64 engine(count);
  std::vector<Span> stretches;
  auto part = rows.begin();
  int64_t before = 0;  // rows of the parts before
  for (int64_t k = 0; k < shares; ++k) {
    const int64_t low = count * k / shares, share = count * (k + 1) / shares - low;
    int64_t next = low + static_cast<int64_t>(engine() % static_cast<uint64_t>(share));
    while (next < before) {  // within what the stretch before reached into
      --part;
      before -= part->last - part->first;
    }
    for (const int64_t end = std::min(next + length, count); next < end;) {
      for (; next >= before + (part->last - part->first); ++part) {
        before += part->last - part->first;
      }
      const int64_t begin = part->first + next - before;
      const int64_t taken = std::min(end - next, part->last - begin);
      stretches.push_back({begin, taken, part->source});
      next += taken;
    }
  }
  return stretches;
}

std::vector<Span> fitted_spans(const SequenceSet& file, const std::vector<Span>& spans,
                               int64_t most) {
  std::vector<Span> fitted = stretches_of(spans, most);
  if (fitted == spans) return fitted;
  const std::vector<Rows> rows = rows_in(spans);
  for (const Extremes& of : extremes_in(rows, file)) {
    for (const int64_t row : {of.least, of.largest, of.missing}) {
      const auto part =
          std::ranges::find_if(rows, [&](const Rows& r) { return row >= r.first && row < r.last; });
      if (part != rows.end()) fitted.push_back({row, 1, part->source});
    }
  }
  return fitted;
}

SequenceSet thinned(const SequenceSet& set, int64_t most) {
  if (set.count() <= most) return set;
  return select(set, at::div(at::arange(most, at::kLong) * set.count(), most, "floor"));
}

}  // namespace rnngan
