#include "tensor/random.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

namespace rnngan {

namespace {

// The finaliser of splitmix64 (Steele, Lea and Flood 2014): every input bit reaches every output
// bit.
uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t stream_key(uint64_t seed, std::string_view stream, uint64_t step) {
  uint64_t name = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : stream) name = (name ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix(mix(mix(seed) ^ name) ^ step);
}

at::Generator stream_generator(uint64_t seed, std::string_view stream, uint64_t step) {
  return at::detail::createCPUGenerator(stream_key(seed, stream, step));
}

at::Tensor normal(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device) {
  return torch::empty(sizes, torch::kFloat32).normal_(0, 1, generator).to(device);
}

at::Tensor uniform(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device) {
  return torch::empty(sizes, torch::kFloat32).uniform_(0, 1, generator).to(device);
}

}  // namespace rnngan
