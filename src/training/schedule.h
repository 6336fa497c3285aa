// The learning rate over the steps of a run.
#pragma once

#include <cstdint>

#include "config/run_config.h"

namespace rnngan {

/// The factor on the learning rate in generator step `step` (0-based) of `steps`: a linear warm-up
/// from 0 over `warmup` steps, then 1 for the share `hold` of all steps, then down to `final` at
/// the last step, linearly or along half a cosine.
double schedule_factor(const ScheduleConfig& schedule, int64_t step, int64_t steps);

}  // namespace rnngan
