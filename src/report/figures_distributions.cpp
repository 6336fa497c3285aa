#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "evaluation/score_encoding.h"
#include "report/chart.h"
#include "report/figures.h"
#include "report/summary.h"

namespace rnngan {

namespace {

using SummaryRows = std::vector<std::vector<std::string>>;

void add_spread(const std::string& name, const std::vector<double>& values, SummaryRows& rows) {
  const ValueSummary summary = summarize(values);
  rows.push_back({name, html::number(summary.mean), html::number(summary.sd)});
  for (const double quantile : summary.quantiles) rows.back().push_back(html::number(quantile));
}

void add_classes(const Pair& pair, int64_t feature, SummaryRows& rows) {
  const auto& classes = pair.real.columns[static_cast<size_t>(feature)].classes;
  const auto real = class_shares(pair.real, feature, classes.size()),
             synthetic = class_shares(pair.synthetic, feature, classes.size());
  for (size_t v = 0; v < classes.size(); ++v) {
    rows.push_back({pair.real.column_name(feature) + " = " + classes[v],
                    fmt::format("{:.3g} %", 100 * real[v]),
                    fmt::format("{:.3g} %", 100 * synthetic[v])});
  }
}

/// `levels`: of values, not of their differences.
std::string distribution_figure(const Pair& pair, const std::string& title,
                                const std::string& caption, bool levels) {
  html::Figure figure;
  figure.title = title;
  figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
  SummaryRows rows, shares_of_classes;
  const int64_t features = pair.real.features();
  bool marked = false;
  for (int64_t d = 0; d < std::min(features, kMostPanels); ++d) {
    const std::string name = pair.real.column_name(d);
    const std::string description = fmt::format("{} of {}, real and synthetic", title, name);
    if (pair.real.is_category(d)) {
      if (!levels) continue;
      figure.drawings.push_back(class_panel(pair.real, pair.synthetic, d, name, description));
      add_classes(pair, d, shares_of_classes);
      continue;
    }
    const auto real = valid_values(pair.real, d), synthetic = valid_values(pair.synthetic, d);
    const std::vector<double> marks = levels ? marked_values(pair.real, d) : std::vector<double>();
    marked = marked || !marks.empty();
    figure.drawings.push_back(distribution_panel(real, synthetic, name, description, marks));
    add_spread(name + ", real", real, rows);
    add_spread(name + ", synthetic", synthetic, rows);
  }
  if (figure.drawings.empty()) return {};
  figure.caption = panels_note(features) + caption;
  if (marked) {
    figure.caption +=
        " A triangle marks a value that makes up 1 % of the real ones or more and stands out from "
        "its "
        "neighbours.";
  }
  if (levels) figure.caption += fmt::format(" {}", missing_note(pair));
  figure.below = html::details(
      "Data of these drawings",
      html::table({"feature", "mean", "sd", "least", "5 %", "median", "95 %", "largest"}, rows) +
          html::table({"class", "real", "synthetic"}, shares_of_classes));
  return html::figure(figure);
}

std::string one_figure(const Pair& pair, const Autocorrelations& both, const std::string& title) {
  if (both.lags.empty()) return {};
  html::Figure figure;
  figure.title = title;
  std::vector<html::Key> keys = {{"l real", "real"}, {"l syn dash", "synthetic"}};
  if (!both.low.empty()) {
    keys.push_back({"a real", "halves of the real sequences", html::Key::Shape::area});
  }
  figure.legend = html::legend(keys);
  Extent lags;
  lags.include(1);
  lags.include(both.lags.back());
  std::vector<std::string> heads = {"lag"};
  const auto shown = static_cast<size_t>(std::min(pair.real.features(), kMostPanels));
  for (size_t d = 0; d < shown; ++d) {
    const std::string name = pair.real.column_name(static_cast<int64_t>(d));
    Extent range{0, 1, false};
    range.include(both.real[d]);
    range.include(both.synthetic[d]);
    Chart chart({.heading = name,
                 .description = fmt::format("{} of {}, real and synthetic", title, name),
                 .x = lags,
                 .y = range.padded(0.04),
                 .x_title = "lag, steps"});
    chart.horizontal(0, "x");
    if (!both.low.empty()) chart.band(both.lags, both.low[d], both.high[d], "real");
    chart.line(both.lags, both.real[d], "real");
    chart.line(both.lags, both.synthetic[d], "syn dash");
    figure.drawings.push_back(chart.svg());
    heads.push_back(name + ", real");
    heads.push_back(name + ", synth.");
  }
  SummaryRows rows;
  for (size_t k = 0; k < both.lags.size(); ++k) {
    rows.push_back({html::number(both.lags[k])});
    for (size_t d = 0; d < shown; ++d) {
      rows.back().push_back(html::number(both.real[d][k], 3));
      rows.back().push_back(html::number(both.synthetic[d][k], 3));
    }
  }
  figure.caption =
      panels_note(pair.real.features()) + "About the mean of all sequences of a set." +
      (both.low.empty() ? ""
                        : " The band spans 20 random halves of the real sequences: how far "
                          "apart two real sets of that size lie.");
  figure.below = html::details("Data of these drawings", html::table(heads, rows));
  return html::figure(figure);
}

double share_equal_to(const std::vector<double>& values, double value) {
  return static_cast<double>(std::ranges::count(values, value)) /
         static_cast<double>(std::max<size_t>(1, values.size()));
}

/// "0: 58 %, synthetic 30 %" of the most frequent ones.
std::string marks_text(const std::vector<double>& real, const std::vector<double>& synthetic,
                       std::vector<double> marks) {
  constexpr size_t kMostTold = 2;
  std::ranges::stable_sort(marks, std::ranges::greater{},
                           [&](double mark) { return share_equal_to(real, mark); });
  std::string text;
  for (size_t k = 0; k < std::min(kMostTold, marks.size()); ++k) {
    text += fmt::format("{}exactly {}: {:.3g} %, synth. {:.3g} %", k > 0 ? "; " : "",
                        html::number(marks[k]), 100 * share_equal_to(real, marks[k]),
                        100 * share_equal_to(synthetic, marks[k]));
  }
  return text;
}

bool have_differences(const Pair& pair) {
  return pair.real.steps() >= 2 && pair.synthetic.steps() >= 2;
}

}  // namespace

std::string distribution_panel(const std::vector<double>& real,
                               const std::vector<double>& synthetic, const std::string& heading,
                               const std::string& description, const std::vector<double>& marks) {
  const auto edges = histogram_edges(real, synthetic);
  const auto of_real = shares(real, edges), of_synthetic = shares(synthetic, edges);
  Extent heights{0, 0, false};
  heights.include(of_real);
  heights.include(of_synthetic);
  Chart chart({.heading = heading,
               .description = description,
               .x = {edges.front(), edges.back(), false},
               .y = {0, heights.usable().high * (marks.empty() ? 1.05 : 1.18), false},
               .y_title = marks_text(real, synthetic, marks),
               .height = marks.empty() ? 150.0 : 162.0,
               .y_axis = false});
  chart.bars(edges, of_real, "real", true);
  chart.bars(edges, of_synthetic, "syn dash", false);
  for (const double mark : marks) {
    chart.text(mark, heights.usable().high, "\u25be", "m bold", 0, -1);
  }
  const double beyond = 1 - std::accumulate(of_synthetic.begin(), of_synthetic.end(), 0.0);
  if (beyond >= 0.01 && !synthetic.empty()) {
    chart.text(edges.back(), heights.usable().high, fmt::format("{:.0f} % beyond", 100 * beyond),
               "e", 0, 2);
  }
  return chart.svg();
}

std::string distribution_figures(const Pair& pair) {
  if (pair.synthetic.count() == 0) return {};
  std::string text = distribution_figure(
      pair, "Values",
      "Height: share of all values of the set in the bin, both sets on one scale; all steps of all "
      "sequences together. A share of synthetic values that lies beyond the "
      "axis is written into the panel.",
      /*levels=*/true);
  if (!have_differences(pair)) return text;
  const SequenceSet real = differences(pair.real), synthetic = differences(pair.synthetic);
  if (real.count() == 0 || synthetic.count() == 0) return text;
  return text + distribution_figure(
                    {real, synthetic}, "First differences",
                    "The change from one step to the next. A set that has the values right and the "
                    "differences wrong is too smooth or too rough.",
                    /*levels=*/false);
}

std::string autocorrelation_figures(const Pair& pair) {
  if (pair.synthetic.count() == 0) return {};
  const ScoreEncoding encoding(pair.real, ValidCells(pair.real, nullptr));
  const SequenceSet all_real = encoding(pair.real), all_synthetic = encoding(pair.synthetic);
  const SequenceSet real = number_columns(all_real, pair.real),
                    synthetic = number_columns(all_synthetic, pair.real);
  if (real.features() == 0) return {};
  const Pair numbers{real, synthetic};
  std::string text = one_figure(numbers, compare_autocorrelations(real, synthetic, 3),
                                "Autocorrelation of values");
  if (!have_differences(numbers)) return text;
  return text + one_figure(numbers,
                           compare_autocorrelations(
                               number_columns(differences(all_real), pair.real),
                               number_columns(differences(all_synthetic), pair.real), 2),
                           "Autocorrelation of first differences");
}

}  // namespace rnngan
