#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/utf8.h"
#include "report/chart.h"
#include "report/figures.h"
#include "report/summary.h"

namespace rnngan {

namespace {

constexpr int64_t kShownSequences = 8;
constexpr size_t kMostLinePoints = 200, kMostTableSteps = 24;

/// Every k-th value, so that no line has more points than a drawing can show.
void thin(std::vector<double>& steps, std::vector<double>& values) {
  const size_t every = (values.size() + kMostLinePoints - 1) / kMostLinePoints;
  if (every <= 1) return;
  size_t kept = 0;
  for (size_t i = 0; i < values.size(); i += every, ++kept) {
    steps[kept] = steps[i];
    values[kept] = values[i];
  }
  steps.resize(kept);
  values.resize(kept);
}

/// A number, the name of a class, or a dash for a missing cell.
std::string cell_of(const SequenceSet& names, int64_t feature, double value) {
  if (!names.is_category(feature) || std::isnan(value)) return html::number(value);
  return names.columns[static_cast<size_t>(feature)].classes.at(static_cast<size_t>(value));
}

std::string sequence_table(const Pair& pair, int64_t feature) {
  std::vector<std::string> heads = {"step"};
  std::vector<std::vector<double>> series;
  const auto add = [&](const SequenceSet& from, const char* name) {
    int number = 0;
    for (const int64_t index : spread_indices(from.count(), kShownSequences)) {
      heads.push_back(fmt::format("{} {}", name, ++number));
      series.push_back(sequence_values(from, index, feature));
    }
  };
  add(pair.real, "real");
  add(pair.synthetic, "synth.");
  size_t longest = 0;
  for (const auto& values : series) longest = std::max(longest, values.size());
  const size_t every = std::max<size_t>(1, (longest + kMostTableSteps - 1) / kMostTableSteps);
  std::vector<std::vector<std::string>> rows;
  for (size_t t = 0; t < longest; t += every) {
    rows.push_back({std::to_string(t + 1)});
    for (const auto& values : series) {
      rows.back().push_back(t < values.size() ? cell_of(pair.real, feature, values[t]) : "");
    }
  }
  return html::table(heads, rows);
}

/// What is written beside the axis of a column of classes; none where there are too many.
std::vector<std::string> class_names(const SequenceSet& of, int64_t feature) {
  constexpr size_t kMostNames = 12, kLongestName = 14;
  if (!of.is_category(feature)) return {};
  std::vector<std::string> names = of.columns[static_cast<size_t>(feature)].classes;
  if (names.size() > kMostNames) return {};
  for (std::string& name : names) name = shortened(name, kLongestName);
  return names;
}

}  // namespace

std::string panels_note(int64_t features, int64_t shown) {
  return features > shown ? fmt::format("The first {} of {} features. ", shown, features) : "";
}

std::string pair_legend(html::Key::Shape real, html::Key::Shape synthetic) {
  const auto classes = [](html::Key::Shape shape, const char* tone) {
    const char* const kind = shape == html::Key::Shape::area    ? "b"
                             : shape == html::Key::Shape::dot   ? "p"
                             : shape == html::Key::Shape::cross ? "q"
                                                                : "l";
    return fmt::format("{} {}", kind, tone);
  };
  const bool dashed = synthetic == html::Key::Shape::line;
  return html::legend({{classes(real, "real"), "real", real},
                       {classes(synthetic, dashed ? "syn dash" : "syn"), "synthetic", synthetic}});
}

Extent shared_range(const std::vector<double>& real, const std::vector<double>& synthetic) {
  Extent range;
  range.include(real);
  constexpr double kReach = 2;
  const Extent own = range.usable();
  const Extent other = quantile_range(synthetic, 0.002);
  if (!other.empty) {
    range.include(
        std::clamp(other.low, own.low - kReach * own.span(), own.high + kReach * own.span()));
    range.include(
        std::clamp(other.high, own.low - kReach * own.span(), own.high + kReach * own.span()));
  }
  return range.usable().padded(0.03);
}

std::string sequence_panel(const SequenceSet& sequences, int64_t feature,
                           const std::string& heading, const std::string& description,
                           const Extent& range, const std::string& classes) {
  Extent steps;
  steps.include(1);
  steps.include(static_cast<double>(sequences.steps()));
  const auto names = class_names(sequences, feature);
  Chart chart({.heading = heading,
               .description = description,
               .x = steps,
               .y = range,
               .x_title = "step",
               .y_axis = names.empty(),
               .names = !names.empty(),
               .left = names.empty() ? 40.0 : 84.0});
  for (size_t v = 0; v < names.size(); ++v) chart.name(static_cast<double>(v), names[v]);
  for (const int64_t index : spread_indices(sequences.count(), kShownSequences)) {
    std::vector<double> values = sequence_values(sequences, index, feature);
    std::vector<double> at(values.size());
    std::iota(at.begin(), at.end(), 1.0);
    thin(at, values);
    chart.line(at, values, classes);
  }
  return chart.svg();
}

std::string sequence_figure(const Pair& pair) {
  html::Figure figure;
  figure.pairs = true;
  std::string tables;
  const int64_t features = pair.real.features();
  for (int64_t d = 0; d < std::min(features, kMostPanels); ++d) {
    const std::string name = pair.real.column_name(d);
    const Extent range = shared_range(valid_values(pair.real, d), valid_values(pair.synthetic, d));
    figure.drawings.push_back(sequence_panel(pair.real, d, name + ", real",
                                             "Real sequences of " + name, range, "real thin"));
    figure.drawings.push_back(sequence_panel(pair.synthetic, d, name + ", synthetic",
                                             "Synthetic sequences of " + name, range, "syn thin"));
    tables += html::details(name, sequence_table(pair, d));
  }
  figure.caption =
      panels_note(features) + fmt::format(
                                  "Up to {} sequences of each set, evenly spread over it and not "
                                  "chosen by eye. Both panels of a feature have the same "
                                  "axes; lines that leave them go further.",
                                  kShownSequences);
  figure.below = html::details("Data of these drawings", tables);
  return html::figure(figure);
}

}  // namespace rnngan
