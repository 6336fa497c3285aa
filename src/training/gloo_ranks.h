// The ranks of a training over c10d, LibTorch's library of exchanges, by its backend Gloo: TCP
// between CPUs.
#pragma once

#include <memory>

#include "tensor/communicator.h"
#include "training/rank_place.h"

namespace rnngan {

/// Meets the other ranks at the place's address and port, where rank 0 waits for them. Throws
/// Error{device} when they do not come within five minutes, the port is taken, or this LibTorch has
/// no Gloo. The connection that a later exchange waits on breaks as soon as a rank dies; one whose
/// machine vanishes without a word is missed after half an hour.
std::unique_ptr<Communicator> connect_ranks(const RankPlace& place);

}  // namespace rnngan
