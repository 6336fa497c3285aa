#include "report/dot_plot.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/utf8.h"
#include "report/chart.h"
#include "report/html.h"

namespace rnngan {

namespace {

constexpr double kRowHeight = 19;

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// All intervals, but no further from the anchor (the floor, zero, or the middle row) than a few
/// times the usual distance.
Extent axis_of(const DotPlot& plot) {
  std::vector<double> means, distances;
  for (const DotRow& row : plot.rows) {
    if (row.mean) means.push_back(*row.mean);
  }
  Extent all;
  if (means.empty()) return all;
  const double anchor = plot.floor ? *plot.floor : plot.zero ? 0 : middle_of(means);
  for (const double mean : means) distances.push_back(std::abs(mean - anchor));
  constexpr double kFar = 4;
  const double reach = std::max(kFar * middle_of(distances), 3 * plot.floor_sd);
  for (const DotRow& row : plot.rows) {
    if (!row.mean) continue;
    all.include(row.low);
    all.include(row.high);
    all.include(row.values);
  }
  if (plot.floor)
    all.include(std::vector<double>{*plot.floor - plot.floor_sd, *plot.floor + plot.floor_sd});
  if (plot.zero) all.include(0.0);
  if (reach > 0) {
    all.low = std::max(all.low, anchor - reach);
    all.high = std::min(all.high, anchor + reach);
  }
  if (plot.ceiling && std::abs(*plot.ceiling - anchor) < 1.3 * all.span())
    all.include(*plot.ceiling);
  return all.usable().padded(0.05);
}

void draw_row(const DotRow& row, double y, Chart& chart) {
  constexpr size_t kLongestName = 24;
  chart.name(y, shortened(row.name, kLongestName) + (row.marked ? " ≈" : ""),
             row.best     ? "name e bold"
             : row.marked ? "name e tiename"
                          : "name e");
  const double left = chart.x().domain().low, right = chart.x().domain().high;
  if (!row.mean) {
    chart.text(left, y, row.absent, "", 4, 3.5);
    return;
  }
  const std::string tip = fmt::format("{}: {} ({} to {})", row.name, html::number(*row.mean),
                                      html::number(row.low), html::number(row.high));
  if (*row.mean > right || *row.mean < left) {
    const std::string number = html::number(*row.mean, 3);
    const bool beyond = *row.mean > right;
    chart.text(beyond ? right : left, y, beyond ? number + " →" : "← " + number,
               beyond ? "e bold" : "bold", 0, 3.5);
    return;
  }
  chart.interval(row.low, row.high, y, "l solid " + row.classes, tip);
  const std::vector<double> ys(row.values.size(), y), x = {*row.mean}, at = {y};
  chart.dots(row.values, ys, "small ink");
  chart.dots(x, at, "big " + row.classes);
}

}  // namespace

std::string dot_plot(const DotPlot& plot) {
  if (plot.rows.empty()) return {};
  size_t longest = 6;
  for (const DotRow& row : plot.rows) longest = std::max(longest, row.name.size());
  const auto count = static_cast<double>(plot.rows.size());
  Chart chart({.heading = plot.heading,
               .description = plot.description,
               .x = axis_of(plot),
               .y = {0, count, false},
               .x_title = plot.x_title,
               .width = 440,
               .height = 56 + kRowHeight * count,
               .y_axis = false,
               .names = true,
               .left = 28 + 6.6 * static_cast<double>(std::min<size_t>(longest, 24)),
               .x_spacing = 64});
  if (plot.floor) {
    chart.zone(*plot.floor - plot.floor_sd, *plot.floor + plot.floor_sd, "floor");
    chart.vertical(*plot.floor, "l floor");
  }
  if (plot.zero) chart.vertical(0, "x");
  if (plot.ceiling) {
    chart.vertical(*plot.ceiling, "l ceil");
    if (!chart.x().contains(*plot.ceiling)) {
      const bool above = *plot.ceiling > chart.x().domain().high;
      chart.text(above ? chart.x().domain().high : chart.x().domain().low, count,
                 above ? "ceiling " + html::number(*plot.ceiling, 3) + " →"
                       : "← ceiling " + html::number(*plot.ceiling, 3),
                 above ? "e" : "", 0, -3);
    }
  }
  for (size_t i = 0; i < plot.rows.size(); ++i) {
    draw_row(plot.rows[i], count - static_cast<double>(i) - 0.5, chart);
  }
  return chart.svg();
}

}  // namespace rnngan
