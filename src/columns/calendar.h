// What a calendar says of a point in time: covariates that are known of every step, past or future.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// The cycles that data.calendar may name: "hour" of the day, "weekday", "month" (within the year,
/// by days) and "day_of_year".
const std::vector<std::string>& calendar_cycles();

/// times [...] double, seconds since 1970 -> [..., 2 * cycles] float: sine and cosine of the place
/// in each cycle, which goes on evenly from second to second. `cycles` are of calendar_cycles().
at::Tensor calendar_covariates(const at::Tensor& times, const std::vector<std::string>& cycles);

}  // namespace rnngan
