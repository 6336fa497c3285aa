// Random numbers come from named streams keyed by (seed, stream, step): nothing has to be stored to
// resume a run, and a draw in one place never disturbs another.
#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace rnngan {

/// 64 well-mixed bits of (seed, stream, step). The same on every machine.
uint64_t stream_key(uint64_t seed, std::string_view stream, uint64_t step);

/// A CPU generator at the start of the stream (seed, stream, step).
at::Generator stream_generator(uint64_t seed, std::string_view stream, uint64_t step);

/// Standard normal [sizes], float32, drawn on the CPU (so that devices see the same numbers) and
/// moved to `device`.
at::Tensor normal(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device);
/// Uniform on [0,1) [sizes], float32, likewise.
at::Tensor uniform(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device);

}  // namespace rnngan
