// VAE-GAN (Larsen et al. 2015, arXiv:1512.09300): reconstructions and fakes are both told from real
// sequences, by half each, so that they weigh like one batch of fakes.
#include <numbers>

#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::softplus;
using std::numbers::ln2;

SideLoss vaegan(const AdversarialInput& input) {
  if (input.side == Side::generator) {
    return {{}, 0.5 * (softplus(-input.reconstruction) + softplus(-input.f))};
  }
  return {softplus(-input.r), 0.5 * (softplus(input.reconstruction) + softplus(input.f))};
}

}  // namespace

std::vector<AdversarialRow> three_way_losses() {
  LossDescription description{
      .name = "vaegan",
      .summary = "classifies real sequences against fakes and reconstructions",
      .formula =
          "D: mean softplus(-r) + mean softplus(s(G(E(x)))) / 2 + mean softplus(f) / 2; G: "
          "mean softplus(-s(G(E(x)))) / 2 + mean softplus(-f) / 2",
      .paper = "Larsen et al. 2015, arXiv:1512.09300",
      .needs = {Need::encoder},
      .equilibrium = "score 0; D 1.386 (2 ln 2), G 0.693 (ln 2)",
      .watch =
          "d.accuracy counts reals and fakes only; read g.reconstruction beside it: the encoder is "
          "not trained by this loss"};
  return {{std::move(description), [](const void*) -> Adversarial {
             return {vaegan, 0.0, "JSD", [](double d_loss) { return ln2 - d_loss / 2; }};
           }}};
}

}  // namespace rnngan
