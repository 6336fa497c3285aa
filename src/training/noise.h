// What a generator starts from.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"
#include "nn/generator.h"
#include "tensor/communicator.h"

namespace rnngan {

/// Noise and code for B sequences of T steps from one stream; of several ranks own rows of the B.
Noise draw_noise(const GeneratorConfig& config, int64_t batch, int64_t steps, at::Generator& stream,
                 const at::Device& device, const Communicator& ranks = one_process());

}  // namespace rnngan
