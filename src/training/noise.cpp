#include "training/noise.h"

#include <vector>

#include <torch/types.h>

#include "tensor/random.h"

namespace rnngan {

namespace {

/// [B,K+m]: a one-hot class, then variables from -1 to 1.
at::Tensor draw_code(const GeneratorConfig& config, int64_t batch, at::Generator& stream,
                     const at::Device& device) {
  std::vector<at::Tensor> parts;
  if (config.code_categories > 0) {
    const at::Tensor classes =
        (uniform({batch}, stream, device) * config.code_categories).to(torch::kInt64);
    parts.push_back(torch::one_hot(classes, config.code_categories).to(torch::kFloat32));
  }
  if (config.code_continuous > 0) {
    parts.push_back(2 * uniform({batch, config.code_continuous}, stream, device) - 1);
  }
  return torch::cat(parts, 1);
}

}  // namespace

Noise draw_noise(const GeneratorConfig& config, int64_t batch, int64_t steps, at::Generator& stream,
                 const at::Device& device, const Communicator& ranks) {
  Noise noise;
  noise.step = ranks.own(normal({batch, steps, config.noise_step}, stream, device));
  if (config.noise_global > 0) {
    noise.global = ranks.own(normal({batch, config.noise_global}, stream, device));
  }
  if (config.code_categories + config.code_continuous > 0) {
    noise.code = ranks.own(draw_code(config, batch, stream, device));
  }
  return noise;
}

}  // namespace rnngan
