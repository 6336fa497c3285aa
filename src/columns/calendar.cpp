#include "columns/calendar.h"

#include <cmath>
#include <numbers>

#include <torch/types.h>

#include "core/civil_time.h"

namespace rnngan {

namespace {

/// 0 to 1.
double place_in(const std::string& cycle, double time) {
  const double day = std::floor(time / kDaySeconds);
  const double of_day = (time - day * kDaySeconds) / kDaySeconds;
  const auto number = static_cast<int64_t>(day);
  if (cycle == "hour") return of_day;
  if (cycle == "weekday") return (weekday_of(number) + of_day) / 7;
  const CivilDay date = civil_day(number);
  if (cycle == "month") {
    return (date.month - 1 + (date.day - 1 + of_day) / days_in_month(date.year, date.month)) / 12;
  }
  const int64_t first = day_number({date.year, 1, 1});
  const auto days = static_cast<double>(day_number({date.year + 1, 1, 1}) - first);
  return (static_cast<double>(number - first) + of_day) / days;
}

}  // namespace

const std::vector<std::string>& calendar_cycles() {
  static const std::vector<std::string> cycles = {"hour", "weekday", "month", "day_of_year"};
  return cycles;
}

at::Tensor calendar_covariates(const at::Tensor& times, const std::vector<std::string>& cycles) {
  const at::Tensor flat = times.to(torch::kCPU, torch::kDouble).contiguous();
  const auto width = static_cast<int64_t>(2 * cycles.size());
  std::vector<int64_t> sizes = times.sizes().vec();
  sizes.push_back(width);
  at::Tensor out = torch::empty(sizes, torch::kFloat);
  const double* in = flat.data_ptr<double>();
  float* to = out.data_ptr<float>();
  for (int64_t i = 0; i < flat.numel(); ++i) {
    for (const std::string& cycle : cycles) {
      const double angle = 2 * std::numbers::pi * place_in(cycle, in[i]);
      *to++ = static_cast<float>(std::sin(angle));
      *to++ = static_cast<float>(std::cos(angle));
    }
  }
  return out;
}

}  // namespace rnngan
