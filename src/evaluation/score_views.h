// The data that scores are computed from: levels or differences, as they were given or as numbers
// only, all of them or cut down to equal numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "evaluation/score_encoding.h"
#include "evaluation/scoring.h"

namespace rnngan {

/// All sets as they are, or their first differences.
struct DataView {
  SequenceSet real, synthetic;  // synthetic: the usable ones (ValidCells)
  std::optional<SequenceSet> train;
  bool differenced = false;
  bool constant = false;  // every feature of `real` is
};

/// What one score compares.
struct ScoreData {
  SequenceSet real, synthetic;
  std::optional<SequenceSet> floor;  // in place of the synthetic ones

  bool equal_numbers() const { return real.count() == synthetic.count(); }
};

class ScoreViews {
 public:
  /// Training sequences with classes that the reference lacks are left out. Throws Error{data} for
  /// infinity in real or training sequences, and for sets of different features.
  /// `data` and `request` must outlive the views.
  ScoreViews(const EvaluationData& data, const EvaluationRequest& request);

  const EvaluationData& data() const { return data_; }
  /// Synthetic sequences that no score can be computed from (ValidCells).
  int64_t invalid() const { return invalid_; }
  /// As numbers only.
  const DataView& levels() const { return *views_[0]; }
  /// What the score reads: cells as they are, or numbers only. T >= 2 for differences.
  const DataView& view(const MetricId& metric);

  /// All that was given, but no more of a side than the score takes; no floor.
  ScoreData whole(const MetricRow& row, const DataView& view) const;
  /// Equal numbers of both sides and of what the floor is made of, the training sequences or the
  /// other half of the real ones; no floor where there are too few.
  ScoreData common(const MetricRow& row, const DataView& view) const;
  /// White noise as the score reads it, with the lengths and labels of `real`: numbers of the
  /// reference's mean and deviation, classes that are equally likely, no missing cells.
  SequenceSet noise_like(const SequenceSet& real, const MetricId& metric) const;

 private:
  int64_t most(const MetricRow& row) const;

  const EvaluationData& data_;
  const EvaluationRequest& request_;
  ValidCells cells_;
  ScoreEncoding encoding_;
  int64_t invalid_ = 0;
  // Numbers only and their differences; where cells are something else, these and their
  // differences.
  std::array<std::optional<DataView>, 4> views_;
};

}  // namespace rnngan
