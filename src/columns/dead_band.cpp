#include "columns/dead_band.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "config/layers.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr double kLeastUnchanged = 0.1;  // of the pairs
constexpr double kSmaller = 0.1;         // of the changes
constexpr size_t kFewestChanges = 50;
// Of the grid's step: a change of one step is what rounding gives without a dead band.
constexpr double kAboveGrid = 1.5;
// The same change may be a rounding smaller between other numbers.
constexpr double kRounding = 1e-9;

bool may_have_one(const Column& column) {
  return column.trend == 0 && column.above.empty() && column.atoms.empty();
}

double found_band(const ColumnCells& cells, const Column& column) {
  std::vector<double> changes;
  size_t pairs = 0;
  for (size_t i = 1; i < cells.values.size(); ++i) {
    const double change = std::abs(cells.values[i] - cells.values[i - 1]);
    if (!cells.follows[i] || std::isnan(change)) continue;
    ++pairs;
    if (change > 0) changes.push_back(change);
  }
  const auto unchanged = static_cast<double>(pairs - changes.size());
  if (changes.size() < kFewestChanges || unchanged < kLeastUnchanged * static_cast<double>(pairs)) {
    return 0;
  }
  const auto at = static_cast<std::ptrdiff_t>(kSmaller * static_cast<double>(changes.size()));
  std::ranges::nth_element(changes, changes.begin() + at);
  const double band = changes[static_cast<size_t>(at)] * (1 - kRounding);
  return band > kAboveGrid * column.grid_step() ? band : 0;
}

}  // namespace

void set_dead_band(const ColumnCells& cells, const std::optional<double>& chosen,
                   const std::string& place, Column& column) {
  const bool may = may_have_one(column);
  if (chosen && *chosen > 0 && !may) {
    const std::string key = join_path("data.column", column.name) + ".dead_band";
    throw Error(ErrorKind::data, place,
                fmt::format("column {} has values that come again and again, or a rule: {} is for "
                            "numbers that have neither",
                            column.name, key),
                "leave out " + key);
  }
  if (chosen && *chosen > 0 && *chosen >= column.max - column.min) {
    throw Error(
        ErrorKind::data, place,
        fmt::format("column {}: a dead band of {} is not less than its range ({} to {}): "
                    "nothing would ever change",
                    column.name, shortest(*chosen), shortest(column.min), shortest(column.max)),
        "choose a smaller one");
  }
  column.dead_band = !may ? 0 : chosen ? *chosen : found_band(cells, column);
}

}  // namespace rnngan
