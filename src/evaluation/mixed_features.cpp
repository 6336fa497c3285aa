// Features of a column of classes and another column: levels of numbers within each class, classes
// that come together; and of cells that are missing together.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "evaluation/feature_table.h"

namespace rnngan {
namespace {

// More would cost time and tell little.
constexpr size_t kMostWithin = 12, kMostTogether = 12;
constexpr size_t kMostMixedPairs = 60;
// What holds on this share of the real steps of a class is a rule.
constexpr double kHoldsWithin = 0.98;
// Zeros that are rarer in the reference are chance.
constexpr double kRareZeros = 0.005;
// What by chance would be there so often in the reference, and never is, is a rule.
constexpr double kExpectedTogether = 10;

ClassSeries classes_of(const SequencePool& pool, const FeatureSource& source, int64_t d) {
  return {pool, d,
          static_cast<int64_t>(source.names.columns[static_cast<size_t>(d)].classes.size())};
}

const std::string& class_called(const FeatureSource& source, int64_t d, int64_t v) {
  return source.names.columns[static_cast<size_t>(d)].classes[static_cast<size_t>(v)];
}

/// The mean over the steps of sequence i at which the class is v and the number present of
/// `of(number)`; NaN where there are none.
double mean_within(const ClassSeries& classes, const SequencePool& pool, int64_t number, int64_t i,
                   int64_t v, double (*of)(double)) {
  double sum = 0, count = 0;
  const std::vector<int64_t>& codes = classes.of(i);
  for (size_t t = 0; t < codes.size(); ++t) {
    const double x = pool.at(i, static_cast<int64_t>(t), number);
    if (codes[t] != v || std::isnan(x)) continue;
    sum += of(x);
    ++count;
  }
  return count > 0 ? sum / count : std::nan("");
}

double itself(double x) {
  return x;
}

double is_zero(double x) {
  return x == 0 ? 1 : 0;
}

/// The share of zeros in all sequences within a class; NaN where it has no present number.
double zeros_within(const ClassSeries& classes, const SequencePool& pool, int64_t number,
                    int64_t v) {
  double zeros = 0, count = 0;
  for (int64_t i = 0; i < pool.count(); ++i) {
    const std::vector<int64_t>& codes = classes.of(i);
    for (size_t t = 0; t < codes.size(); ++t) {
      const double x = pool.at(i, static_cast<int64_t>(t), number);
      if (codes[t] != v || std::isnan(x)) continue;
      zeros += is_zero(x);
      ++count;
    }
  }
  return count > 0 ? zeros / count : std::nan("");
}

/// Levels of a number, and how often it is 0, within each class of a category.
void add_levels_within(const FeatureSource& source, int64_t category, int64_t number,
                       FeatureCollector& to) {
  const ClassSeries both = classes_of(source.both, source, category),
                    reference = classes_of(source.reference, source, category);
  const std::string of_class = source.names.column_name(category),
                    of_number = source.names.column_name(number);
  const std::vector<double> numbers = source.reference.values(number);
  const double zeros = static_cast<double>(std::ranges::count(numbers, 0.0)) /
                       static_cast<double>(std::max<size_t>(1, numbers.size()));
  for (const int64_t v : both.frequent(kMostWithin)) {
    const std::string& name = class_called(source, category, v);
    const std::string key = fmt::format("{},{}/{}/", of_class, of_number, name),
                      subject = of_class + " and " + of_number,
                      where = fmt::format("of {} where {} is \"{}\"", of_number, of_class, name);
    to.add({key + "mean", subject, "mean " + where, FeatureUnit::value},
           [&](int64_t i) { return mean_within(both, source.both, number, i, v, itself); });
    if (!(zeros >= kRareZeros && zeros <= 1 - kRareZeros)) continue;
    const double usual = zeros_within(reference, source.reference, number, v);
    const bool rule = usual >= kHoldsWithin || usual <= 1 - kHoldsWithin;
    to.add({key + "zeros", subject, "exact zeros " + where, FeatureUnit::share, rule},
           [&](int64_t i) { return mean_within(both, source.both, number, i, v, is_zero); });
  }
}

using ClassPair = std::pair<int64_t, int64_t>;

/// Classes of two columns at one step.
template <class Take>
void each_together(const std::vector<int64_t>& a, const std::vector<int64_t>& b, const Take& take) {
  for (size_t t = 0; t < a.size(); ++t) {
    if (a[t] >= 0 && b[t] >= 0) take(ClassPair(a[t], b[t]));
  }
}

std::map<ClassPair, double> count_together(const ClassSeries& a, const ClassSeries& b) {
  std::map<ClassPair, double> counts;
  for (int64_t i = 0; i < a.count(); ++i) {
    each_together(a.of(i), b.of(i), [&](const ClassPair& pair) { counts[pair] += 1; });
  }
  return counts;
}

/// Pairs of classes that the reference never has together, though each is frequent in it.
std::set<ClassPair> unseen_together(const ClassSeries& a, const ClassSeries& b) {
  const auto seen = count_together(a, b);
  double all = 0;
  for (const auto& [pair, count] : seen) all += count;
  std::set<ClassPair> unseen;
  for (size_t v = 0; v < a.counts().size(); ++v) {
    for (size_t w = 0; w < b.counts().size(); ++w) {
      const ClassPair pair(static_cast<int64_t>(v), static_cast<int64_t>(w));
      const bool expected = a.counts()[v] * b.counts()[w] >= kExpectedTogether * all;
      if (expected && !seen.contains(pair)) unseen.insert(pair);
    }
  }
  return unseen;
}

/// The share of the steps at which both are present for which `holds` does.
template <class Holds>
double share_together(const std::vector<int64_t>& a, const std::vector<int64_t>& b,
                      const Holds& holds) {
  double hits = 0, all = 0;
  each_together(a, b, [&](const ClassPair& pair) {
    hits += holds(pair) ? 1 : 0;
    ++all;
  });
  return all > 0 ? hits / all : std::nan("");
}

void add_classes_together(const FeatureSource& source, int64_t a, int64_t b, FeatureCollector& to) {
  const ClassSeries both_a = classes_of(source.both, source, a),
                    both_b = classes_of(source.both, source, b);
  const std::string first = source.names.column_name(a), second = source.names.column_name(b),
                    subject = first + " and " + second, key = first + "," + second + "/";
  const auto counts = count_together(both_a, both_b);
  std::vector<std::pair<ClassPair, double>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<ClassPair, double>::second);
  if (sorted.size() > kMostTogether) sorted.resize(kMostTogether);
  for (const auto& [pair, count] : sorted) {
    const std::string &v = class_called(source, a, pair.first),
                      &w = class_called(source, b, pair.second);
    to.add({key + v + "+" + w, subject, fmt::format("share of steps \"{}\" and \"{}\"", v, w),
            FeatureUnit::share},
           [&, wanted = pair](int64_t i) {
             return share_together(both_a.of(i), both_b.of(i),
                                   [&](const ClassPair& one) { return one == wanted; });
           });
  }
  const std::set<ClassPair> unseen = unseen_together(classes_of(source.reference, source, a),
                                                     classes_of(source.reference, source, b));
  to.add({key + "unseen", subject, "pairs that real sequences never have", FeatureUnit::share,
          /*rule=*/true},
         [&](int64_t i) {
           return share_together(both_a.of(i), both_b.of(i),
                                 [&](const ClassPair& one) { return unseen.contains(one); });
         });
}

/// Columns with missing cells in any sequence.
std::vector<int64_t> columns_that_miss(const SequencePool& pool) {
  std::vector<int64_t> columns;
  for (int64_t d = 0; d < pool.features(); ++d) {
    double valid = 0;
    for (int64_t i = 0; i < pool.count(); ++i) valid += static_cast<double>(pool.length(i));
    if (static_cast<double>(pool.values(d).size()) < valid) columns.push_back(d);
  }
  return columns;
}

double share_missing_together(const SequencePool& pool, int64_t i, int64_t a, int64_t b) {
  double hits = 0;
  for (int64_t t = 0; t < pool.length(i); ++t) {
    hits += std::isnan(pool.at(i, t, a)) && std::isnan(pool.at(i, t, b)) ? 1 : 0;
  }
  return hits / static_cast<double>(pool.length(i));
}

}  // namespace

void add_mixed_features(const FeatureSource& source, FeatureCollector& to) {
  size_t pairs = 0;
  for (const int64_t a : category_columns(source.names)) {
    for (int64_t b = 0; b < source.both.features(); ++b) {
      const bool category = source.names.is_category(b);
      if ((category && b <= a) || pairs == kMostMixedPairs) continue;
      ++pairs;
      if (category) {
        add_classes_together(source, a, b, to);
      } else {
        add_levels_within(source, a, b, to);
      }
    }
  }
}

void add_missing_features(const FeatureSource& source, FeatureCollector& to) {
  const std::vector<int64_t> columns = columns_that_miss(source.both);
  size_t pairs = 0;
  for (const int64_t a : columns) {
    for (const int64_t b : columns) {
      if (b <= a || pairs++ >= kMostMixedPairs) continue;
      const std::string first = source.names.column_name(a), second = source.names.column_name(b);
      to.add({first + "," + second + "/missing", first + " and " + second, "both missing",
              FeatureUnit::share},
             [&](int64_t i) { return share_missing_together(source.both, i, a, b); });
    }
  }
}

}  // namespace rnngan
