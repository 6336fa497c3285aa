#include "objective/presets.h"

namespace rnngan {

// Each patch says all of the optimiser, so that a swap of presets is a swap of everything that
// belongs to it.
const std::vector<PresetDescription>& preset_catalog() {
  static const std::vector<PresetDescription> presets = {
      {"bce", "cross-entropy, non-saturating", R"({
  "objective": {"adversarial": {"type": "bce"}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"mse", "bce + statistic_matching by squares", R"({
  "objective": {"adversarial": {"type": "bce"},
                "terms": {"statistic_matching": {"weight": 1, "p": 2}}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"mae", "bce + statistic_matching by absolute differences", R"({
  "objective": {"adversarial": {"type": "bce"},
                "terms": {"statistic_matching": {"weight": 1, "p": 1}}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"kld", "cross-entropy, the generator descends the reverse Kullback-Leibler divergence", R"({
  "objective": {"adversarial": {"type": "kl_reverse"}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"gan", "cross-entropy, minimax", R"({
  "objective": {"adversarial": {"type": "gan"}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"lsgan", "least squares", R"({
  "objective": {"adversarial": {"type": "lsgan"}},
  "train": {
    "n_critic": 1, "grad_clip": 5,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0.5, "beta2": 0.999},
              "discriminator": {"lr": 5e-4, "beta1": 0.5, "beta2": 0.999}}}
})"},
      {"hinge", "hinge + 3 r1 + 3 r2", R"({
  "objective": {"adversarial": {"type": "hinge"},
                "terms": {"r1": {"weight": 3}, "r2": {"weight": 3}}},
  "train": {
    "n_critic": 1, "grad_clip": 0,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0, "beta2": 0.99},
              "discriminator": {"lr": 1e-3, "beta1": 0, "beta2": 0.99}}}
})"},
      {"wgan", "Wasserstein with clipped weights", R"({
  "objective": {"adversarial": {"type": "wgan"}, "terms": {"weight_clip": {"c": 0.01}}},
  "train": {
    "n_critic": 5, "grad_clip": 0,
    "optim": {"generator": {"lr": 5e-5, "beta1": 0, "beta2": 0.9},
              "discriminator": {"lr": 5e-5, "beta1": 0, "beta2": 0.9}}}
})"},
      {"wgan_gp", "Wasserstein + 10 gradient_penalty", R"({
  "objective": {"adversarial": {"type": "wgan"}, "terms": {"gradient_penalty": {"weight": 10}}},
  "train": {
    "n_critic": 5, "grad_clip": 0,
    "optim": {"generator": {"lr": 5e-4, "beta1": 0, "beta2": 0.9},
              "discriminator": {"lr": 5e-4, "beta1": 0, "beta2": 0.9}}}
})"},
      {"r3gan", "rpgan + 10 r1 + 10 r2", R"({
  "objective": {"adversarial": {"type": "rpgan"},
                "terms": {"r1": {"weight": 10}, "r2": {"weight": 10}}},
  "train": {
    "n_critic": 1, "grad_clip": 0,
    "optim": {"generator": {"lr": 1e-3, "beta1": 0, "beta2": 0.99},
              "discriminator": {"lr": 1e-3, "beta1": 0, "beta2": 0.99}}}
})"},
  };
  return presets;
}

}  // namespace rnngan
