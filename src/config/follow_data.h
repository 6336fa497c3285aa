// Sizes of networks that follow the data.
#pragma once

#include <cstdint>

#include "config/run_config.h"

namespace rnngan {

/// Gives every automatic size of `model` its number for data of `channels` per step (values, gates
/// and classes): LSTMs of 32 units for up to 6 channels, 64 for up to 20, 128 for more; noise of as
/// many variables as there are channels, in multiples of 16, from 16 to 64. Changes of that many
/// columns cannot be independent of each other where there is less noise.
void follow_data(ModelConfig& model, int64_t channels);

}  // namespace rnngan
