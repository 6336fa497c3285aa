#include "columns/readings.h"

#include <algorithm>
#include <cmath>

namespace rnngan {

namespace {

constexpr double kMostDistinct = 0.25;  // of the cells
constexpr size_t kMostReadings = 4096;
constexpr double kMostOfGrid = 0.25;  // between these quantiles: more is a grid, with gaps
constexpr double kLowQuantile = 0.05, kHighQuantile = 0.95;

/// Whether the values that occur are but few of those on the grid, where most cells are.
bool are_few_of_grid(const std::vector<ValueCount>& counts, double cells, const Column& column) {
  if (column.grid == 0) return true;
  double below = 0, first = 0, last = 0, distinct = 0;
  for (const auto& [value, count] : counts) {
    if (below < kLowQuantile * cells) first = value, distinct = 0;
    below += count;
    ++distinct;
    last = value;
    if (below >= kHighQuantile * cells) break;
  }
  return distinct <= kMostOfGrid * (1 + (last - first) / column.grid_step());
}

}  // namespace

void find_readings(const std::vector<ValueCount>& counts, Column& column) {
  column.readings = {};
  if (column.trend != 0 || !column.above.empty()) return;
  double cells = 0;
  for (const auto& [value, count] : counts) cells += count;
  const auto distinct = static_cast<double>(counts.size());
  if (counts.size() < 2 || counts.size() > kMostReadings || distinct > kMostDistinct * cells ||
      !are_few_of_grid(counts, cells, column)) {
    return;
  }
  std::vector<double>& values = column.readings.values;
  double before = 0;  // the count of the last of `values`
  for (const auto& [value, count] : counts) {
    if (!values.empty() && !column.codec.tells_apart(values.back(), value)) {
      if (count > before) values.back() = value;
      before += count;
      continue;
    }
    if (!values.empty()) {
      const double share = before / (before + count);
      column.readings.bounds.push_back(std::lerp(values.back(), value, share));
    }
    values.push_back(value);
    before = count;
  }
  if (values.size() < 2) column.readings = {};
}

}  // namespace rnngan
