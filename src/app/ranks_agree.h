// What several ranks must agree on before they train together.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "config/config.h"
#include "data/dataset.h"
#include "tensor/communicator.h"

namespace rnngan {

/// Throws Error{config} where a batch cannot be dealt evenly to the ranks, or they cannot train on
/// that device.
void require_dealt(const RunConfig& config, const at::Device& device, const Communicator& ranks);

/// Throws Error{config} on every rank where one has another config, other data or goes on from
/// another step (-1: a new run).
void require_agreement(const ResolvedConfig& config, const Dataset& data, int64_t step,
                       const Communicator& ranks);

}  // namespace rnngan
