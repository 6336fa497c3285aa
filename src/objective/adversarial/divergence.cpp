// f-GAN: the discriminator maximises a variational lower bound of a divergence of p (data) and q
// (generator), so that -L_D estimates it. Output activations are written out, with their signs such
// that high = real, and exp has a bounded derivative. The level of L_G is no measure of quality.
#include <numbers>

#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::softplus;
using at::Tensor;
using std::numbers::ln2;

Traits bound(double undecided, const char* divergence) {
  return {undecided, divergence, [](double d_loss) { return -d_loss; }};
}

struct FganKlOptions {
  bool alternative = false;
};

SideLoss fgan_kl(const FganKlOptions& o, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::generator && o.alternative) return {{}, -f};
  const Tensor fake = bounded_exp(f - 1);
  if (side == Side::discriminator) return {-r, fake};
  return {{}, -fake};
}

Traits fgan_kl_traits(const FganKlOptions&) {
  return bound(1, "KL(p|q)");
}

SideLoss fgan_rkl(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {bounded_exp(-r), f - 1};
  return {{}, 1 - f};
}

Traits fgan_rkl_traits(const NoOptions&) {
  return bound(0, "KL(q|p)");
}

SideLoss fgan_pearson(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const Tensor fake = 0.25 * f.square() + f;
  if (side == Side::discriminator) return {-r, fake};
  return {{}, -fake};
}

Traits fgan_pearson_traits(const NoOptions&) {
  return bound(0, "Pearson chi2");
}

SideLoss fgan_neyman(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const Tensor fake = 2 - 2 * bounded_exp(-0.5 * f);
  if (side == Side::discriminator) return {bounded_exp(-r) - 1, fake};
  return {{}, -fake};
}

Traits fgan_neyman_traits(const NoOptions&) {
  return bound(0, "Neyman chi2");
}

SideLoss fgan_hellinger(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const Tensor fake = bounded_exp(f) - 1;
  if (side == Side::discriminator) return {bounded_exp(-r) - 1, fake};
  return {{}, -fake};
}

Traits fgan_hellinger_traits(const NoOptions&) {
  return bound(0, "squared Hellinger");
}

// The minimax game of `gan`, shifted so that both sides are 0 at equilibrium.
SideLoss fgan_js(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const Tensor fake = softplus(f) - ln2;
  if (side == Side::discriminator) return {softplus(-r) - ln2, fake};
  return {{}, -fake};
}

Traits fgan_js_traits(const NoOptions&) {
  return {0.0, "JSD", [](double d_loss) { return -d_loss / 2; }};
}

SideLoss fgan_tv(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const Tensor fake = 0.5 * f.tanh();
  if (side == Side::discriminator) return {-0.5 * r.tanh(), fake};
  return {{}, -fake};
}

Traits fgan_tv_traits(const NoOptions&) {
  return bound(0, "TV");
}

}  // namespace

std::vector<AdversarialRow> divergence_losses() {
  return {
      row({.name = "fgan_kl",
           .summary = "f-GAN of the forward Kullback-Leibler divergence, E_p ln(p/q)",
           .formula = "D: -mean r + mean exp(f - 1); G: -mean exp(f - 1), or -mean f (alternative)",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .options = describe_options<FganKlOptions>({make_field<FganKlOptions>(
               "alternative", [](auto& o) -> auto& { return o.alternative; }, {},
               "the generator minimises -mean f, which does not vanish when it is behind")}),
           .equilibrium = "score 1; D 0; G -1",
           .watch = "d.KL(p|q): lower bound of the divergence; g.adversarial is -1 for every "
                    "generator at the optimal discriminator (not with alternative)"},
          fgan_kl, fgan_kl_traits),
      row({.name = "fgan_rkl",
           .summary = "f-GAN of the reverse Kullback-Leibler divergence, E_q ln(q/p)",
           .formula = "D: mean exp(-r) + mean (f - 1); G: mean (1 - f)",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .equilibrium = "score 0; D 0; G 1",
           .watch = "d.KL(q|p): lower bound of the divergence; g.adversarial: 1 + KL(q|p) at the "
                    "optimal discriminator"},
          fgan_rkl, fgan_rkl_traits),
      row({.name = "fgan_pearson",
           .summary = "f-GAN of Pearson's chi-squared, sum (p-q)^2 / q",
           .formula = "D: -mean r + mean (f^2 / 4 + f); G: -mean (f^2 / 4 + f)",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .equilibrium = "score 0; D 0; G 0",
           .watch = "d.Pearson chi2: lower bound of the divergence; g.adversarial falls as the "
                    "divergence grows"},
          fgan_pearson, fgan_pearson_traits),
      row({.name = "fgan_neyman",
           .summary = "f-GAN of Neyman's chi-squared, sum (p-q)^2 / p",
           .formula = "D: mean (exp(-r) - 1) + mean (2 - 2 exp(-f/2)); G: mean (2 exp(-f/2) - 2)",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .equilibrium = "score 0; D 0; G 0",
           .watch = "d.Neyman chi2: lower bound of the divergence; g.adversarial: twice the "
                    "divergence at the optimal discriminator"},
          fgan_neyman, fgan_neyman_traits),
      row({.name = "fgan_hellinger",
           .summary = "f-GAN of the squared Hellinger distance",
           .formula = "D: mean (exp(-r) - 1) + mean (exp(f) - 1); G: mean (1 - exp(f))",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .equilibrium = "score 0; D 0; G 0",
           .watch = "d.squared Hellinger: from 0 (equal distributions) to 2 (told apart); "
                    "g.adversarial: "
                    "half of it at the optimal discriminator"},
          fgan_hellinger, fgan_hellinger_traits),
      row({.name = "fgan_js",
           .summary = "f-GAN of the Jensen-Shannon divergence: gan, shifted",
           .formula =
               "D: mean softplus(-r) + mean softplus(f) - 2 ln 2; G: ln 2 - mean softplus(f)",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .provides = {Need::logit_score},
           .equilibrium = "score 0; D 0; G 0",
           .watch = "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart); near 0.693 G's gradient vanishes, as under gan"},
          fgan_js, fgan_js_traits),
      row({.name = "fgan_tv",
           .summary = "f-GAN of the total variation",
           .formula = "D: -mean tanh(r) / 2 + mean tanh(f) / 2; G: -mean tanh(f) / 2",
           .paper = "Nowozin, Cseke, Tomioka 2016, arXiv:1606.00709",
           .equilibrium = "any constant score; D 0; G -tanh(score) / 2",
           .watch = "d.TV: total variation, from 0 (equal distributions) to 1 (told apart); "
                    "d.score_real "
                    "and d.score_fake beyond 5 have saturated: no gradient"},
          fgan_tv, fgan_tv_traits),
  };
}

}  // namespace rnngan
