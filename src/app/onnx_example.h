// What a generator makes of some inputs, to check other runtimes by.
#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>

#include "columns/schema.h"
#include "nn/generator.h"

namespace rnngan {

/// Inputs for a few sequences, drawn with `seed`, and the outputs of this program, by the names of
/// the exported model. Of an autoregressive generator all steps at once, without its state.
std::map<std::string, at::Tensor> example_of(Generator& generator, const Schema& schema,
                                             uint64_t seed);

}  // namespace rnngan
