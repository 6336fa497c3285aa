// The data that scores are computed from: levels or differences, as they were given or cut down to
// equal numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "evaluation/scoring.h"

namespace rnngan {

/// All sets as they are, or their first differences.
struct DataView {
  SequenceSet real, synthetic;  // synthetic: the valid ones
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
  /// Throws Error{data} for NaN in real or training sequences, and for sets of different features.
  /// `data` and `request` must outlive the views.
  ScoreViews(const EvaluationData& data, const EvaluationRequest& request);

  const EvaluationData& data() const { return data_; }
  /// Synthetic sequences with NaN or infinity.
  int64_t invalid() const { return invalid_; }
  const DataView& levels() const { return levels_; }
  /// T >= 2.
  const DataView& view(bool differenced);

  /// All that was given, but no more of a side than the score takes; no floor.
  ScoreData whole(const MetricRow& row, const DataView& view) const;
  /// Equal numbers of both sides and of what the floor is made of, the training sequences or the
  /// other half of the real ones; no floor where there are too few.
  ScoreData common(const MetricRow& row, const DataView& view) const;
  /// White noise of the reference's mean and deviation per feature, with the lengths and labels of
  /// `real`.
  SequenceSet noise_like(const SequenceSet& real, bool differenced) const;

 private:
  int64_t most(const MetricRow& row) const;

  const EvaluationData& data_;
  const EvaluationRequest& request_;
  int64_t invalid_ = 0;
  DataView levels_;
  std::optional<DataView> differences_;
};

}  // namespace rnngan
