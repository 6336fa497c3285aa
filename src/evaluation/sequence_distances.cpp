#include "evaluation/sequence_distances.h"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "evaluation/dtw.h"

namespace rnngan {

using at::Tensor;

namespace {

// Half-width of the band of DTW, as a share of the steps.
constexpr double kWindowShare = 0.1;

}  // namespace

int64_t most_sequences(DistanceKind kind) {
  return kind == DistanceKind::dtw ? 500 : kMostSequences;
}

SequenceDistances::SequenceDistances(const MetricInput& input, DistanceKind kind) : kind_(kind) {
  const FeatureScaler scaler(input.fitted_on());
  real_lengths_ = input.real.lengths;
  synthetic_lengths_ = input.synthetic.lengths;
  if (kind == DistanceKind::dtw) {
    const int64_t steps = std::max(input.real.steps(), input.synthetic.steps());
    window_ = static_cast<int64_t>(std::ceil(kWindowShare * static_cast<double>(steps) - 1e-9));
    real_ = scaler.for_distances(input.real);
    synthetic_ = scaler.for_distances(input.synthetic);
  } else {
    const FlatPair rows = flatten(scaler, input.real, input.synthetic);
    real_ = rows.real;
    synthetic_ = rows.synthetic;
  }
}

Tensor SequenceDistances::within(const Tensor& set, const Tensor& lengths) const {
  if (kind_ == DistanceKind::rms) return rms_distances(set);
  return dtw_distances({set, lengths}, {set, lengths}, window_);
}

Tensor SequenceDistances::cross() const {
  if (kind_ == DistanceKind::rms) return rms_distances(real_, synthetic_);
  return dtw_distances({real_, real_lengths_}, {synthetic_, synthetic_lengths_}, window_);
}

Tensor SequenceDistances::real() const {
  return within(real_, real_lengths_);
}

Tensor SequenceDistances::synthetic() const {
  return within(synthetic_, synthetic_lengths_);
}

nlohmann::json SequenceDistances::params() const {
  if (kind_ == DistanceKind::rms) return {{"distance", "rms"}};
  return {{"distance", "dtw"}, {"window", window_}};
}

}  // namespace rnngan
