#include "nn/spectral_norm.h"

#include <algorithm>

namespace rnngan {
namespace {

// Keeps the vectors of a zero matrix finite.
constexpr double kSmallestNorm = 1e-12;

torch::Tensor unit(const torch::Tensor& vector) {
  return vector / vector.norm().clamp_min(kSmallestNorm);
}

}  // namespace

void SpectralNorm::add(torch::nn::Module& owner, const std::string& name,
                       const torch::Tensor& weight) {
  std::string key = name;
  std::replace(key.begin(), key.end(), '.', '_');
  const torch::Tensor values = weight.detach();
  Entry entry;
  entry.weight = weight;
  entry.u = owner.register_buffer("spectral_u_" + key,
                                  unit(torch::randn({values.size(0)}, values.options())));
  entry.v =
      owner.register_buffer("spectral_v_" + key, torch::zeros({values.size(1)}, values.options()));
  for (int k = 0; k < kFirstIterations; ++k) iterate(entry);
  entries_.push_back(entry);
}

torch::Tensor SpectralNorm::operator()(const torch::Tensor& weight) const {
  for (const Entry& entry : entries_) {
    if (!entry.weight.is_same(weight)) continue;
    return weight / torch::dot(entry.u, torch::mv(weight, entry.v));
  }
  return weight;
}

void SpectralNorm::advance() {
  for (const Entry& entry : entries_) iterate(entry);
}

void SpectralNorm::iterate(const Entry& entry) {
  const torch::NoGradGuard no_grad;
  entry.v.copy_(unit(torch::mv(entry.weight.t(), entry.u)));
  entry.u.copy_(unit(torch::mv(entry.weight, entry.v)));
}

}  // namespace rnngan
