// Losses whose scores are held apart by a margin that belongs to the data: an autoencoder's errors,
// or a score that grows with the distance between the sequences of a pair.
#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::relu;
using at::Tensor;

struct EbganOptions {
  double margin = 1.0;
};

// r and f are errors, at least 0 and low for real sequences.
SideLoss ebgan(const EbganOptions& o, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {r, relu(o.margin - f)};
  return {{}, f};
}

Traits ebgan_traits(const EbganOptions& o) {
  return {o.margin / 2, "TV", [margin = o.margin](double d_loss) { return 1 - d_loss / margin; }};
}

AdversarialRow ebgan_row() {
  AdversarialRow made = row(
      {.name = "ebgan",
       .summary = "the discriminator is an autoencoder that fails on fakes",
       .formula = "D: mean e(x) + mean relu(margin - e(x')); G: mean e(x'), e the autoencoder's "
                  "error",
       .paper = "Zhao, Mathieu, LeCun 2016, arXiv:1609.03126",
       .needs = {Need::autoencoder_d},
       .options = describe_options<EbganOptions>({make_field<EbganOptions>(
           "margin", [](auto& o) -> auto& { return o.margin; }, greater_than(0),
           "error of fakes that is bad enough: near that of an untrained autoencoder")}),
       .equilibrium = "the same error between 0 and the margin everywhere; D margin, G that error",
       .watch = "d.score_real falls while d.score_fake stays below the margin; fakes that reach "
                "the margin teach D nothing: raise it"},
      ebgan, ebgan_traits);
  made.make = [make = made.make](const void* options) {
    Adversarial adversarial = make(options);
    adversarial.high_is_real = false;
    return adversarial;
  };
  return made;
}

struct LossSensitiveOptions {
  double real_part = 1.0;
  double lambda = 1.0;
  double margin = 1.0;
  double slope = 0.0;
};

// The paper's loss function is -s, so that high scores stay real.
Adversarial make_loss_sensitive(const LossSensitiveOptions& o) {
  const auto loss = [o](const AdversarialInput& input) -> SideLoss {
    if (input.side == Side::generator) return {{}, -input.f};
    const Tensor short_of = o.margin * input.distance - input.r + input.f;
    const Tensor hinge = relu(short_of) - o.slope * relu(-short_of);
    return {o.lambda * hinge - o.real_part * input.r, {}};
  };
  return {loss, std::nullopt, "", {}};
}

AdversarialRow loss_sensitive_row() {
  using O = LossSensitiveOptions;
  LossDescription description{
      .name = "loss_sensitive",
      .summary = "a real sequence scores above a fake one by their distance",
      .formula =
          "D: lambda mean h(margin |x - x'| - r + f) - real_part mean r over pairs; G: -mean "
          "f; h(v) = v above 0, slope v below, |x - x'| the mean absolute difference",
      .paper = "Qi 2017, arXiv:1701.06264",
      .needs = {Need::scalar_score, Need::pair_distance},
      .options = describe_options<O>({
          make_field<O>(
              "real_part", [](auto& o) -> auto& { return o.real_part; }, at_least(0),
              "weight of the real scores themselves; 0, as in the author's code, leaves the pairs"),
          make_field<O>(
              "lambda", [](auto& o) -> auto& { return o.lambda; }, greater_than(0),
              "weight of the pairs"),
          make_field<O>(
              "margin", [](auto& o) -> auto& { return o.margin; }, at_least(0),
              "difference of scores asked for per unit of distance"),
          make_field<O>(
              "slope", [](auto& o) -> auto& { return o.slope; }, between(0, 1),
              "of pairs that are far enough apart: 1 is wgan"),
      }),
      .equilibrium = "any constant score s; D lambda margin mean |x - x'| - real_part s, G -s",
      .watch =
          "d.score_real - d.score_fake stays near the margin times the distance; the level of the "
          "scores is free and, with a real_part, rises: add drift"};
  return {std::move(description),
          [](const void* options) { return make_loss_sensitive(*static_cast<const O*>(options)); }};
}

}  // namespace

std::vector<AdversarialRow> energy_losses() {
  return {ebgan_row(), loss_sensitive_row()};
}

}  // namespace rnngan
