// The order in which training sequences are drawn.
#pragma once

#include <cstdint>
#include <vector>

namespace rnngan {

/// Each epoch is one permutation keyed by (seed, epoch); a batch may run over the end of an epoch,
/// so every batch has the same size. Holds no state: any batch can be asked for at any time.
class Batcher {
 public:
  Batcher(int64_t sequences, int64_t batch, uint64_t seed);
  /// Indices of the batch number `step`, `batch` of them.
  std::vector<int64_t> batch(int64_t step) const;

 private:
  const std::vector<int64_t>& permutation(int64_t epoch) const;

  int64_t sequences_;
  int64_t batch_;
  uint64_t seed_;
  mutable int64_t cached_epoch_ = -1;
  mutable std::vector<int64_t> cached_;
};

}  // namespace rnngan
