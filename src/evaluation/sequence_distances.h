// Distances between all pairs of two sets, by either measure.
#pragma once

#include <functional>

#include "evaluation/metric.h"

namespace rnngan {

enum class DistanceKind {
  rms,  // root mean square per element
  dtw,  // after warping of time
};

/// At most this many sequences of each side are compared.
int64_t most_sequences(DistanceKind kind);

/// Two sets, scaled, and the distances between them.
class SequenceDistances {
 public:
  SequenceDistances(const MetricInput& input, DistanceKind kind);
  at::Tensor cross() const;      // [N,M]
  at::Tensor real() const;       // [N,N]
  at::Tensor synthetic() const;  // [M,M]
  nlohmann::json params() const;

 private:
  at::Tensor within(const at::Tensor& set, const at::Tensor& lengths) const;

  DistanceKind kind_;
  int64_t window_ = 0;
  at::Tensor real_, synthetic_;  // [N,W] of rms, [N,T,D] of dtw
  at::Tensor real_lengths_, synthetic_lengths_;
};

}  // namespace rnngan
