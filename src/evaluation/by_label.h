// Scores within labels: a generator that gets each class right on its own, or one class wrong.
#pragma once

#include "evaluation/metric.h"

namespace rnngan {

/// `row` of the sequences of each label on both sides; the mean over labels, each weighed by its
/// real sequences. detail: numbers that all have, averaged likewise, and "labels": the value of
/// each. Labels that are not scored (too few of them, none synthetic) make it partial. Both sets
/// have labels.
MetricResult within_labels(const MetricRow& row, const MetricInput& input);

}  // namespace rnngan
