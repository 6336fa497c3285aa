// What the data tell of sequences, as far as models depend on it.
#pragma once

#include <cstdint>
#include <optional>

namespace rnngan {

/// Unknown where only the config has been read: rules on it wait for the data.
struct DataShape {
  std::optional<int64_t> features;  // F
  std::optional<int64_t> labels;    // K classes; 0 without a label column
  std::optional<int64_t> statics;   // S
};

}  // namespace rnngan
