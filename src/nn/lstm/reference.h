// The reference implementation of a layer, as a chain of LibTorch's own operations: differentiable
// as often as they are, on every device. It serves devices and types without a backend and third
// derivatives, and is what the tests hold the backends against.
#pragma once

#include "nn/lstm/layer.h"

namespace rnngan::lstm {

States reference_layer(const Inputs& inputs);

}  // namespace rnngan::lstm
