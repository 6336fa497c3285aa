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
  const uint64_t key = stream_key(seed, stream, step);
  at::Generator generator = at::detail::createCPUGenerator(key);
  // Seeding keeps the lower 32 bits only, so that keys would collide after some ten thousand draws:
  // the whole state comes from the key instead.
  at::mt19937_data_pod state{};
  state.seed_ = key;
  state.left_ = 1;
  state.seeded_ = true;
  for (size_t i = 0; i < state.state_.size(); ++i) {
    state.state_[i] = static_cast<uint32_t>(mix(key + i) >> 32);
  }
  at::mt19937 engine;
  engine.set_data(state);
  at::check_generator<at::CPUGeneratorImpl>(generator)->set_engine(engine);
  return generator;
}

at::Tensor normal(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device) {
  return torch::empty(sizes, torch::kFloat32).normal_(0, 1, generator).to(device);
}

at::Tensor uniform(at::IntArrayRef sizes, at::Generator& generator, const at::Device& device) {
  return torch::empty(sizes, torch::kFloat32).uniform_(0, 1, generator).to(device);
}

}  // namespace rnngan
