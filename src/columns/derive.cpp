#include "columns/derive.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace rnngan {

namespace {

constexpr int64_t kLeastRows = 50;  // of a state, or of a line

/// One column of a table.
struct Strip {
  const double* values;
  int64_t stride;
  int64_t rows;

  double operator[](int64_t row) const { return values[row * stride]; }
};

bool miss_the_same(const Strip& a, const Strip& b) {
  for (int64_t r = 0; r < a.rows; ++r) {
    if (std::isnan(a[r]) != std::isnan(b[r])) return false;
  }
  return true;
}

/// To within `tolerance`.
bool holds(const Derivation& rule, const Strip& from, const Strip& to, double tolerance) {
  for (int64_t r = 0; r < to.rows; ++r) {
    if (std::isnan(from[r])) continue;
    if (!(std::abs(rule.slope * from[r] + rule.offset - to[r]) <= tolerance)) return false;
  }
  return true;
}

std::optional<Derivation> equal_to(int64_t source, const Strip& from, const Strip& to) {
  const Derivation rule{source, 1, 0, {}};
  return holds(rule, from, to, 0) ? std::optional(rule) : std::nullopt;
}

/// The line through the rows of the least and the largest value, then that of least squares, which
/// is less moved by the rounding of two values. From the coarser of two columns only: of the finer
/// one, samples would take values that the other does not lead to.
std::optional<Derivation> affine_in(int64_t source, const Strip& from, const Column& of,
                                    const Strip& to, const Column& column) {
  if (column.grid == 0 || to.rows < kLeastRows) return std::nullopt;  // half of which digit?
  // With room for a tie that was rounded the other way.
  const double tolerance = 0.5 * column.grid_step() * (1 + 1e-6);
  int64_t low = -1, high = -1;
  for (int64_t r = 0; r < from.rows; ++r) {
    if (std::isnan(from[r])) continue;
    if (low < 0 || from[r] < from[low]) low = r;
    if (high < 0 || from[r] > from[high]) high = r;
  }
  if (low < 0 || from[low] == from[high] || to[low] == to[high]) return std::nullopt;
  Derivation rule{source, (to[high] - to[low]) / (from[high] - from[low]), 0, {}};
  rule.offset = to[low] - rule.slope * from[low];
  if (of.grid == 0 || std::abs(rule.slope) * of.grid_step() < 0.99 * column.grid_step()) {
    return std::nullopt;
  }
  if (holds(rule, from, to, tolerance)) return rule;
  const double unit = column.grid_step();
  double count = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (int64_t r = 0; r < from.rows; ++r) {
    if (std::isnan(from[r])) continue;
    if (std::abs(rule.slope * from[r] + rule.offset - to[r]) > 2 * unit) return std::nullopt;
    const double dx = from[r] - from[low], dy = to[r] - to[low];
    count += 1, x += dx, y += dy, xx += dx * dx, xy += dx * dy;
  }
  rule.slope = (xy - x * y / count) / (xx - x * x / count);
  rule.offset = (y - rule.slope * x) / count + to[low] - rule.slope * from[low];
  return holds(rule, from, to, tolerance) ? std::optional(rule) : std::nullopt;
}

size_t branches_of(const Column& column) {
  return column.is_category() ? column.classes.size() : column.atoms.size() + 1;
}

size_t branch_of(double value, const Column& column) {
  if (column.is_category()) return static_cast<size_t>(value);
  return static_cast<size_t>(std::ranges::find(column.atoms, value) - column.atoms.begin());
}

std::optional<Derivation> function_of(int64_t source, const Strip& from, const Column& of,
                                      const Strip& to) {
  const size_t states = branches_of(of);
  if (states < 2) return std::nullopt;
  std::vector<double> values(states, 0);
  std::vector<int64_t> counts(states, 0);
  for (int64_t r = 0; r < from.rows; ++r) {
    if (std::isnan(from[r])) continue;
    const size_t state = branch_of(from[r], of);
    if (counts[state]++ == 0) values[state] = to[r];
    if (values[state] != to[r]) return std::nullopt;
  }
  const bool enough = std::ranges::all_of(counts, [](int64_t n) { return n >= kLeastRows; });
  const bool varies = std::ranges::any_of(values, [&](double v) { return v != values[0]; });
  return enough && varies ? std::optional(Derivation{source, 1, 0, values}) : std::nullopt;
}

std::optional<Derivation> derivation_from(int64_t source, const Strip& from, const Column& of,
                                          const Strip& to, const Column& column) {
  const bool same_kind = of.is_category() == column.is_category() && of.classes == column.classes;
  if (!miss_the_same(from, to)) return std::nullopt;
  if (same_kind) {
    if (auto rule = equal_to(source, from, to)) return rule;
  }
  if (!of.is_category() && !column.is_category()) {
    if (auto rule = affine_in(source, from, of, to, column)) return rule;
  }
  // Atoms of a gap are no values of the column.
  return of.above.empty() ? function_of(source, from, of, to) : std::nullopt;
}

}  // namespace

void find_derivations(const at::Tensor& rows, const std::vector<bool>& keep,
                      std::vector<Column>& columns) {
  const at::Tensor table = rows.contiguous();
  const int64_t width = table.size(1);
  const auto strip = [&](int64_t f) {
    return Strip{table.data_ptr<double>() + f, width, table.size(0)};
  };
  // From the last to the first: a source is not derived yet, and may only become so if it stands
  // before what follows from it.
  for (int64_t f = width - 1; f >= 0; --f) {
    Column& column = columns[static_cast<size_t>(f)];
    if (column.kind == ColumnKind::derived || keep[static_cast<size_t>(f)]) continue;
    for (int64_t source = 0; source < width; ++source) {
      const Column& of = columns[static_cast<size_t>(source)];
      if (source == f || of.kind == ColumnKind::derived) continue;
      const auto rule = derivation_from(source, strip(source), of, strip(f), column);
      if (!rule) continue;
      column.kind = ColumnKind::derived;
      column.derivation = *rule;
      column.readings = {};
      column.dead_band = 0;
      break;
    }
  }
}

}  // namespace rnngan
