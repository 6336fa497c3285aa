#include "columns/find_atoms.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

namespace rnngan {

namespace {

using Counts = std::vector<ValueCount>;

constexpr double kAtomShare = 0.01;
constexpr double kAtomCount = 10;
constexpr double kAboveNeighbours = 5;
// And above the most frequent spike that is none: many of like size are a sensor's resolution.
constexpr double kAboveOthers = 2;
// Values so far apart, in standard deviations, are all atoms where they are nearly all there is.
constexpr double kFarApart = 0.5;
constexpr double kNearlyAll = 0.9;
constexpr size_t kMostFarApart = 16;
constexpr int64_t kNeighbours = 3;  // on either side
constexpr size_t kMostAtoms = 8;

double count_at(double value, const Counts& counts) {
  const auto found = std::ranges::lower_bound(counts, value, {}, &ValueCount::value);
  return found != counts.end() && found->value == value ? found->count : 0;
}

/// The mean count of up to kNeighbours values on either side: of the grid, or of those that occur.
double count_around(Counts::const_iterator at, const Counts& counts, const Column& column) {
  double sum = 0, number = 0;
  if (column.grid > 0) {
    const double step = column.grid_step();
    for (int64_t k = -kNeighbours; k <= kNeighbours; ++k) {
      const double value = column.on_grid(at->value + static_cast<double>(k) * step);
      if (k == 0 || value < column.min || value > column.max) continue;
      sum += count_at(value, counts);
      number += 1;
    }
  } else {
    const auto first = at - std::min(kNeighbours, at - counts.begin());
    const auto last = at + std::min(kNeighbours, counts.end() - 1 - at);
    for (auto near = first; near <= last; ++near) {
      if (near != at) sum += near->count, number += 1;
    }
  }
  return number > 0 ? sum / number : std::numeric_limits<double>::infinity();
}

/// The frequent values, rising, of a column of few that are far from each other: rounding gives a
/// generator no way from one to the next. Else none.
std::vector<double> far_apart(const Counts& counts, double cells, const Column& column) {
  std::vector<double> values;
  double covered = 0;
  for (const auto& [value, count] : counts) {
    if (count < std::max(kAtomShare * cells, kAtomCount)) continue;
    if (!values.empty() && value - values.back() < kFarApart * column.sd) return {};
    values.push_back(value);
    covered += count;
  }
  const bool are_all = covered >= kNearlyAll * cells;
  return are_all && values.size() > 1 && values.size() <= kMostFarApart ? values
                                                                        : std::vector<double>();
}

/// Values that come back more often than those around them, the most frequent first.
Counts find_spikes(const Counts& counts, const Column& column) {
  Counts spikes;
  if (counts.size() < 3) return spikes;
  for (auto at = counts.cbegin(); at != counts.cend(); ++at) {
    if (at->count < kAtomCount) continue;
    if (at->count < kAboveNeighbours * count_around(at, counts, column)) continue;
    spikes.push_back(*at);
  }
  std::ranges::stable_sort(spikes, std::greater<>(), &ValueCount::count);
  return spikes;
}

}  // namespace

std::vector<double> find_atoms(const Counts& counts, const Column& column) {
  double cells = 0;
  for (const ValueCount& of : counts) cells += of.count;
  std::vector<double> atoms = far_apart(counts, cells, column);
  if (!atoms.empty()) return atoms;
  const Counts spikes = find_spikes(counts, column);
  const double least = std::max(kAtomShare * cells, kAtomCount);
  for (size_t most = std::min(kMostAtoms, spikes.size()); most > 0; --most) {
    if (spikes[most - 1].count < least) continue;
    const double next = most < spikes.size() ? spikes[most].count : 0;
    if (spikes[most - 1].count < kAboveOthers * next) continue;
    for (size_t k = 0; k < most; ++k) atoms.push_back(spikes[k].value);
    break;
  }
  std::ranges::sort(atoms);
  return atoms;
}

}  // namespace rnngan
