#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/utf8.h"
#include "evaluation/atoms.h"
#include "report/chart.h"
#include "report/figures.h"
#include "report/summary.h"

namespace rnngan {

namespace {

constexpr size_t kMostBars = 12;
constexpr double kBarHeight = 15;
constexpr size_t kLongestClass = 14;  // characters

struct ClassBar {
  std::string name;
  double real = 0, synthetic = 0;
};

/// The most frequent real classes first; what has no room makes one bar.
std::vector<ClassBar> class_bars(const std::vector<std::string>& classes,
                                 const std::vector<double>& real,
                                 const std::vector<double>& synthetic) {
  std::vector<size_t> order(classes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](size_t v) { return real[v]; });
  std::vector<ClassBar> bars;
  for (const size_t v : order) {
    if (bars.size() + 1 < kMostBars || classes.size() <= kMostBars) {
      bars.push_back({shortened(classes[v], kLongestClass), real[v], synthetic[v]});
      continue;
    }
    if (bars.size() < kMostBars) {
      bars.push_back({fmt::format("{} others", classes.size() - bars.size()), 0, 0});
    }
    bars.back().real += real[v];
    bars.back().synthetic += synthetic[v];
  }
  return bars;
}

}  // namespace

std::string class_panel(const SequenceSet& real, const SequenceSet& synthetic, int64_t feature,
                        const std::string& heading, const std::string& description) {
  const auto& classes = real.columns[static_cast<size_t>(feature)].classes;
  const auto bars = class_bars(classes, class_shares(real, feature, classes.size()),
                               class_shares(synthetic, feature, classes.size()));
  const auto count = static_cast<double>(bars.size());
  double most = 0.01;
  for (const ClassBar& bar : bars) most = std::max({most, 100 * bar.real, 100 * bar.synthetic});
  Chart chart({.heading = heading,
               .description = description,
               .x = {0, most * 1.05, false},
               .y = {-count, 0, false},
               .x_title = "per cent of cells",
               .height = 52 + kBarHeight * count,
               .y_axis = false,
               .names = true,
               .left = 84});
  for (size_t k = 0; k < bars.size(); ++k) {
    const double top = -static_cast<double>(k);
    chart.block(0, 100 * bars[k].real, top - 0.14, top - 0.86, "real", true);
    chart.block(0, 100 * bars[k].synthetic, top - 0.24, top - 0.76, "syn dash", false);
    chart.name(top - 0.5, bars[k].name);
  }
  return chart.svg();
}

std::vector<double> marked_values(const SequenceSet& real, int64_t feature) {
  std::vector<double> marks;
  for (const FrequentValue& atom : atoms_of(real, feature)) marks.push_back(atom.value);
  return marks;
}

std::string missing_note(const Pair& pair, int64_t shown) {
  std::string note;
  for (int64_t d = 0; d < std::min(pair.real.features(), shown); ++d) {
    const double real = missing_share(pair.real, d), synthetic = missing_share(pair.synthetic, d);
    if (real == 0 && synthetic == 0) continue;
    note +=
        fmt::format("{}: {:.3g} % of the real cells are missing, {:.3g} % of the synthetic ones. ",
                    pair.real.column_name(d), 100 * real, 100 * synthetic);
  }
  return note;
}

}  // namespace rnngan
