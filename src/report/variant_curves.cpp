#include "report/variant_curves.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/html.h"

namespace rnngan {

namespace {

constexpr size_t kPoints = 80, kTold = 6, kTableSteps = 10;
const std::string kScorePrefix = "score.", kFloorSuffix = ".floor";

CurveBand band_in(const VariantLogs& variant, const std::string& column) {
  std::vector<Curve> curves;
  for (const RunLog& log : variant.runs) {
    const auto found = log.find(column);
    if (found != log.end()) curves.push_back(thinned(found->second, kPoints));
  }
  std::vector<const Curve*> pointers;
  for (const Curve& curve : curves) pointers.push_back(&curve);
  return band_of(pointers);
}

std::set<std::string> score_columns(const std::vector<VariantLogs>& variants) {
  std::set<std::string> names;
  for (const auto& variant : variants) {
    for (const RunLog& log : variant.runs) {
      for (const auto& [name, curve] : log) {
        if (name.starts_with(kScorePrefix) && !name.ends_with(kFloorSuffix)) names.insert(name);
      }
    }
  }
  return names;
}

std::string tone(size_t index) {
  return index < kTold ? fmt::format("k{}", index) : "mut faint";
}

void draw(const CurveBand& band, const std::string& classes, bool with_band, Chart& chart) {
  if (with_band && band.runs > 1) chart.band(band.step, band.low, band.high, classes + " light");
  chart.line(band.step, band.mean, classes);
  if (band.step.size() == 1) chart.dots(band.step, band.mean, classes);
}

Chart curve_chart(const std::string& heading, const std::string& description,
                  const std::vector<CurveBand>& bands, double width, double height) {
  Extent steps;
  steps.include(0.0);
  std::vector<double> values;
  for (const auto& band : bands) {
    steps.include(band.step);
    values.insert(values.end(), band.low.begin(), band.low.end());
    values.insert(values.end(), band.high.begin(), band.high.end());
  }
  return Chart({.heading = heading,
                .description = description,
                .x = steps,
                .y = curve_range(values),
                .x_title = "step",
                .width = width,
                .height = height,
                .left = 46,
                .x_spacing = 70});
}

/// Means of each band at some of its steps.
void add_rows(const std::string& name, const CurveBand& band,
              std::vector<std::vector<std::string>>& rows) {
  const size_t every = std::max<size_t>(1, (band.step.size() + kTableSteps - 1) / kTableSteps);
  for (size_t i = 0; i < band.step.size(); ++i) {
    if (i % every != 0 && i + 1 != band.step.size()) continue;
    rows.push_back({name, fmt::format("{:.0f}", band.step[i]), html::number(band.mean[i]),
                    html::number(band.low[i]), html::number(band.high[i])});
  }
}

std::string band_table(const std::vector<std::vector<std::string>>& rows) {
  return html::table({"curve", "step", "mean", "least", "largest"}, rows);
}

}  // namespace

std::string variant_score_curves(const std::vector<VariantLogs>& variants) {
  html::Figure figure;
  figure.wide = true;
  std::vector<std::vector<std::string>> rows;
  for (const auto& column : score_columns(variants)) {
    std::vector<CurveBand> bands;
    for (const auto& variant : variants) {
      bands.push_back(band_in(variant, column));
      add_rows(column.substr(kScorePrefix.size()) + ", " + variant.name, bands.back(), rows);
    }
    Chart chart = curve_chart(column.substr(kScorePrefix.size()),
                              "Course of " + column + " of all variants", bands, 480, 240);
    // The best ones last, on top.
    for (size_t i = bands.size(); i-- > 0;) draw(bands[i], tone(i), i < kTold, chart);
    const auto floor = std::ranges::find_if(variants, [&](const VariantLogs& variant) {
      return !variant.runs.empty() && variant.runs.front().contains(column + kFloorSuffix);
    });
    if (floor != variants.end()) {
      const Curve& level = floor->runs.front().at(column + kFloorSuffix);
      chart.line(level.step, level.value, "floor");
    }
    figure.drawings.push_back(chart.svg());
  }
  std::vector<html::Key> keys;
  for (size_t i = 0; i < std::min(variants.size(), kTold); ++i) {
    keys.push_back({"l " + tone(i), variants[i].name});
  }
  if (variants.size() > kTold) keys.push_back({"l mut faint", "other variants"});
  keys.push_back({"l floor", "floor"});
  figure.legend = html::legend(keys);
  figure.caption =
      "Mean over seeds; bands from the least to the largest seed of the first variants of the "
      "leaderboard. These scores are of sequences that were not trained on, and mean the same for "
      "all variants.";
  figure.below = html::details("Data of these drawings", band_table(rows));
  return html::figure(figure);
}

std::string variant_loss_curves(const std::vector<VariantLogs>& variants) {
  html::Figure figure;
  figure.legend = html::legend({{"l k0", "discriminator"}, {"l k1", "generator"}});
  std::vector<std::vector<std::string>> rows;
  for (const auto& variant : variants) {
    const std::vector<CurveBand> bands = {band_in(variant, "d.total"), band_in(variant, "g.total")};
    if (bands[0].step.empty() && bands[1].step.empty()) continue;
    Chart chart = curve_chart(variant.name, "Training losses of " + variant.name, bands, 256, 150);
    for (size_t side = 0; side < bands.size(); ++side) {
      draw(bands[side], fmt::format("k{}", side), true, chart);
      add_rows(variant.name + (side == 0 ? ", D" : ", G"), bands[side], rows);
    }
    figure.drawings.push_back(chart.svg());
  }
  figure.caption =
      "Losses as trained: mean over seeds, band from the least to the largest seed. Each panel has "
      "an axis of its own: these numbers mean something else for every variant and are never "
      "compared; they show whether a run is calm. Rare peaks are cut.";
  figure.below = html::details("Data of these drawings", band_table(rows));
  return html::figure(figure);
}

}  // namespace rnngan
