// What losses over class labels share.
#pragma once

#include <cstdint>

#include <torch/types.h>

#include "columns/model_shape.h"
#include "tensor/network_request.h"

namespace rnngan {

/// K: how many classes the data have.
inline int64_t class_count(const ModelShape& shape) {
  return static_cast<int64_t>(shape.schema.labels.size());
}

/// Cross-entropy of each sequence: logits [B,n], labels [B] int64 within 0..n-1 -> [B].
inline at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  return -logits.log_softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
}

}  // namespace rnngan
