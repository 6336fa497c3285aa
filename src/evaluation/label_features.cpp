// Features of labels: which class a sequence is of, and what its columns are like within that
// class. Labels that were dealt anew leave all others as they were.
#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "evaluation/column_statistics.h"
#include "evaluation/descriptive.h"
#include "evaluation/feature_table.h"

namespace rnngan {
namespace {

// The most frequent classes have features.
constexpr size_t kMostClasses = 12;
constexpr size_t kMostCrossedClasses = 6;

std::vector<int64_t> frequent_labels(std::span<const int64_t> labels) {
  std::map<int64_t, int64_t> counts;
  for (const int64_t label : labels) ++counts[label];
  std::vector<std::pair<int64_t, int64_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<int64_t, int64_t>::second);
  std::vector<int64_t> frequent;
  for (const auto& [label, count] : sorted) {
    if (frequent.size() < kMostClasses) frequent.push_back(label);
  }
  return frequent;
}

// What a class is told by.
constexpr const char* kCrossed[] = {"mean", "spread", "step_size", "acf1"};

/// One statistic of one column of every sequence.
std::vector<double> statistic_of(const SequencePool& pool, int64_t d, const ColumnFacts& facts,
                                 const ColumnStatistic& row) {
  std::vector<double> values;
  for (int64_t i = 0; i < pool.count(); ++i) {
    values.push_back(row.of(ColumnView(pool.series(i, d), facts)));
  }
  return values;
}

/// The mean of a statistic within each class of the reference.
std::map<int64_t, double> usual_values(const std::vector<double>& values, const int64_t* labels) {
  std::map<int64_t, std::vector<double>> within;
  for (size_t i = 0; i < values.size(); ++i) within[labels[i]].push_back(values[i]);
  std::map<int64_t, double> usual;
  for (const auto& [label, of] : within) usual[label] = mean_of_values(of);
  return usual;
}

/// A statistic within each class, and how far it lies from what is usual in the sequence's own.
void add_crossed(const LabelledSource& source, int64_t d, const ColumnStatistic& row,
                 const std::vector<int64_t>& classes, FeatureCollector& to) {
  const SequenceSet& names = source.source.names;
  const std::string column = names.column_name(d);
  const ColumnFacts facts = column_facts(source.source.reference.values(d));
  const std::vector<double> all = statistic_of(source.source.both, d, facts, row);
  const auto usual =
      usual_values(statistic_of(source.source.reference, d, facts, row), source.reference_labels);
  to.add({fmt::format("label/{}/{}", column, row.key), "label",
          fmt::format("{} of {} less the usual one of its label", row.phrase, column),
          FeatureUnit::value},
         [&](int64_t i) {
           const auto found = usual.find(source.labels[i]);
           return found == usual.end() ? std::nan("") : all[static_cast<size_t>(i)] - found->second;
         });
  for (const int64_t label : classes) {
    const std::string name = names.class_name(label);
    to.add({fmt::format("label/{}/{}/{}", name, column, row.key), "label " + name,
            fmt::format("{} of {}", row.phrase, column), row.unit},
           [&](int64_t i) {
             return source.labels[i] == label ? all[static_cast<size_t>(i)] : std::nan("");
           });
  }
}

/// How frequent the classes of a column are within each label.
void add_class_shares(const LabelledSource& source, int64_t d, const std::vector<int64_t>& labels,
                      FeatureCollector& to) {
  const SequenceSet& names = source.source.names;
  const auto& classes = names.columns[static_cast<size_t>(d)].classes;
  const ClassSeries series(source.source.both, d, static_cast<int64_t>(classes.size()));
  for (const int64_t label : labels) {
    const std::string name = names.class_name(label), column = names.column_name(d);
    for (const int64_t v : series.frequent(kMostCrossedClasses)) {
      const std::string& of_class = classes[static_cast<size_t>(v)];
      to.add(
          {fmt::format("label/{}/{}/is_{}", name, column, of_class), "label " + name,
           fmt::format("share of steps \"{}\" of {}", of_class, column), FeatureUnit::share},
          [&](int64_t i) { return source.labels[i] == label ? series.share(i, v) : std::nan(""); });
    }
  }
}

}  // namespace

void add_label_features(const LabelledSource& source, FeatureCollector& to) {
  const std::vector<int64_t> classes =
      frequent_labels({source.labels, static_cast<size_t>(source.source.both.count())});
  for (const int64_t label : classes) {
    const std::string name = source.source.names.class_name(label);
    to.add({"label/" + name, "label " + name, "share of sequences", FeatureUnit::share},
           [&](int64_t i) { return source.labels[i] == label ? 1.0 : 0.0; });
  }
  for (int64_t d = 0; d < source.source.both.features(); ++d) {
    if (source.source.names.is_category(d)) {
      add_class_shares(source, d, classes, to);
      continue;
    }
    for (const ColumnStatistic& row : column_statistics()) {
      if (std::ranges::find(kCrossed, std::string(row.key)) == std::end(kCrossed)) continue;
      add_crossed(source, d, row, classes, to);
    }
  }
}

}  // namespace rnngan
