// Optimistic Adam (Daskalakis et al. 2017, arXiv:1711.00141, algorithm 1): each step counts twice
// and takes the one before it back, which damps the turns of two players round their equilibrium.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"

namespace rnngan {

class OptimisticAdam {
 public:
  /// For tensors like `values`.
  OptimisticAdam(const at::Tensor& values, const OptimizerConfig& config);

  /// values <- values - 2 lr u + lr (u of the step before), u Adam's step with the biases of its
  /// means corrected. `count`: steps including this one, from 1.
  void step(at::Tensor values, const at::Tensor& gradient, double lr, int64_t count);

  const at::Tensor& mean() const { return mean_; }          // of gradients
  const at::Tensor& square() const { return square_; }      // mean of their squares
  const at::Tensor& previous() const { return previous_; }  // u of the last step

 private:
  OptimizerConfig config_;
  at::Tensor mean_, square_, previous_;
};

}  // namespace rnngan
