#include "data/value_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

[[noreturn]] void refuse_range(const DataConfig& config, const std::string& column, double low,
                               double high, const char* fact) {
  throw Error(ErrorKind::data, config.path,
              fmt::format("column {}: values from {} to {} are {} to be scaled", column,
                          shortest(low), shortest(high), fact),
              "rescale the column: write it in another unit");
}

struct ValueRange {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

/// Of each column of rows [R,F], without missing cells.
std::vector<ValueRange> ranges_of(const at::Tensor& rows) {
  std::vector<ValueRange> ranges(static_cast<size_t>(rows.size(1)));
  const double* value = rows.data_ptr<double>();
  for (int64_t r = 0; r < rows.size(0); ++r) {
    for (ValueRange& range : ranges) {
      // False for NaN.
      if (*value < range.low) range.low = *value;
      if (*value > range.high) range.high = *value;
      ++value;
    }
  }
  return ranges;
}

}  // namespace

void require_variation(const DataConfig& config, const at::Tensor& rows) {
  const int64_t features = rows.size(1);
  const double* values = rows.data_ptr<double>();
  for (int64_t f = 0; f < features; ++f) {
    double first = values[f];
    for (int64_t r = 0; r < rows.size(0); ++r) {
      const double value = values[r * features + f];
      if (first != first) first = value;
      // False for NaN on either side.
      if (value < first || value > first) return;
    }
  }
  const bool nothing = std::ranges::all_of(
      ranges_of(rows), [](const ValueRange& range) { return range.low > range.high; });
  if (nothing) {
    throw Error(ErrorKind::data, config.path, "all cells are missing", "is it the right file?");
  }
  throw Error(ErrorKind::data, config.path,
              fmt::format("{} constant: there is nothing to learn",
                          features == 1 ? "its only column is" : "all columns are"),
              config.columns.empty() ? "is it the right file? a model needs a column that changes"
                                     : "choose columns that change by data.columns");
}

/// Squares of deviations must neither overflow nor fall below the normal doubles.
void require_scalable(const DataConfig& config, const std::vector<Column>& columns) {
  constexpr double kLeastSpread = 1e-150;
  for (const Column& c : columns) {
    const bool finite = std::isfinite(c.mean) && std::isfinite(c.sd) &&
                        std::isfinite(c.difference_sd) && std::isfinite(c.max - c.min);
    if (!finite) refuse_range(config, c.name, c.min, c.max, "too large");
    if (c.min < c.max && c.sd < kLeastSpread) {
      refuse_range(config, c.name, c.min, c.max, "too close together");
    }
  }
}

void require_floats(const DataConfig& config, const at::Tensor& rows,
                    const std::vector<Column>& columns) {
  const std::vector<ValueRange> ranges = ranges_of(rows);
  for (size_t f = 0; f < ranges.size(); ++f) {
    const auto [low, high] = ranges[f];
    if (low > high) continue;  // nothing but missing values
    const auto fits = [&](double value) {
      return std::abs(columns[f].codec.encode(value)) <= std::numeric_limits<float>::max();
    };
    if (!fits(low) || !fits(high)) refuse_range(config, columns[f].name, low, high, "too large");
  }
}

}  // namespace rnngan
