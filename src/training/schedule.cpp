#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rnngan {

double schedule_factor(const ScheduleConfig& schedule, int64_t step, int64_t steps) {
  const auto at = static_cast<double>(step);
  const auto last = static_cast<double>(std::max<int64_t>(steps - 1, 1));
  double factor = 1.0;
  const double hold = schedule.hold * last;
  if (schedule.kind != ScheduleKind::constant && at > hold) {
    const double done = std::min(1.0, (at - hold) / (last - hold));
    const double remaining = schedule.kind == ScheduleKind::linear
                                 ? 1.0 - done
                                 : 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    factor = schedule.final + (1.0 - schedule.final) * remaining;
  }
  if (step < schedule.warmup) factor *= (at + 1.0) / static_cast<double>(schedule.warmup);
  return factor;
}

}  // namespace rnngan
