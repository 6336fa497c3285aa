#include <algorithm>
#include <numeric>

#include <fmt/format.h>

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

std::string distribution_figure(const Pair& pair, const std::string& title,
                                const std::string& caption) {
  html::Figure figure;
  figure.title = title;
  figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
  SummaryRows rows;
  const int64_t features = pair.real.features();
  for (int64_t d = 0; d < std::min(features, kMostPanels); ++d) {
    const std::string name = pair.real.column_name(d);
    const auto real = valid_values(pair.real, d), synthetic = valid_values(pair.synthetic, d);
    figure.drawings.push_back(distribution_panel(
        real, synthetic, name, fmt::format("{} of {}, real and synthetic", title, name)));
    add_spread(name + ", real", real, rows);
    add_spread(name + ", synthetic", synthetic, rows);
  }
  figure.caption = panels_note(features) + caption;
  figure.below = html::details(
      "Data of these drawings",
      html::table({"feature", "mean", "sd", "least", "5 %", "median", "95 %", "largest"}, rows));
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

bool have_differences(const Pair& pair) {
  return pair.real.steps() >= 2 && pair.synthetic.steps() >= 2;
}

}  // namespace

std::string distribution_panel(const std::vector<double>& real,
                               const std::vector<double>& synthetic, const std::string& heading,
                               const std::string& description) {
  const auto edges = histogram_edges(real, synthetic);
  const auto of_real = shares(real, edges), of_synthetic = shares(synthetic, edges);
  Extent heights{0, 0, false};
  heights.include(of_real);
  heights.include(of_synthetic);
  Chart chart({.heading = heading,
               .description = description,
               .x = {edges.front(), edges.back(), false},
               .y = {0, heights.usable().high * 1.05, false},
               .height = 150,
               .y_axis = false});
  chart.bars(edges, of_real, "real", true);
  chart.bars(edges, of_synthetic, "syn dash", false);
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
      "axis is written into the panel.");
  if (!have_differences(pair)) return text;
  const SequenceSet real = differences(pair.real), synthetic = differences(pair.synthetic);
  if (real.count() == 0 || synthetic.count() == 0) return text;
  return text + distribution_figure(
                    {real, synthetic}, "First differences",
                    "The change from one step to the next. A set that has the values right and the "
                    "differences wrong is too smooth or too rough.");
}

std::string autocorrelation_figures(const Pair& pair) {
  if (pair.synthetic.count() == 0) return {};
  std::string text = one_figure(pair, compare_autocorrelations(pair.real, pair.synthetic, 3),
                                "Autocorrelation of values");
  if (!have_differences(pair)) return text;
  const SequenceSet real = differences(pair.real), synthetic = differences(pair.synthetic);
  return text + one_figure(pair, compare_autocorrelations(real, synthetic, 2),
                           "Autocorrelation of first differences");
}

}  // namespace rnngan
