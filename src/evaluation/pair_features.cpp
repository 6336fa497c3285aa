// Features of two columns: whether they move together, are equal, keep an order, or follow from
// each other.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "evaluation/descriptive.h"
#include "evaluation/feature_table.h"

namespace rnngan {
namespace {

// Correlations of more pairs cost time and tell little: those most correlated in real sequences.
constexpr size_t kMostCorrelated = 60;
// What holds on this share of the real steps is a rule.
constexpr double kRule = 0.98;
// What is rarer than this in the reference is no rule, but chance.
constexpr double kRare = 0.005;

/// Two columns of one sequence.
struct ColumnPair {
  std::vector<double> a, b;
};

ColumnPair series_of(const SequencePool& pool, int64_t i, int64_t a, int64_t b) {
  return {pool.series(i, a), pool.series(i, b)};
}

/// The share of steps with both values, and for which `given` holds, for which `holds` does, too.
template <class Given, class Holds>
double share_where(const ColumnPair& both, const Given& given, const Holds& holds) {
  double hits = 0, count = 0;
  for (size_t t = 0; t < both.a.size(); ++t) {
    const double a = both.a[t], b = both.b[t];
    if (std::isnan(a) || std::isnan(b) || !given(a, b)) continue;
    hits += holds(a, b) ? 1 : 0;
    ++count;
  }
  return count > 0 ? hits / count : std::nan("");
}

bool always(double, double) {
  return true;
}

/// A rule that may hold between two columns. `breaks`: the feature tells how often it is broken.
struct Rule {
  const char* key;
  const char* phrase;  // "{a}", "{b}" stand for the columns
  bool (*given)(double a, double b);
  bool (*holds)(double a, double b);
  bool breaks;
};

constexpr Rule kRules[] = {
    {"above", "{a} above {b}", always, [](double a, double b) { return a <= b; }, true},
    {"below", "{a} below {b}", always, [](double a, double b) { return a >= b; }, true},
    {"zero_where_b_is", "where {b} is 0, {a} is 0, too", [](double, double b) { return b == 0; },
     [](double a, double) { return a == 0; }, false},
    {"zero_where_a_is", "where {a} is 0, {b} is 0, too", [](double a, double) { return a == 0; },
     [](double, double b) { return b == 0; }, false},
};

/// Whether it holds in the reference, and not just since what follows always does, or since what it
/// follows from never does.
bool is_rule(const Rule& rule, const ColumnPair& reference) {
  if (!(share_where(reference, rule.given, rule.holds) >= kRule)) return false;
  return rule.breaks || (share_where(reference, always, rule.given) >= kRare &&
                         share_where(reference, always, rule.holds) <= 1 - kRare);
}

std::string with_names(std::string phrase, const std::string& a, const std::string& b) {
  for (const auto& [mark, name] : {std::pair{"{a}", a}, {"{b}", b}}) {
    const size_t at = phrase.find(mark);
    if (at != std::string::npos) phrase.replace(at, 3, name);
  }
  return phrase;
}

/// The columns with all sequences of a pool joined.
ColumnPair joined(const SequencePool& pool, int64_t a, int64_t b) {
  ColumnPair all;
  for (int64_t i = 0; i < pool.count(); ++i) {
    const ColumnPair one = series_of(pool, i, a, b);
    all.a.insert(all.a.end(), one.a.begin(), one.a.end());
    all.b.insert(all.b.end(), one.b.begin(), one.b.end());
  }
  return all;
}

std::vector<double> steps_of(const std::vector<double>& series) {
  std::vector<double> steps;
  for (size_t t = 1; t < series.size(); ++t) steps.push_back(series[t] - series[t - 1]);
  return steps;
}

class PairFeatures {
 public:
  PairFeatures(const FeatureSource& source, FeatureCollector& to) : source_(source), to_(to) {}

  void add_rules(int64_t a, int64_t b, const ColumnPair& reference) {
    const auto equal = [](double x, double y) { return x == y; };
    if (share_where(reference, always, equal) >= kRare) {
      add(a, b, "equal", "equal", share_where(reference, always, equal) >= kRule,
          [&](const ColumnPair& both) { return share_where(both, always, equal); });
    }
    for (const Rule& rule : kRules) {
      if (!is_rule(rule, reference)) continue;
      add(a, b, rule.key, rule.phrase, true, [&](const ColumnPair& both) {
        const double share = share_where(both, rule.given, rule.holds);
        return rule.breaks ? 1 - share : share;
      });
    }
  }

  void add_correlations(int64_t a, int64_t b) {
    add(a, b, "correlation", "correlation", false,
        [](const ColumnPair& both) { return correlation_of(both.a, both.b); });
    add(a, b, "step_correlation", "correlation of steps", false,
        [](const ColumnPair& both) { return correlation_of(steps_of(both.a), steps_of(both.b)); });
  }

 private:
  template <class Of>
  void add(int64_t a, int64_t b, const std::string& key, const std::string& phrase, bool rule,
           const Of& of) {
    const std::string first = source_.names.column_name(a), second = source_.names.column_name(b);
    const FeatureUnit unit = key.find("correlation") != std::string::npos ? FeatureUnit::correlation
                                                                          : FeatureUnit::share;
    to_.add({first + "," + second + "/" + key, first + " and " + second,
             with_names(phrase, first, second), unit, rule},
            [&](int64_t i) { return of(series_of(source_.both, i, a, b)); });
  }

  const FeatureSource& source_;
  FeatureCollector& to_;
};

}  // namespace

void add_pair_features(const FeatureSource& source, FeatureCollector& to) {
  PairFeatures features(source, to);
  struct Correlated {
    double size;
    int64_t a, b;
  };
  std::vector<Correlated> pairs;
  for (int64_t a = 0; a < source.both.features(); ++a) {
    for (int64_t b = a + 1; b < source.both.features(); ++b) {
      if (source.names.is_category(a) || source.names.is_category(b)) continue;
      const ColumnPair reference = joined(source.reference, a, b);
      features.add_rules(a, b, reference);
      const double size = std::abs(correlation_of(reference.a, reference.b));
      pairs.push_back({std::isnan(size) ? 0 : size, a, b});
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater{}, &Correlated::size);
  if (pairs.size() > kMostCorrelated) pairs.resize(kMostCorrelated);
  for (const Correlated& pair : pairs) features.add_correlations(pair.a, pair.b);
}

}  // namespace rnngan
