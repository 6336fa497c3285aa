// How the table of sequence features is put together: the sequences of both sets side by side, and
// the columns that each kind of feature adds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/sequence_features.h"

namespace rnngan {

/// Sets of sequences one after another, each column of a sequence in one piece.
class SequencePool {
 public:
  /// The sets must outlive the pool.
  explicit SequencePool(const std::vector<const SequenceSet*>& sets);

  int64_t count() const { return static_cast<int64_t>(rows_.size()); }
  int64_t features() const { return features_; }
  int64_t length(int64_t i) const { return rows_[static_cast<size_t>(i)].length; }
  double at(int64_t i, int64_t t, int64_t d) const {
    const Row& row = rows_[static_cast<size_t>(i)];
    return row.x[d * row.steps + t];
  }
  /// All valid steps of one column of sequence i, NaN where missing.
  std::vector<double> series(int64_t i, int64_t d) const;
  /// All values of a column that are not missing, sequence by sequence.
  std::vector<double> values(int64_t d) const;

 private:
  struct Row {
    const double* x;  // [D,T]
    int64_t steps, length;
  };
  std::vector<at::Tensor> storage_;
  std::vector<Row> rows_;
  int64_t features_ = 0;
};

/// A column of classes: the code of every valid step, -1 where it is missing.
class ClassSeries {
 public:
  ClassSeries(const SequencePool& pool, int64_t column, int64_t classes);

  int64_t count() const { return static_cast<int64_t>(of_.size()); }
  const std::vector<int64_t>& of(int64_t i) const { return of_[static_cast<size_t>(i)]; }
  /// How often each class is there, in all sequences.
  const std::vector<double>& counts() const { return counts_; }
  /// The most frequent ones that are there, up to `most`, the most frequent first.
  std::vector<int64_t> frequent(size_t most) const;
  /// The share of the present steps of sequence i that are of a class; NaN where there are none.
  double share(int64_t i, int64_t of_class) const;

 private:
  std::vector<std::vector<int64_t>> of_;
  std::vector<double> counts_;
};

/// Takes columns of the table, and drops those that are constant or nowhere defined.
class FeatureCollector {
 public:
  explicit FeatureCollector(int64_t count) : count_(count) {}
  /// `of(i)` is the value of sequence i.
  void add(SequenceFeature feature, const std::function<double(int64_t)>& of);
  void add(SequenceFeature feature, std::vector<double> values);
  /// The first `real_count` rows are those of the real set.
  FeatureTable table(int64_t real_count) &&;

 private:
  int64_t count_;
  std::vector<SequenceFeature> features_;
  std::vector<std::vector<double>> columns_;
};

/// What the features of one kind are computed from.
struct FeatureSource {
  const SequencePool& both;       // real sequences first
  const SequencePool& reference;  // what thresholds come from
  const SequenceSet& names;       // what columns and classes are called
};

// Of columns of numbers, and of pairs of them.
void add_column_features(const FeatureSource& source, FeatureCollector& to);
void add_pair_features(const FeatureSource& source, FeatureCollector& to);
// Of columns of classes, and of pairs with one of them.
void add_category_features(const FeatureSource& source, FeatureCollector& to);
void add_mixed_features(const FeatureSource& source, FeatureCollector& to);
// Of what is missing together.
void add_missing_features(const FeatureSource& source, FeatureCollector& to);
/// The same with the labels of all sequences of both pools.
struct LabelledSource {
  const FeatureSource& source;
  const int64_t* labels;
  const int64_t* reference_labels;
};
void add_label_features(const LabelledSource& source, FeatureCollector& to);

}  // namespace rnngan
