#include "report/curves.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "report/html.h"
#include "training/logged_rows.h"

namespace rnngan {

RunLog read_run_log(const std::filesystem::path& file) {
  RunLog log;
  if (!is_there(file, ErrorKind::output)) return log;
  for (const LoggedRow& row : read_logged_rows(file)) {
    for (const auto& [name, value] : row.values.items()) {
      if (!value.is_number() || name == "step") continue;
      log[name].step.push_back(static_cast<double>(row.step));
      log[name].value.push_back(value.get<double>());
    }
  }
  return log;
}

CurveBand band_of(const std::vector<const Curve*>& curves) {
  CurveBand band;
  band.runs = curves.size();
  if (curves.empty()) return band;
  for (const double step : curves.front()->step) {
    Extent range;
    double sum = 0, count = 0;
    for (const Curve* curve : curves) {
      const auto found = std::ranges::lower_bound(curve->step, step);
      if (found == curve->step.end() || *found != step) continue;
      const double value = curve->value[static_cast<size_t>(found - curve->step.begin())];
      if (!std::isfinite(value)) continue;
      range.include(value);
      sum += value;
      count += 1;
    }
    if (count == 0) continue;
    band.step.push_back(step);
    band.mean.push_back(sum / count);
    band.low.push_back(range.low);
    band.high.push_back(range.high);
  }
  return band;
}

Curve thinned(const Curve& curve, size_t count) {
  const size_t rows = curve.step.size();
  if (rows <= count) return curve;
  Curve thin;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * rows / count, end = (i + 1) * rows / count;
    double sum = 0, finite = 0;
    for (size_t k = begin; k < end; ++k) {
      if (!std::isfinite(curve.value[k])) continue;
      sum += curve.value[k];
      finite += 1;
    }
    thin.step.push_back(curve.step[end - 1]);
    thin.value.push_back(finite > 0 ? sum / finite : NAN);
  }
  return thin;
}

Extent curve_range(const std::vector<double>& values) {
  Extent all;
  all.include(values);
  const Extent most = quantile_range(values, 0.02);
  constexpr double kPeak = 6;
  if (most.empty || most.span() <= 0) return all.usable().padded(0.04);
  Extent range;
  range.include(std::max(all.low, most.low - kPeak * most.span()));
  range.include(std::min(all.high, most.high + kPeak * most.span()));
  return range.usable().padded(0.04);
}

std::string curve_panel(const RunLog& log, const std::vector<Trace>& traces,
                        const std::string& heading, double height) {
  std::vector<double> values;
  Extent steps;
  constexpr size_t kPanelPoints = 160;
  std::vector<std::pair<Curve, std::string>> drawn;
  for (const Trace& trace : traces) {
    const auto found = log.find(trace.column);
    if (found == log.end()) continue;
    drawn.emplace_back(thinned(found->second, kPanelPoints), trace.classes);
    values.insert(values.end(), drawn.back().first.value.begin(), drawn.back().first.value.end());
    steps.include(drawn.back().first.step);
  }
  if (drawn.empty()) return {};
  steps.include(0.0);
  Chart chart({.heading = heading,
               .description = "Course of " + heading + " over the training steps",
               .x = steps,
               .y = curve_range(values),
               .x_title = "step",
               .height = height,
               .left = 46,
               .x_spacing = 70});
  chart.horizontal(0, "x");
  for (const auto& [curve, classes] : drawn) {
    chart.line(curve.step, curve.value, classes);
    if (curve.step.size() == 1) chart.dots(curve.step, curve.value, classes);
  }
  return chart.svg();
}

}  // namespace rnngan
