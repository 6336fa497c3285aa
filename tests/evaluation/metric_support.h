// Scores by name, as tests call them.
#pragma once

#include <stdexcept>
#include <string>

#include "evaluation/golden_sets.h"
#include "evaluation/metric.h"

namespace rnngan {

inline const MetricRow& metric_row(const std::string& name) {
  if (const auto id = find_metric(name)) return *id->row;
  throw std::out_of_range(name);
}

/// Nothing drawn at random, everything fitted on `real`.
inline MetricResult score(const std::string& metric, const SequenceSet& real,
                          const SequenceSet& synthetic, bool differenced = false) {
  const SequenceSet x = differenced ? differences(real) : real;
  const SequenceSet y = differenced ? differences(synthetic) : synthetic;
  MetricInput input = golden_input(x, y);
  input.differenced = differenced;
  return metric_row(metric).compute(input);
}

}  // namespace rnngan
