#include "evaluation/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "evaluation/descriptive.h"

namespace rnngan {
namespace {

const double kNothing = std::nan("");

/// The share of what is not NaN for which `holds`.
template <class Holds>
double share_of(std::span<const double> values, const Holds& holds) {
  double hits = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    hits += holds(value) ? 1 : 0;
    ++count;
  }
  return count > 0 ? hits / count : kNothing;
}

/// The longest run of neighbours i, i + 1, ... of [0, count) that all `hold`.
template <class Holds>
double longest_run(size_t count, const Holds& holds) {
  size_t longest = 0, run = 0;
  for (size_t i = 0; i < count; ++i) {
    run = holds(i) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return static_cast<double>(longest);
}

std::vector<double> absolute(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  return values;
}

/// The correlation of values with those `lag` earlier.
double lagged(std::span<const double> values, size_t lag) {
  if (values.size() <= lag + 2) return kNothing;
  return correlation_of(values.subspan(lag), values.first(values.size() - lag));
}

double quantile(const ColumnView& view, double share) {
  return view.sorted().empty() ? kNothing : quantile_of_sorted(view.sorted(), share);
}

double distinct_share(const ColumnView& view) {
  if (view.sorted().empty()) return kNothing;
  double distinct = 1;
  for (size_t i = 1; i < view.sorted().size(); ++i) {
    distinct += view.sorted()[i] != view.sorted()[i - 1] ? 1 : 0;
  }
  return distinct / static_cast<double>(view.sorted().size());
}

bool on_grid(double value, double grid) {
  const double multiple = value / grid;
  return std::abs(multiple - std::round(multiple)) <= 1e-6 * std::max(1.0, std::abs(multiple));
}

double finer_share(const ColumnView& view) {
  const double grid = view.facts().grid;
  if (grid == 0) return kNothing;
  return share_of(view.values(), [&](double value) { return !on_grid(value, grid); });
}

double straight_share(const ColumnView& view) {
  const std::vector<double>& steps = view.steps();
  std::vector<double> bends;
  for (size_t i = 1; i < steps.size(); ++i) {
    const double size = std::max(std::abs(steps[i]), std::abs(steps[i - 1]));
    const double bend = steps[i] - steps[i - 1];
    bends.push_back(std::abs(bend) <= 1e-9 * size ? 0 : bend);
  }
  return share_of(bends, [](double bend) { return bend == 0; });
}

double turn_share(const ColumnView& view) {
  const std::vector<double>& steps = view.steps();
  std::vector<double> products;
  for (size_t i = 1; i < steps.size(); ++i) products.push_back(steps[i] * steps[i - 1]);
  return share_of(products, [](double product) { return product < 0; });
}

double crossing_share(const ColumnView& view) {
  const double median = view.facts().median;
  const std::vector<double>& values = view.values();
  if (values.size() < 2) return kNothing;
  double crossings = 0;
  for (size_t i = 1; i < values.size(); ++i) {
    crossings += (values[i] > median) != (values[i - 1] > median) ? 1 : 0;
  }
  return crossings / static_cast<double>(values.size() - 1);
}

double largest_step(const ColumnView& view, double sign) {
  double largest = kNothing;
  for (const double step : view.steps()) {
    if (!std::isnan(step) && !(sign * step <= sign * largest)) largest = step;
  }
  return largest;
}

double missing_share(const ColumnView& view) {
  if (view.series().empty()) return kNothing;
  return 1 - static_cast<double>(view.values().size()) / static_cast<double>(view.series().size());
}

using View = ColumnView;

std::vector<ColumnStatistic> level_statistics() {
  using enum FeatureUnit;
  return {
      {"mean", "mean", value, [](const View& v) { return mean_of_values(v.values()); }},
      {"spread", "standard deviation", value,
       [](const View& v) { return deviation_of_values(v.values()); }},
      {"q10", "10 % quantile", value, [](const View& v) { return quantile(v, 0.1); }},
      {"median", "median", value, [](const View& v) { return quantile(v, 0.5); }},
      {"q90", "90 % quantile", value, [](const View& v) { return quantile(v, 0.9); }},
      {"smallest", "smallest value", value, [](const View& v) { return quantile(v, 0); }},
      {"largest", "largest value", value, [](const View& v) { return quantile(v, 1); }},
      {"first", "first value", value,
       [](const View& v) { return v.values().empty() ? kNothing : v.values().front(); }},
      {"last", "last value", value,
       [](const View& v) { return v.values().empty() ? kNothing : v.values().back(); }},
      {"drift", "last less first value", value,
       [](const View& v) {
         return v.values().empty() ? kNothing : v.values().back() - v.values().front();
       }},
      {"low_tail", "values below {low}", share,
       [](const View& v) {
         return share_of(v.values(), [&](double x) { return x < v.facts().low_tail; });
       }},
      {"high_tail", "values above {high}", share,
       [](const View& v) {
         return share_of(v.values(), [&](double x) { return x > v.facts().high_tail; });
       }},
      {"too_low", "values below {smallest}", share,
       [](const View& v) {
         return share_of(v.values(), [&](double x) { return x < v.facts().smallest; });
       }},
      {"too_high", "values above {largest}", share,
       [](const View& v) {
         return share_of(v.values(), [&](double x) { return x > v.facts().largest; });
       }},
      {"zeros", "exact zeros", share,
       [](const View& v) { return share_of(v.values(), [](double x) { return x == 0; }); }},
      {"distinct", "distinct values", share, distinct_share},
      {"finer", "values that are no multiples of {grid}", share, finer_share},
      {"missing", "missing", share, missing_share},
      {"gaps", "number of gaps", steps,
       [](const View& v) {
         const std::vector<double>& x = v.series();
         double gaps = 0;
         for (size_t t = 0; t < x.size(); ++t) {
           gaps += std::isnan(x[t]) && (t == 0 || !std::isnan(x[t - 1])) ? 1 : 0;
         }
         return gaps;
       }},
      {"gap", "longest gap", steps,
       [](const View& v) {
         return longest_run(v.series().size(), [&](size_t i) { return std::isnan(v.series()[i]); });
       }},
  };
}

std::vector<ColumnStatistic> change_statistics() {
  using enum FeatureUnit;
  return {
      {"step_size", "mean size of steps", value,
       [](const View& v) { return mean_of_values(absolute(v.steps())); }},
      {"step_spread", "standard deviation of steps", value,
       [](const View& v) { return deviation_of_values(v.steps()); }},
      {"rise", "largest rise", value, [](const View& v) { return largest_step(v, 1); }},
      {"fall", "largest fall", value, [](const View& v) { return largest_step(v, -1); }},
      {"unchanged", "unchanged steps", share,
       [](const View& v) { return share_of(v.steps(), [](double x) { return x == 0; }); }},
      {"straight", "steps as large as the one before", share, straight_share},
      {"rising", "steps that rise", share,
       [](const View& v) { return share_of(v.steps(), [](double x) { return x > 0; }); }},
      {"falling", "steps that fall", share,
       [](const View& v) { return share_of(v.steps(), [](double x) { return x < 0; }); }},
      {"turns", "turning points", share, turn_share},
      {"acf1", "correlation with one step before", correlation,
       [](const View& v) { return lagged(v.series(), 1); }},
      {"acf2", "correlation with two steps before", correlation,
       [](const View& v) { return lagged(v.series(), 2); }},
      {"acf5", "correlation with five steps before", correlation,
       [](const View& v) { return lagged(v.series(), 5); }},
      {"step_acf", "correlation of successive steps", correlation,
       [](const View& v) { return lagged(v.steps(), 1); }},
      {"step_acf2", "correlation of steps two apart", correlation,
       [](const View& v) { return lagged(v.steps(), 2); }},
      {"size_acf", "correlation of successive step sizes", correlation,
       [](const View& v) { return lagged(absolute(v.steps()), 1); }},
      {"crossings", "crossings of {median}", share, crossing_share},
      {"same_run", "longest run of one value", steps,
       [](const View& v) {
         return 1 + longest_run(v.steps().size(), [&](size_t i) { return v.steps()[i] == 0; });
       }},
      {"zero_run", "longest run of zeros", steps,
       [](const View& v) {
         return longest_run(v.series().size(), [&](size_t i) { return v.series()[i] == 0; });
       }},
      {"high_run", "longest run above {median}", steps,
       [](const View& v) {
         return longest_run(v.series().size(),
                            [&](size_t i) { return v.series()[i] > v.facts().median; });
       }},
  };
}

}  // namespace

ColumnFacts column_facts(std::span<const double> values) {
  ColumnFacts facts;
  if (values.empty()) return facts;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  facts.median = quantile_of_sorted(sorted, 0.5);
  facts.low_tail = quantile_of_sorted(sorted, 0.05);
  facts.high_tail = quantile_of_sorted(sorted, 0.95);
  facts.smallest = sorted.front();
  facts.largest = sorted.back();
  for (int power = 3; power >= -6; --power) {
    for (const double part : {1.0, 0.5, 0.2}) {
      const double grid = part * std::pow(10.0, power);
      if (facts.grid == 0 && grid >= 1e-6 &&
          std::ranges::all_of(values, [&](double value) { return on_grid(value, grid); })) {
        facts.grid = grid;
      }
    }
  }
  return facts;
}

ColumnView::ColumnView(std::vector<double> series, const ColumnFacts& facts)
    : series_(std::move(series)), facts_(facts) {
  for (const double value : series_) {
    if (!std::isnan(value)) values_.push_back(value);
  }
  sorted_ = values_;
  std::sort(sorted_.begin(), sorted_.end());
  for (size_t i = 1; i < series_.size(); ++i) steps_.push_back(series_[i] - series_[i - 1]);
}

const std::vector<ColumnStatistic>& column_statistics() {
  static const std::vector<ColumnStatistic> all = [] {
    std::vector<ColumnStatistic> rows = level_statistics();
    for (const ColumnStatistic& row : change_statistics()) rows.push_back(row);
    return rows;
  }();
  return all;
}

}  // namespace rnngan
