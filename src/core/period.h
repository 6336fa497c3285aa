// "Every N steps", by crossing a boundary, so that a jump in the counter skips nothing.
#pragma once

#include <cstdint>

namespace rnngan {

/// Whether a multiple of `every` lies in (before, now]; never when `every` is 0.
constexpr bool crossed(int64_t before, int64_t now, int64_t every) {
  return every > 0 && now / every != before / every;
}

}  // namespace rnngan
