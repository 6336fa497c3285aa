#include "columns/time_axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/civil_time.h"
#include "core/text.h"
#include "core/time_text.h"

namespace rnngan {

namespace {

constexpr double kMostHoles = 0.05;     // of all steps
constexpr double kMostHolidays = 0.08;  // of weekdays

struct DayAndRest {
  int64_t day;
  double seconds;
};

DayAndRest split_day(double time) {
  const double day = std::floor(time / kDaySeconds);
  return {static_cast<int64_t>(day), time - day * kDaySeconds};
}

/// Months since year 0.
int64_t month_number(const CivilDay& day) {
  return int64_t{12} * day.year + day.month - 1;
}

bool is_month_end(const CivilDay& day) {
  return day.day == days_in_month(day.year, day.month);
}

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// What times of this size are written or held with.
double resolution(const TimeAxis& axis, double time) {
  const double held = 4 * std::numeric_limits<double>::epsilon() * std::abs(time);
  const bool digits = axis.formats.empty() && axis.decimals > 0;
  return std::max(held, digits ? 1.01 * std::pow(10, -axis.decimals) : 0.0);
}

/// Steps that are `step` long, to within `tolerance`: their share, and their mean.
struct EqualSteps {
  double share = 0, mean = 0;
};
EqualSteps equal_steps(const std::vector<double>& gaps, double step, double tolerance) {
  EqualSteps equal;
  for (const double gap : gaps) {
    if (std::abs(gap - step) > std::max(tolerance, 1e-6 * std::abs(step))) continue;
    equal.share += 1;
    equal.mean += gap;
  }
  equal.mean /= std::max(1.0, equal.share);
  equal.share /= static_cast<double>(gaps.size());
  return equal;
}

/// Pairs of times of neighbouring rows.
struct Steps {
  std::vector<double> from, to;

  double share(auto fits) const {
    int64_t count = 0;
    for (size_t i = 0; i < from.size(); ++i) count += fits(from[i], to[i]) ? 1 : 0;
    return static_cast<double>(count) / static_cast<double>(from.size());
  }
};

double months_later(double time, int64_t months, bool month_ends) {
  const auto [day, rest] = split_day(time);
  const CivilDay date = civil_day(day);
  const int64_t month = month_number(date) + months;
  CivilDay later{static_cast<int>(month / 12), static_cast<int>(month % 12) + 1, date.day};
  const int last = days_in_month(later.year, later.month);
  later.day = month_ends ? last : std::min(date.day, last);
  return static_cast<double>(day_number(later)) * kDaySeconds + rest;
}

double next_weekday(double time) {
  const int weekday = weekday_of(split_day(time).day);
  return time + kDaySeconds * (weekday >= 4 ? 7 - weekday : 1);
}

bool fit_months(TimeAxis& axis, const Steps& steps) {
  std::vector<double> months;
  bool ends = true;
  for (size_t i = 0; i < steps.from.size(); ++i) {
    const CivilDay a = civil_day(split_day(steps.from[i]).day),
                   b = civil_day(split_day(steps.to[i]).day);
    ends = ends && is_month_end(a) && is_month_end(b);
    months.push_back(static_cast<double>(month_number(b) - month_number(a)));
  }
  const double step = middle_of(months);
  if (step < 1) return false;
  const auto fits = [&](double from, double to) {
    return months_later(from, static_cast<int64_t>(step), ends) == to;
  };
  if (steps.share(fits) < 1 - kMostHoles) return false;
  axis.grid = TimeGrid::months;
  axis.step = step;
  axis.month_ends = ends;
  return true;
}

bool fit_weekdays(TimeAxis& axis, const Steps& steps) {
  const auto on_weekend = [](double, double time) { return weekday_of(split_day(time).day) >= 5; };
  const auto fits = [](double from, double to) { return next_weekday(from) == to; };
  if (steps.share(on_weekend) > 0 || steps.share(fits) < 1 - kMostHolidays) return false;
  axis.grid = TimeGrid::weekdays;
  axis.step = 1;
  return true;
}

std::string span_text(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  for (const Unit& unit : {Unit{7 * kDaySeconds, "week"}, Unit{kDaySeconds, "day"}, Unit{3600, "h"},
                           Unit{60, "min"}, Unit{1, "s"}}) {
    const double count = seconds / unit.seconds;
    if (count < 1 || count != std::floor(count)) continue;
    const bool word = unit.seconds >= kDaySeconds;
    if (count == 1 && word) return unit.name;
    return fmt::format("{} {}{}", count, unit.name, word ? "s" : "");
  }
  return shortest(seconds) + " s";
}

}  // namespace

double TimeAxis::next(double time) const {
  if (grid == TimeGrid::months) return months_later(time, static_cast<int64_t>(step), month_ends);
  if (grid == TimeGrid::weekdays) return next_weekday(time);
  return time + step;
}

std::string TimeAxis::cell(double time, size_t column) const {
  if (!formats.empty()) return format_time(instant_of(time), formats[column]);
  if (decimals < 0) return shortest(time);
  return fmt::format("{:.{}f}", time, decimals);
}

std::string TimeAxis::text(double time) const {
  std::string all;
  for (size_t c = 0; c < names.size(); ++c) {
    if (c > 0) all += ' ';
    all += cell(time, c);
  }
  return all;
}

std::optional<double> TimeAxis::read(const std::string& text) const {
  if (formats.empty()) {
    const auto number = parse_double(text);
    return number && std::isfinite(*number) ? number : std::nullopt;
  }
  auto time = parse_time(text, join(formats, " "));
  if (!time) time = parse_iso_time(text);
  return time ? std::optional(seconds_of(*time)) : std::nullopt;
}

bool TimeAxis::may_begin(double time) const {
  const int64_t day = split_day(time).day;
  if (grid == TimeGrid::weekdays) return weekday_of(day) < 5;
  return grid != TimeGrid::months || !month_ends || is_month_end(civil_day(day));
}

std::string TimeAxis::grid_text() const {
  switch (grid) {
    case TimeGrid::months:
      if (step == 12) return "every year";
      return step == 1 ? "every month" : fmt::format("every {} months", step);
    case TimeGrid::weekdays:
      return "weekdays";
    case TimeGrid::irregular:
      return "at irregular times";
    case TimeGrid::regular:
      break;
  }
  return formats.empty() ? fmt::format("every {:.12g}", step) : "every " + span_text(step);
}

std::string gap_name(const TimeAxis& axis) {
  return axis.names.empty() ? "" : axis.names.front() + " gap";
}

void fit_grid(TimeAxis& axis, const std::vector<double>& times, const std::vector<bool>& follows) {
  Steps steps;
  std::vector<double> gaps;
  for (size_t i = 1; i < times.size(); ++i) {
    if (!follows[i]) continue;
    steps.from.push_back(times[i - 1]);
    steps.to.push_back(times[i]);
    gaps.push_back(times[i] - times[i - 1]);
  }
  if (gaps.empty()) return;
  axis.grid = TimeGrid::regular;
  const double middle = middle_of(gaps);
  const EqualSteps equal = equal_steps(gaps, middle, resolution(axis, times.back()));
  // Of numbers that were rounded the mean is the step.
  axis.step = axis.formats.empty() && axis.decimals > 0 ? equal.mean : middle;
  if (middle > 0 && equal.share == 1) return;
  const bool calendar = !axis.formats.empty();
  if (calendar && (fit_months(axis, steps) || fit_weekdays(axis, steps))) return;
  axis.grid = TimeGrid::regular;
  if (middle > 0 && equal.share >= 1 - kMostHoles) return;
  axis.grid = TimeGrid::irregular;
}

}  // namespace rnngan
