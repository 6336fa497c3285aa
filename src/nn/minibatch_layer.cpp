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

/// Of own rows, group after group: those of all ranks [groups,size,...].
torch::Tensor whole_groups(const torch::Tensor& rows, int64_t groups, const Communicator& ranks) {
  const int64_t size = group_size(rows.size(0), groups);
  const torch::Tensor own = rows.reshape({groups, size, -1}).transpose(0, 1);
  return ranks.whole(own).transpose(0, 1);
}

/// And back: of [groups,size,n] the own rows, group after group.
torch::Tensor own_rows(const torch::Tensor& whole, const Communicator& ranks) {
  return ranks.own(whole.transpose(0, 1)).transpose(0, 1).reshape({-1, whole.size(2)});
}

}  // namespace

torch::Tensor minibatch_discrimination(const torch::Tensor& m, int64_t kernels, int64_t groups,
                                       const Communicator& ranks) {
  const torch::Tensor all = whole_groups(m, groups, ranks);
  const torch::Tensor rows = all.reshape({groups, all.size(1), kernels, -1});
  const torch::Tensor distance =
      (rows.unsqueeze(2) - rows.unsqueeze(1)).abs().sum(4);  // [groups,b,j,kernels]
  // Each sequence is at distance 0 from itself: one exp(0) too many.
  return own_rows((-distance).exp().sum(2) - 1, ranks);
}

torch::Tensor minibatch_deviation(const torch::Tensor& features, int64_t groups,
                                  const Communicator& ranks) {
  const torch::Tensor rows = whole_groups(features, groups, ranks);
  const torch::Tensor variance = (rows - rows.mean(1, true)).pow(2).mean(1);  // [groups,P]
  const torch::Tensor deviation = (variance + kSmallestVariance).sqrt().mean(1);
  return own_rows(deviation.view({groups, 1, 1}).expand({groups, rows.size(1), 1}), ranks);
}

}  // namespace rnngan
