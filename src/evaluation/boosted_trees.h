// Gradient-boosted decision trees that tell two classes apart (Chen and Guestrin 2016,
// arXiv:1603.02754): a thin cover of XGBoost's C interface.
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace rnngan {

struct BoostingOptions {
  int64_t trees = 100;
  int64_t depth = 3;
  double rate = 0.1;          // of each tree
  double column_share = 0.5;  // of the columns, drawn anew for each tree
  uint64_t seed = 1;
};

class BoostedTrees {
 public:
  /// Trains on one thread: the same bits wherever it runs. x [n,K] float32, NaN where unknown;
  /// positive [n] float32, 0 or 1; both classes weigh the same. Throws Error{bug} with what the
  /// library says.
  BoostedTrees(const at::Tensor& x, const at::Tensor& positive, const BoostingOptions& options);
  ~BoostedTrees();
  BoostedTrees(const BoostedTrees&) = delete;
  BoostedTrees& operator=(const BoostedTrees&) = delete;

  /// Log-odds of the positive class [n] float32, of x [n,K].
  at::Tensor log_odds(const at::Tensor& x) const;

 private:
  void* booster_ = nullptr;
};

}  // namespace rnngan
