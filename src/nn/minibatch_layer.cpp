#include "nn/minibatch_layer.h"

#include <fmt/format.h>

#include "core/error.h"

namespace rnngan {
namespace {

// Under the root, so that it has a gradient where all sequences are equal.
constexpr double kSmallestVariance = 1e-8;

int64_t group_size(int64_t batch, int64_t groups) {
  if (groups >= 1 && batch % groups == 0) return batch / groups;
  throw Error(ErrorKind::bug, "minibatch layer",
              fmt::format("{} sequences are not {} equal batches", batch, groups));
}

}  // namespace

torch::Tensor minibatch_discrimination(const torch::Tensor& m, int64_t kernels, int64_t groups) {
  const int64_t size = group_size(m.size(0), groups);
  const torch::Tensor rows = m.reshape({groups, size, kernels, -1});
  const torch::Tensor distance =
      (rows.unsqueeze(2) - rows.unsqueeze(1)).abs().sum(4);  // [groups,b,j,kernels]
  // Each sequence is at distance 0 from itself: one exp(0) too many.
  return ((-distance).exp().sum(2) - 1).reshape({m.size(0), kernels});
}

torch::Tensor minibatch_deviation(const torch::Tensor& features, int64_t groups) {
  const int64_t size = group_size(features.size(0), groups);
  const torch::Tensor rows = features.reshape({groups, size, -1});
  const torch::Tensor variance = (rows - rows.mean(1, true)).pow(2).mean(1);  // [groups,P]
  const torch::Tensor deviation = (variance + kSmallestVariance).sqrt().mean(1);
  return deviation.view({groups, 1, 1}).expand({groups, size, 1}).reshape({-1, 1});
}

}  // namespace rnngan
