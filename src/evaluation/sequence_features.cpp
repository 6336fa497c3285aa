#include "evaluation/sequence_features.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <torch/types.h>

#include "evaluation/feature_table.h"

namespace rnngan {

using at::Tensor;

namespace {

/// Thresholds are much the same from more.
constexpr int64_t kMostReference = 5000;

}  // namespace

SequencePool::SequencePool(const std::vector<const SequenceSet*>& sets) {
  for (const SequenceSet* set : sets) {
    features_ = set->features();
    storage_.push_back(set->padded().transpose(1, 2).contiguous());
    const Tensor lengths = set->lengths.contiguous();
    const double* x = storage_.back().data_ptr<double>();
    for (int64_t i = 0; i < set->count(); ++i) {
      rows_.push_back(
          {x + i * set->steps() * features_, set->steps(), lengths.data_ptr<int64_t>()[i]});
    }
  }
}

std::vector<double> SequencePool::series(int64_t i, int64_t d) const {
  const Row& row = rows_[static_cast<size_t>(i)];
  const double* begin = row.x + d * row.steps;
  return {begin, begin + row.length};
}

std::vector<double> SequencePool::values(int64_t d) const {
  std::vector<double> values;
  for (int64_t i = 0; i < count(); ++i) {
    for (int64_t t = 0; t < length(i); ++t) {
      if (const double value = at(i, t, d); !std::isnan(value)) values.push_back(value);
    }
  }
  return values;
}

void FeatureCollector::add(SequenceFeature feature, const std::function<double(int64_t)>& of) {
  std::vector<double> values(static_cast<size_t>(count_));
  for (int64_t i = 0; i < count_; ++i) values[static_cast<size_t>(i)] = of(i);
  add(std::move(feature), std::move(values));
}

void FeatureCollector::add(SequenceFeature feature, std::vector<double> values) {
  double first = std::nan("");
  bool varies = false;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (std::isnan(first)) first = value;
    varies = varies || value != first;
  }
  if (!varies) return;
  features_.push_back(std::move(feature));
  columns_.push_back(std::move(values));
}

FeatureTable FeatureCollector::table(int64_t real_count) && {
  const auto width = static_cast<int64_t>(columns_.size());
  const Tensor all = at::empty({count_, width}, at::kDouble);
  double* out = all.data_ptr<double>();
  for (int64_t k = 0; k < width; ++k) {
    const std::vector<double>& column = columns_[static_cast<size_t>(k)];
    for (int64_t i = 0; i < count_; ++i) out[i * width + k] = column[static_cast<size_t>(i)];
  }
  return {std::move(features_), all.narrow(0, 0, real_count),
          all.narrow(0, real_count, count_ - real_count)};
}

namespace {

/// The attributes as they are, where all sets have the same number of them.
void add_attributes(const SequenceSet& reference, const SequenceSet& real,
                    const SequenceSet& synthetic, FeatureCollector& to) {
  const auto width = static_cast<int64_t>(reference.attribute_columns.size());
  for (const SequenceSet* set : {&real, &synthetic}) {
    if (!set->attributes.defined() || set->attributes.size(1) != width) return;
  }
  const Tensor all = at::cat({real.attributes, synthetic.attributes}).contiguous();
  const double* values = all.data_ptr<double>();
  for (int64_t s = 0; s < width; ++s) {
    const Column& column = reference.attribute_columns[static_cast<size_t>(s)];
    const std::string& name = column.name;
    for (size_t v = 0; v < column.classes.size(); ++v) {
      to.add({"attribute/" + name + "/is_" + column.classes[v], name,
              "share of sequences \"" + column.classes[v] + '"', FeatureUnit::share},
             [&](int64_t i) {
               const double code = values[i * width + s];
               if (std::isnan(code)) return code;
               return code == static_cast<double>(v) ? 1.0 : 0.0;
             });
    }
    if (column.is_category()) continue;
    to.add({"attribute/" + name, name, "value of the whole sequence", FeatureUnit::value},
           [&](int64_t i) { return values[i * width + s]; });
  }
}

}  // namespace

ClassSeries::ClassSeries(const SequencePool& pool, int64_t column, int64_t classes)
    : counts_(static_cast<size_t>(classes), 0) {
  for (int64_t i = 0; i < pool.count(); ++i) {
    std::vector<int64_t> codes;
    for (const double value : pool.series(i, column)) {
      const bool known = value >= 0 && value < static_cast<double>(classes);
      codes.push_back(known ? static_cast<int64_t>(value) : -1);
      if (known) counts_[static_cast<size_t>(value)] += 1;
    }
    of_.push_back(std::move(codes));
  }
}

std::vector<int64_t> ClassSeries::frequent(size_t most) const {
  std::vector<int64_t> order;
  for (size_t v = 0; v < counts_.size(); ++v) {
    if (counts_[v] > 0) order.push_back(static_cast<int64_t>(v));
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](int64_t v) { return counts_[static_cast<size_t>(v)]; });
  if (order.size() > most) order.resize(most);
  return order;
}

double ClassSeries::share(int64_t i, int64_t of_class) const {
  double hits = 0, present = 0;
  for (const int64_t code : of(i)) {
    hits += code == of_class ? 1 : 0;
    present += code >= 0 ? 1 : 0;
  }
  return present > 0 ? hits / present : std::nan("");
}

FeatureTable sequence_features(const SequenceSet& reference, const SequenceSet& real,
                               const SequenceSet& synthetic) {
  const SequenceSet typical = subsample(reference, kMostReference, 1, "features");
  const SequencePool both({&real, &synthetic}), facts({&typical});
  const FeatureSource source{both, facts, reference};
  FeatureCollector collector(both.count());
  collector.add({"length", "sequences", "length", FeatureUnit::steps},
                [&](int64_t i) { return static_cast<double>(both.length(i)); });
  add_column_features(source, collector);
  add_category_features(source, collector);
  add_pair_features(source, collector);
  add_mixed_features(source, collector);
  add_missing_features(source, collector);
  add_attributes(reference, real, synthetic, collector);
  if (reference.labels.defined() && real.labels.defined() && synthetic.labels.defined()) {
    const Tensor labels = at::cat({real.labels, synthetic.labels}).contiguous(),
                 of_reference = typical.labels.contiguous();
    add_label_features({source, labels.data_ptr<int64_t>(), of_reference.data_ptr<int64_t>()},
                       collector);
  }
  return std::move(collector).table(real.count());
}

}  // namespace rnngan
