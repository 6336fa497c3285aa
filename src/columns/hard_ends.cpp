#include "columns/hard_ends.h"

#include <algorithm>
#include <cmath>

namespace rnngan {

namespace {

// At most this share of the values lies at a hard end, or twice what lies on the grid beside it,
// but at least that share within so many standard deviations, of which a step of the grid is at
// most half.
constexpr double kAtEnd = 0.005, kNearEnd = 0.02, kNearbySd = 0.1;
// Correlation of one step with the next from which on a series glides.
constexpr double kGlides = 0.5;

bool glides(const ColumnCells& cells) {
  double with_next = 0, squares = 0;
  for (size_t i = 2; i < cells.values.size(); ++i) {
    if (!cells.follows[i] || !cells.follows[i - 1]) continue;
    const double step = cells.values[i] - cells.values[i - 1];
    const double before = cells.values[i - 1] - cells.values[i - 2];
    if (std::isnan(step * before)) continue;
    with_next += step * before;
    squares += (step * step + before * before) / 2;
  }
  return with_next > kGlides * squares;
}

bool is_hard(double end, const std::vector<double>& present, double near, double grid_step) {
  double at = 0, around = 0;
  for (const double value : present) {
    at += value == end ? 1 : 0;
    around += std::abs(value - end) <= near ? 1 : 0;
  }
  const auto count = static_cast<double>(present.size());
  const double beside = grid_step > 0 ? (around - at) / std::floor(near / grid_step) : 0;
  return at <= std::max({1.0, kAtEnd * count, 2 * beside}) && around >= kNearEnd * count;
}

}  // namespace

void mark_hard_ends(const ColumnCells& cells, const std::vector<double>& present, Column& column) {
  const double near = kNearbySd * column.sd;
  if (column.trend != 0 || near == 0 || column.grid_step() > near / 2 || glides(cells)) return;
  column.folds_low = is_hard(column.min, present, near, column.grid_step());
  column.folds_high = is_hard(column.max, present, near, column.grid_step());
}

}  // namespace rnngan
