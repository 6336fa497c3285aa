// Statistics of one column of one sequence: the catalog of what features say of a single column.
#pragma once

#include <span>
#include <vector>

#include "evaluation/sequence_features.h"

namespace rnngan {

/// What all sequences of a column are measured by; from real ones.
struct ColumnFacts {
  double median = 0;
  double low_tail = 0, high_tail = 0;  // 5 % and 95 % quantiles
  double smallest = 0, largest = 0;
  double grid =
      0;  // the coarsest of 1000, 500, 200, 100, ... 1e-6 that divides all values; 0: none
};
ColumnFacts column_facts(std::span<const double> values);

/// One column of one sequence, and what several statistics need of it.
class ColumnView {
 public:
  /// `series`: valid steps in order, NaN where missing.
  ColumnView(std::vector<double> series, const ColumnFacts& facts);

  const std::vector<double>& series() const { return series_; }
  const std::vector<double>& values() const { return values_; }  // present ones, in order
  const std::vector<double>& sorted() const { return sorted_; }
  /// Changes from one step to the next, NaN where either is missing: one fewer than steps.
  const std::vector<double>& steps() const { return steps_; }
  const ColumnFacts& facts() const { return facts_; }

 private:
  std::vector<double> series_, values_, sorted_, steps_;
  const ColumnFacts& facts_;
};

struct ColumnStatistic {
  const char* key;
  const char* phrase;  // "{grid}", "{median}", ... stand for the facts
  FeatureUnit unit;
  double (*of)(const ColumnView&);  // NaN where it says nothing
};

const std::vector<ColumnStatistic>& column_statistics();

}  // namespace rnngan
