// Features of columns of classes: how frequent each is, how long it lasts, and what follows it.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "evaluation/descriptive.h"
#include "evaluation/feature_table.h"

namespace rnngan {
namespace {

constexpr size_t kMostShares = 12, kMostTransitions = 24;
// What by chance would be there so often in the reference, and never is, is a rule.
constexpr double kExpected = 10;

using Transition = std::pair<int64_t, int64_t>;

/// Calls `take(from, to)` for steps whose class and whose next one are known.
template <class Take>
void each_transition(const std::vector<int64_t>& codes, const Take& take) {
  for (size_t t = 1; t < codes.size(); ++t) {
    if (codes[t - 1] >= 0 && codes[t] >= 0) take(codes[t - 1], codes[t]);
  }
}

std::map<Transition, double> count_transitions(const ClassSeries& series) {
  std::map<Transition, double> counts;
  for (int64_t i = 0; i < series.count(); ++i) {
    each_transition(series.of(i), [&](int64_t from, int64_t to) { counts[{from, to}] += 1; });
  }
  return counts;
}

/// The most frequent of both sets, but none that fewer than ten sequences could have.
std::vector<Transition> frequent_transitions(const ClassSeries& series) {
  const auto counts = count_transitions(series);
  std::vector<std::pair<Transition, double>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<Transition, double>::second);
  std::vector<Transition> frequent;
  for (const auto& [transition, count] : sorted) {
    if (frequent.size() < kMostTransitions && count >= kExpected) frequent.push_back(transition);
  }
  return frequent;
}

/// Those that the reference never has, though both classes are frequent in it.
std::set<Transition> unseen_transitions(const ClassSeries& reference) {
  const auto seen = count_transitions(reference);
  std::map<int64_t, double> left, entered;
  double all = 0;
  for (const auto& [transition, count] : seen) {
    left[transition.first] += count;
    entered[transition.second] += count;
    all += count;
  }
  std::set<Transition> unseen;
  for (const auto& [from, departures] : left) {
    for (const auto& [to, arrivals] : entered) {
      const bool expected = departures * arrivals >= kExpected * all;
      if (expected && !seen.contains({from, to})) unseen.emplace(from, to);
    }
  }
  return unseen;
}

/// The share of steps of class `from` that are followed by `to`; NaN where there are none.
double followed_by(const std::vector<int64_t>& codes, int64_t from, int64_t to) {
  double hits = 0, left = 0;
  each_transition(codes, [&](int64_t a, int64_t b) {
    left += a == from ? 1 : 0;
    hits += a == from && b == to ? 1 : 0;
  });
  return left > 0 ? hits / left : std::nan("");
}

/// Of all steps with a class before a known one, the share for which `holds(from, to)` does.
template <class Holds>
double transition_share(const std::vector<int64_t>& codes, const Holds& holds) {
  double hits = 0, all = 0;
  each_transition(codes, [&](int64_t from, int64_t to) {
    hits += holds(from, to) ? 1 : 0;
    ++all;
  });
  return all > 0 ? hits / all : std::nan("");
}

/// Lengths of runs of one class, or of missing cells where `missing`.
std::vector<double> run_lengths(const std::vector<int64_t>& codes, bool missing) {
  std::vector<double> runs;
  for (size_t t = 0; t < codes.size(); ++t) {
    if ((codes[t] < 0) != missing) continue;
    if (t == 0 || codes[t] != codes[t - 1]) runs.push_back(0);
    runs.back() += 1;
  }
  return runs;
}

double largest_or_zero(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

class CategoryFeatures {
 public:
  CategoryFeatures(const FeatureSource& source, int64_t d, FeatureCollector& to)
      : name_(source.names.column_name(d)),
        classes_(source.names.columns[static_cast<size_t>(d)].classes),
        both_(source.both, d, static_cast<int64_t>(classes_.size())),
        reference_(source.reference, d, static_cast<int64_t>(classes_.size())),
        to_(to) {}

  void add_shares() {
    const std::vector<int64_t> frequent = both_.frequent(kMostShares);
    for (const int64_t v : frequent) {
      add("is_" + called(v), fmt::format("share of steps \"{}\"", called(v)), FeatureUnit::share,
          [&](int64_t i) { return both_.share(i, v); });
    }
    add("rare", "share of steps of rarer classes", FeatureUnit::share, [&](int64_t i) {
      double others = 1;
      for (const int64_t v : frequent) others -= both_.share(i, v);
      return std::abs(others) < 1e-12 ? 0 : others;
    });
    add("distinct", "number of classes", FeatureUnit::steps, [&](int64_t i) {
      std::set<int64_t> there(both_.of(i).begin(), both_.of(i).end());
      there.erase(-1);
      return static_cast<double>(there.size());
    });
  }

  void add_runs() {
    add("changes", "share of steps that change it", FeatureUnit::share, [&](int64_t i) {
      return transition_share(both_.of(i), [](int64_t from, int64_t to) { return from != to; });
    });
    add("run", "mean length of runs", FeatureUnit::steps,
        [&](int64_t i) { return mean_of_values(run_lengths(both_.of(i), false)); });
    add("longest_run", "longest run of one class", FeatureUnit::steps,
        [&](int64_t i) { return largest_or_zero(run_lengths(both_.of(i), false)); });
  }

  void add_transitions() {
    for (const Transition& one : frequent_transitions(both_)) {
      const std::string from = called(one.first), to = called(one.second);
      add(from + ">" + to, fmt::format("share of \"{}\" followed by \"{}\"", from, to),
          FeatureUnit::share,
          [&](int64_t i) { return followed_by(both_.of(i), one.first, one.second); });
    }
    const std::set<Transition> unseen = unseen_transitions(reference_);
    add(
        "unseen", "changes that real sequences never have", FeatureUnit::share,
        [&](int64_t i) {
          return transition_share(both_.of(i), [&](int64_t from, int64_t to) {
            return unseen.contains({from, to});
          });
        },
        /*rule=*/true);
  }

  void add_missing() {
    add("missing", "missing", FeatureUnit::share, [&](int64_t i) {
      const auto& codes = both_.of(i);
      return static_cast<double>(std::ranges::count(codes, -1)) /
             static_cast<double>(std::max<size_t>(1, codes.size()));
    });
    add("gaps", "number of gaps", FeatureUnit::steps,
        [&](int64_t i) { return static_cast<double>(run_lengths(both_.of(i), true).size()); });
    add("gap", "longest gap", FeatureUnit::steps,
        [&](int64_t i) { return largest_or_zero(run_lengths(both_.of(i), true)); });
  }

 private:
  template <class Of>
  void add(const std::string& key, const std::string& phrase, FeatureUnit unit, const Of& of,
           bool rule = false) {
    to_.add({name_ + "/" + key, name_, phrase, unit, rule}, of);
  }
  const std::string& called(int64_t v) const { return classes_[static_cast<size_t>(v)]; }

  std::string name_;
  const std::vector<std::string>& classes_;
  ClassSeries both_, reference_;
  FeatureCollector& to_;
};

}  // namespace

void add_category_features(const FeatureSource& source, FeatureCollector& to) {
  for (const int64_t d : category_columns(source.names)) {
    CategoryFeatures features(source, d, to);
    features.add_shares();
    features.add_runs();
    features.add_transitions();
    features.add_missing();
  }
}

}  // namespace rnngan
