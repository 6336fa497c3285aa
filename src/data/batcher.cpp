#include "data/batcher.h"

#include <torch/types.h>

#include "core/error.h"
#include "tensor/random.h"

namespace rnngan {

Batcher::Batcher(int64_t sequences, int64_t batch, uint64_t seed)
    : sequences_(sequences), batch_(batch), seed_(seed) {
  if (sequences < 1 || batch < 1)
    throw Error(ErrorKind::bug, "Batcher", "sequences and batch must be at least 1");
}

std::vector<int64_t> Batcher::batch(int64_t step) const {
  std::vector<int64_t> indices;
  indices.reserve(static_cast<size_t>(batch_));
  for (int64_t place = step * batch_; place < (step + 1) * batch_; ++place) {
    indices.push_back(permutation(place / sequences_)[static_cast<size_t>(place % sequences_)]);
  }
  return indices;
}

const std::vector<int64_t>& Batcher::permutation(int64_t epoch) const {
  if (epoch == cached_epoch_) return cached_;
  at::Generator generator = stream_generator(seed_, "data_order", static_cast<uint64_t>(epoch));
  const at::Tensor order =
      at::randperm(sequences_, generator, at::TensorOptions().dtype(at::kLong));
  const int64_t* begin = order.data_ptr<int64_t>();
  cached_.assign(begin, begin + sequences_);
  cached_epoch_ = epoch;
  return cached_;
}

}  // namespace rnngan
