// Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957): weight matrices divided by their
// largest singular value, which one step of power iteration per step of training keeps track of.
#pragma once

#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/types.h>

namespace rnngan {

class SpectralNorm {
 public:
  /// Keeps track of a parameter [n,m]. The singular vectors are buffers spectral_u_NAME [n] and
  /// spectral_v_NAME [m] of `owner`, dots of `name` written as underscores; they start after
  /// kFirstIterations steps from a random vector.
  void add(torch::nn::Module& owner, const std::string& name, const torch::Tensor& weight);

  /// weight / (u' weight v); the gradient flows through both, u and v being constants. A tensor
  /// that was not added comes back itself.
  torch::Tensor operator()(const torch::Tensor& weight) const;

  /// One step of power iteration for every weight. Not between a pass and its backward pass.
  void advance();

  static constexpr int kFirstIterations = 15;

 private:
  struct Entry {
    torch::Tensor weight, u, v;
  };
  static void iterate(const Entry& entry);

  std::vector<Entry> entries_;
};

}  // namespace rnngan
