// How often each number of a column occurs.
#pragma once

#include <vector>

namespace rnngan {

struct ValueCount {
  double value = 0;
  double count = 0;
};

/// Rising, each value once; 0 and -0 are one. Of present cells: none is NaN.
std::vector<ValueCount> counts_of(std::vector<double> present);

}  // namespace rnngan
