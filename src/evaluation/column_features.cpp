// Features of single columns: the catalog of statistics, and shares of values that come back often.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "evaluation/column_statistics.h"
#include "evaluation/feature_table.h"

namespace rnngan {
namespace {

// A value that makes up this share of a column is worth a feature, and so are so many of them.
constexpr double kFrequentShare = 0.01;
constexpr size_t kMostFrequent = 5;

std::string value_text(double value) {
  return fmt::format("{:.6g}", value);
}

std::string with_facts(std::string phrase, const ColumnFacts& facts) {
  const auto put = [&](const std::string& name, double value) {
    const size_t at = phrase.find(name);
    if (at != std::string::npos) phrase.replace(at, name.size(), value_text(value));
  };
  put("{grid}", facts.grid);
  put("{median}", facts.median);
  put("{low}", facts.low_tail);
  put("{high}", facts.high_tail);
  put("{smallest}", facts.smallest);
  put("{largest}", facts.largest);
  return phrase;
}

/// The most frequent values but 0, which has a statistic of its own. None where a column has only
/// two values, of which one share tells all.
std::vector<double> frequent_values(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<std::pair<size_t, double>> counts;
  for (size_t begin = 0; begin < values.size();) {
    size_t end = begin + 1;
    while (end < values.size() && values[end] == values[begin]) ++end;
    if (values[begin] != 0 &&
        static_cast<double>(end - begin) >= kFrequentShare * static_cast<double>(values.size())) {
      counts.emplace_back(end - begin, values[begin]);
    }
    begin = end;
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<double> frequent;
  for (const auto& [count, value] : counts) {
    if (frequent.size() < kMostFrequent) frequent.push_back(value);
  }
  return frequent;
}

double share_equal(const std::vector<double>& values, double to) {
  if (values.empty()) return std::nan("");
  return static_cast<double>(std::count(values.begin(), values.end(), to)) /
         static_cast<double>(values.size());
}

void add_column(const FeatureSource& source, int64_t d, FeatureCollector& to) {
  const ColumnFacts facts = column_facts(source.reference.values(d));
  const std::string name = source.names.column_name(d);
  std::vector<ColumnView> views;
  views.reserve(static_cast<size_t>(source.both.count()));
  for (int64_t i = 0; i < source.both.count(); ++i) {
    views.emplace_back(source.both.series(i, d), facts);
  }
  for (const ColumnStatistic& row : column_statistics()) {
    to.add({name + "/" + row.key, name, with_facts(row.phrase, facts), row.unit},
           [&](int64_t i) { return row.of(views[static_cast<size_t>(i)]); });
  }
  for (const double value : frequent_values(source.both.values(d))) {
    to.add({name + "/is_" + value_text(value), name, "exactly " + value_text(value),
            FeatureUnit::share},
           [&](int64_t i) { return share_equal(views[static_cast<size_t>(i)].values(), value); });
  }
}

}  // namespace

void add_column_features(const FeatureSource& source, FeatureCollector& to) {
  for (int64_t d = 0; d < source.both.features(); ++d) {
    if (!source.names.is_category(d)) add_column(source, d, to);
  }
}

}  // namespace rnngan
