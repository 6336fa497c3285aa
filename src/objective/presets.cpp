#include "objective/presets.h"

#include <string>
#include <vector>

#include <fmt/format.h>

namespace rnngan {
namespace {

/// Both optimisers, in whole: a swap of presets is a swap of all that belongs to them.
struct Training {
  int n_critic = 1;
  double grad_clip = 0;
  double generator_lr = 1e-3, discriminator_lr = 1e-3;
  double beta1 = 0, beta2 = 0.99;
};

constexpr Training kClassifier = {
    .grad_clip = 5, .discriminator_lr = 5e-4, .beta1 = 0.5, .beta2 = 0.999};
constexpr Training kPenalised = {.grad_clip = 0, .beta1 = 0, .beta2 = 0.99};
constexpr Training kNoGame = {.grad_clip = 5, .beta1 = 0.9, .beta2 = 0.999};
constexpr Training kClipped = {
    .n_critic = 5, .generator_lr = 5e-5, .discriminator_lr = 5e-5, .beta1 = 0, .beta2 = 0.9};
constexpr Training kCritic = {
    .n_critic = 5, .generator_lr = 5e-4, .discriminator_lr = 5e-4, .beta1 = 0, .beta2 = 0.9};
constexpr Training kAutoencoder = {
    .grad_clip = 5, .generator_lr = 1e-4, .discriminator_lr = 1e-4, .beta1 = 0.5, .beta2 = 0.999};
constexpr Training kMaps = {.grad_clip = 5, .discriminator_lr = 5e-3, .beta1 = 0, .beta2 = 0.9};
constexpr Training kTransport = {.grad_clip = 5, .beta1 = 0.5, .beta2 = 0.9};

std::string to_json(const Training& t) {
  const auto optimizer = [&](double lr) {
    return fmt::format(R"({{"type": "adam", "lr": {}, "beta1": {}, "beta2": {}}})", lr, t.beta1,
                       t.beta2);
  };
  return fmt::format(
      R"({{"n_critic": {}, "grad_clip": {}, "optim": {{"generator": {}, "discriminator": {}}}}})",
      t.n_critic, t.grad_clip, optimizer(t.generator_lr), optimizer(t.discriminator_lr));
}

/// `adversarial` names a loss without options; "": none. `terms` and `model`: the members of
/// objective.terms and of model, as JSON.
struct Parts {
  std::string adversarial, terms;
  Training training;
  std::string model = {};
  double g_weight = 1;
  std::vector<Need> needs = {};
};

PresetDescription preset(std::string name, std::string summary, const Parts& parts) {
  std::string objective =
      parts.adversarial.empty() ? "null" : fmt::format(R"({{"type": "{}"}})", parts.adversarial);
  objective = fmt::format(R"("adversarial": {}, "terms": {{{}}})", objective, parts.terms);
  if (parts.g_weight != 1) objective += fmt::format(R"(, "g_weight": {})", parts.g_weight);
  std::string patch =
      fmt::format(R"("objective": {{{}}}, "train": {})", objective, to_json(parts.training));
  if (!parts.model.empty()) patch += fmt::format(R"(, "model": {{{}}})", parts.model);
  return {std::move(name), std::move(summary), "{" + patch + "}", parts.needs};
}

// Where the generator is trained by a discriminator and little else.
std::vector<PresetDescription> adversarial_presets() {
  return {
      preset("bce", "cross-entropy, non-saturating", {"bce", "", kClassifier}),
      preset("mse", "bce + statistic_matching by squares",
             {"bce", R"("statistic_matching": {"weight": 1, "p": 2})", kClassifier}),
      preset("mae", "bce + statistic_matching by absolute differences",
             {"bce", R"("statistic_matching": {"weight": 1, "p": 1})", kClassifier}),
      preset("kld", "cross-entropy, the generator descends the reverse Kullback-Leibler divergence",
             {"kl_reverse", "", kClassifier}),
      preset("kld_forward", "cross-entropy, the generator descends the forward divergence",
             {"kl_forward", "", kClassifier}),
      preset("kld_gaussian", "divergence of Gaussians fitted to batches, no discriminator",
             {"", R"("kl_gaussian": {"weight": 1, "space": "point"})", kNoGame}),
      preset("gan", "cross-entropy, minimax", {"gan", "", kClassifier}),
      preset("lsgan", "least squares", {"lsgan", "", kClassifier}),
      // Penalties in every fourth step, at four times the weight, train as well in less time:
      // docs/measurements/default.md.
      preset("hinge", "hinge + 10 r1 + 10 r2, every fourth step",
             {"hinge", R"("r1": {"weight": 10, "every": 4}, "r2": {"weight": 10, "every": 4})",
              kPenalised}),
      preset("wgan", "Wasserstein with clipped weights",
             {"wgan", R"("weight_clip": {"c": 0.01})", kClipped}),
      preset("wgan_gp", "Wasserstein + 10 gradient_penalty",
             {"wgan", R"("gradient_penalty": {"weight": 10})", kCritic}),
      preset("r3gan", "rpgan + 10 r1 + 10 r2",
             {"rpgan", R"("r1": {"weight": 10}, "r2": {"weight": 10})", kPenalised}),
      // A gradient norm of 1 in all T x E entries of a sequence at once would be a logit of many
      // units.
      preset("dragan", "bce + 10 dragan at a gradient norm of 0.1",
             {"bce", R"("dragan": {"weight": 10, "center": 0.1})", kClassifier}),
      preset("lecam", "hinge + 0.3 lecam from step 1000 on",
             {"hinge", R"("lecam": {"weight": 0.3, "start": 1000})", kPenalised}),
      preset("ebgan", "an autoencoder tells by its error + 0.1 pulling_away",
             {"ebgan", R"("pulling_away": {"weight": 0.1})", kClassifier,
              R"("discriminator": {"score": "energy"})"}),
      preset("began", "an autoencoder tells by its error, both sides kept in balance",
             {"", R"("began": {"weight": 1})", kAutoencoder,
              R"("discriminator": {"score": "energy"})"}),
  };
}

// Where labels, codes, features or an encoder have a part in it.
std::vector<PresetDescription> auxiliary_presets() {
  return {
      // The latent variable of the model is the global noise: step noise would only be noise.
      preset("vae", "an encoder and the evidence lower bound, no discriminator",
             {"",
              R"("reconstruction": {"weight": 1, "pairing": "encoder", "reduction": "sum"},
                 "kl_latent": {"weight": 1, "warmup": 800, "free_bits": 0.1})",
              kNoGame, R"("generator": {"noise_step": 0})"}),
      preset("vaegan", "vaegan + reconstruction of features + 0.1 kl_latent",
             {"vaegan",
              R"("reconstruction": {"weight": 1, "pairing": "encoder", "space": "features"},
                 "kl_latent": {"weight": 0.1, "warmup": 800})",
              kClassifier}),
      // The paper has feature_matching and the minibatch layer as alternatives; virtual batch
      // normalisation has no counterpart in a recurrent discriminator.
      preset("igan",
             "Improved GAN: feature_matching alone trains G; smoothed labels, averages, "
             "minibatch layer",
             {"bce",
              R"("feature_matching": {"weight": 1}, "label_smoothing": {"alpha": 0.9},
                 "historical_average": {"weight": 1e-3})",
              kClassifier,
              R"("discriminator": {"minibatch": "discrimination", "minibatch_kernels": 16,
                                   "minibatch_dims": 5})",
              0}),
      // Without penalties the sequences of a class become one: docs/measurements/conditional.md.
      preset("cgan",
             "bce + 10 r1 + 10 r2 with labels (data.label) in both networks; match_aware can be "
             "added",
             {.adversarial = "bce",
              .terms = R"("r1": {"weight": 10}, "r2": {"weight": 10})",
              .training = kClassifier,
              .model = R"("discriminator": {"condition": "concat"})",
              .needs = {Need::labels}}),
      preset("infogan", "bce + mutual_information of a code of 4 classes and 2 variables",
             {"bce", R"("mutual_information": {"weight": 1, "categorical": 1, "continuous": 0.1})",
              kClassifier, R"("generator": {"code_categories": 4, "code_continuous": 2})"}),
  };
}

// Distances between batches, without a discriminator.
std::vector<PresetDescription> distance_presets() {
  return {
      preset("mmd", "kernel distance, no discriminator",
             {"", R"("mmd": {"weight": 1, "space": "point"})", kNoGame}),
      preset("sinkhorn", "optimal transport, no discriminator",
             {"", R"("sinkhorn": {"weight": 1, "space": "point"})", kNoGame}),
      preset("cot_gan", "optimal transport that respects time, with two networks in its cost",
             {"", R"("cot_gan": {"weight": 1, "space": "point"})", kTransport}),
      preset("pcf",
             "characteristic functions of paths, with learnt maps in place of a discriminator",
             {"", R"("pcf": {"weight": 1})", kMaps}),
  };
}

}  // namespace

const std::vector<PresetDescription>& preset_catalog() {
  static const std::vector<PresetDescription> presets = [] {
    std::vector<PresetDescription> all;
    for (const auto& part : {adversarial_presets(), auxiliary_presets(), distance_presets()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return presets;
}

}  // namespace rnngan
