#include "data/likely_marks.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/text.h"

namespace rnngan {

namespace {

/// -9, -99, 99, 999, -99.9, ...: nothing but nines, two at least unless it is negative.
bool looks_like_mark(double value) {
  const std::string text = shortest(std::abs(value));
  const auto nines = std::ranges::count(text, '9');
  const bool only = std::ranges::all_of(text, [](char c) { return c == '9' || c == '.'; });
  return only && nines >= (value < 0 ? 1 : 2);
}

struct Extremes {
  double end = 0;        // the outermost value
  double next = 0;       // the outermost of the others
  double other_end = 0;  // at the other side
  int64_t count = 0;     // how often the outermost value occurs
};

/// Of sorted values, from below or above.
std::optional<Extremes> extremes_of(const std::vector<double>& sorted, bool below) {
  const double end = below ? sorted.front() : sorted.back();
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), end);
  if (last - first == static_cast<std::ptrdiff_t>(sorted.size())) return std::nullopt;
  return Extremes{end, below ? *last : *(first - 1), below ? sorted.back() : sorted.front(),
                  last - first};
}

}  // namespace

std::vector<LikelyMark> likely_marks(const SequenceSet& file) {
  std::vector<LikelyMark> marks;
  const int64_t rows = file.rows.size(0), features = file.features();
  const double* values = file.rows.data_ptr<double>();
  for (int64_t f = 0; f < features; ++f) {
    if (file.columns[static_cast<size_t>(f)].is_category()) continue;
    std::vector<double> sorted;
    for (int64_t r = 0; r < rows; ++r) {
      const double value = values[r * features + f];
      if (!std::isnan(value)) sorted.push_back(value);
    }
    std::ranges::sort(sorted);
    if (sorted.empty()) continue;
    for (const bool below : {true, false}) {
      const auto found = extremes_of(sorted, below);
      if (!found || found->count < 2 || !looks_like_mark(found->end)) continue;
      if (std::abs(found->end - found->next) <= std::abs(found->next - found->other_end)) continue;
      marks.push_back({file.column_name(f), found->end,
                       static_cast<double>(found->count) / static_cast<double>(rows)});
    }
  }
  return marks;
}

std::string proposal(const LikelyMark& mark) {
  return fmt::format(
      "column {}: {} ({:.2g} % of its cells) looks like a mark for missing cells: name it, and any "
      "other marks of the file, by --set 'data.na=[\"{}\"]'",
      mark.column, shortest(mark.value), 100 * mark.share, shortest(mark.value));
}

}  // namespace rnngan
