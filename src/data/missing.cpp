#include "data/missing.h"

#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

namespace {

/// One column of one sequence: `length` values that are `stride` apart.
struct Strip {
  double* values;
  int64_t stride;
  int64_t length;
  const double* times;  // null: steps

  double& value(int64_t t) const { return values[t * stride]; }
  double time(int64_t t) const { return times != nullptr ? times[t] : static_cast<double>(t); }
  int64_t next_present(int64_t from) const {
    while (from < length && std::isnan(value(from))) ++from;
    return from;
  }
};

/// False when there is no value to start from. `line`: between the neighbours, else the last value.
bool fill(const Strip& strip, bool line) {
  int64_t right = strip.next_present(0);
  if (right == strip.length) return false;
  int64_t left = -1;
  for (int64_t t = 0; t < strip.length; ++t) {
    if (t == right) {
      left = t;
      right = strip.next_present(t + 1);
    } else if (left < 0) {
      strip.value(t) = strip.value(right);
    } else if (!line || right == strip.length) {
      strip.value(t) = strip.value(left);
    } else {
      const double share =
          (strip.time(t) - strip.time(left)) / (strip.time(right) - strip.time(left));
      strip.value(t) = std::lerp(strip.value(left), strip.value(right), share);
    }
  }
  return true;
}

}  // namespace

void fill_missing(DataFile& file, Missing policy, const std::string& place) {
  if (policy != Missing::interpolate && policy != Missing::fill) return;
  const SequenceSet& set = file.sequences;
  const int64_t features = set.features();
  double* values = set.rows.data_ptr<double>();
  for (int64_t s = 0; s < set.count(); ++s) {
    const int64_t begin = set.begins.data_ptr<int64_t>()[s];
    const int64_t length = set.lengths.data_ptr<int64_t>()[s];
    const double* times = set.times.defined() ? set.times.data_ptr<double>() + begin : nullptr;
    for (int64_t f = 0; f < features; ++f) {
      const bool line =
          policy == Missing::interpolate && !set.columns[static_cast<size_t>(f)].is_category();
      if (fill({values + begin * features + f, features, length, times}, line)) continue;
      if (policy == Missing::fill) continue;
      throw Error(ErrorKind::data, place,
                  fmt::format("column {}: {} has no value to interpolate from", set.column_name(f),
                              file.several ? set.sequence_name(s) : "the series"),
                  "leave the column out by data.columns, or set data.missing to "
                  "\"keep\" or \"fill\"");
    }
  }
}

std::vector<uint8_t> rows_with_missing(const SequenceSet& sequences) {
  const at::Tensor missing = sequences.rows.isnan().any(1);
  const bool* begin = missing.data_ptr<bool>();
  return {begin, begin + missing.size(0)};
}

SequenceSet without_missing(const SequenceSet& sequences) {
  const at::Tensor missing =
      sequences.padded().isnan().logical_and(sequences.mask().unsqueeze(2)).flatten(1).any(1);
  return select(sequences, missing.logical_not().nonzero().squeeze(1));
}

}  // namespace rnngan
