#include "columns/value_counts.h"

#include <algorithm>

namespace rnngan {

std::vector<ValueCount> counts_of(std::vector<double> present) {
  std::ranges::sort(present);
  std::vector<ValueCount> counts;
  for (const double x : present) {
    if (counts.empty() || counts.back().value != x) counts.push_back({x + 0.0, 0});  // no -0
    counts.back().count += 1;
  }
  return counts;
}

}  // namespace rnngan
