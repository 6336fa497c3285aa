// Two laws on five points with the optimal scores between them, and the values of the losses there.
#pragma once

#include <string>
#include <vector>

#include <torch/csrc/autograd/autograd.h>

#include "objective/fake_context.h"

namespace rnngan {

// Two laws on five points: p = P/20 and q = Q/20.
inline const std::vector<int64_t> kP = {1, 3, 8, 6, 2};
inline const std::vector<int64_t> kQ = {6, 5, 4, 3, 2};

inline at::Tensor p_law() {
  return torch::tensor(kP, at::kDouble) / 20;
}
inline at::Tensor q_law() {
  return torch::tensor(kQ, at::kDouble) / 20;
}
inline at::Tensor samples(const at::Tensor& table, const std::vector<int64_t>& counts) {
  return table.repeat_interleave(torch::tensor(counts, at::kLong));
}

inline at::Tensor kl(const at::Tensor& a, const at::Tensor& b) {
  return (a * (a / b).log()).sum();
}
inline at::Tensor jsd(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor m = (a + b) / 2;
  return (kl(a, m) + kl(b, m)) / 2;
}

inline at::Tensor gradient(const at::Tensor& value, const at::Tensor& at) {
  return torch::autograd::grad({value}, {at}, {}, /*retain_graph=*/true)[0];
}

/// The generator's step of a loss that reads no real scores.
inline AdversarialInput of_fakes(const at::Tensor& f) {
  AdversarialInput input;
  input.side = kG;
  input.f = f;
  return input;
}

struct Golden {
  std::string type;
  at::Tensor optimum;  // optimal scores of the five points
  double d_loss, g_loss;
  bool smooth;
};

inline std::vector<Golden> goldens() {
  const at::Tensor p = p_law(), q = q_law();
  return {
      {"bce", (p / q).log(), 1.215135, 1.040208, true},
      {"gan", (p / q).log(), 1.215135, -0.617575, true},
      {"lsgan", p / (p + q), 0.209970, 0.190977, true},
      {"hinge", (p - q).sign(), 1.3, 0.2, false},
      {"wgan", at::arange(5, at::kDouble), -0.75, -1.5, false},
      {"rpgan", (p / q).log(), 0.535492, 1.277116, true},
      {"kl_reverse", (p / q).log(), 1.215135, 0.422633, true},
      {"kl_forward", (p / q).log(), 1.215135, 0, true},
      {"bgan", (p / q).log(), 1.215135, 0.598257, true},
      {"lsgan_pearson", (p - q) / (p + q), 0.839881, 0.103788, true},
      {"rasgan", doubles({-4.24931179, -0.68775529, 1.13004070, 1.13004070, 0}), 0.840499, 3.893734,
       true},
      {"ralsgan", 1.35102533 * (p - q) / (p + q), 1.134700, 4.595899, true},
      {"fgan_kl", 1 + (p / q).log(), -0.318991, -1, true},
      {"fgan_rkl", (p / q).log(), -0.422633, 1.422633, true},
      {"fgan_pearson", 2 * (p / q - 1), -0.598333, -0.598333, true},
      {"fgan_neyman", 2 * (p / q).log(), -1.491667, 2.983333, true},
      {"fgan_hellinger", 0.5 * (p / q).log(), -0.177803, 0.088902, true},
      {"fgan_js", (p / q).log(), -0.171159, 0.075572, true},
      {"fgan_tv", 20 * (p - q).sign(), -0.35, 0.1, true},
      {"ebgan", doubles({1, 1, 0, 0, 0}), 0.65, 0.55, false},
      {"vaegan", (p / q).log(), 1.215135, 1.040208, true},
  };
}

// All 400 pairs for the loss of pairs; the others see the same means.
inline at::Tensor loss_at(Objective& objective, Side side, const at::Tensor& table) {
  const at::Tensor r = samples(table, kP).repeat_interleave(20);
  const at::Tensor f = samples(table, kQ).repeat({20});
  return total_at(objective, side, r, f);
}

}  // namespace rnngan
