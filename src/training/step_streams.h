// The random streams of one step of one side.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "objective/step_context.h"
#include "tensor/random.h"

namespace rnngan {

struct StepStreams {
  uint64_t seed = 0;
  Side side = Side::discriminator;
  int64_t step = 0;  // counted by the side
  at::Device device = at::kCPU;

  /// The stream (seed, "NAME.SIDE", step).
  at::Generator stream(const std::string& name) const {
    const char* of = side == Side::discriminator ? ".discriminator" : ".generator";
    return stream_generator(seed, name + of, static_cast<uint64_t>(step));
  }
  at::Tensor normal(const std::string& name, at::IntArrayRef sizes) const {
    at::Generator generator = stream(name);
    return rnngan::normal(sizes, generator, device);
  }
  at::Tensor uniform(const std::string& name, at::IntArrayRef sizes) const {
    at::Generator generator = stream(name);
    return rnngan::uniform(sizes, generator, device);
  }
};

}  // namespace rnngan
