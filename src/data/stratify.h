// Every class in every part of a split.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace rnngan {

/// Mends how sequences were dealt to training (part 0) and the other parts, as little as need be;
/// parts that are empty stay so. labels [N] from 0, parts [N] of 0 to 2. Afterwards each part
/// holds of each class its share, rounded up or down; of a class that has a member for every part
/// at least one, so that a part which is too small for that grows; and training one of each class.
void stratify(const std::vector<int64_t>& labels, std::mt19937_64& engine,
              std::vector<size_t>& parts);

}  // namespace rnngan
