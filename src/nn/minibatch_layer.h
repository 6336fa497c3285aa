// Features of a sequence that depend on its batch, so that a generator that makes one sequence over
// and over gives itself away. `groups` independent batches may lie one after another; their number
// must divide B, else Error{bug}. Where other ranks have further rows of the batch, each group goes
// on with theirs. Both are finite with all their derivatives when sequences are
// equal.
#pragma once

#include <cstdint>

#include <torch/types.h>

#include "tensor/communicator.h"

namespace rnngan {

/// Minibatch discrimination (Salimans et al. 2016, arXiv:1606.03498): o_b = sum over j != b of
/// exp(-|M_b - M_j|_1), for each kernel. m [B, kernels * dims] -> [B,kernels].
torch::Tensor minibatch_discrimination(const torch::Tensor& m, int64_t kernels, int64_t groups,
                                       const Communicator& ranks = one_process());

/// The standard deviation of each feature over the batch, averaged over features (Karras et al.
/// 2018, arXiv:1710.10196): features [B,P] -> [B,1], one number per group.
torch::Tensor minibatch_deviation(const torch::Tensor& features, int64_t groups,
                                  const Communicator& ranks = one_process());

}  // namespace rnngan
