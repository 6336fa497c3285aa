// Losses of differences of scores: of pairs, or of a score and the mean of the other batch. That
// mean stays attached to the graph, on both sides.
#include <numbers>

#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::relu;
using at::softplus;
using at::Tensor;
using std::numbers::ln2;

SideLoss rpgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  return {side == Side::discriminator ? softplus(f - r) : softplus(r - f), {}};
}

// The JSD between the distributions of (real, fake) and (fake, real) pairs.
Traits rpgan_traits(const NoOptions&) {
  return {std::nullopt, "pair JSD", [](double d_loss) { return ln2 - d_loss; }};
}

/// How far each batch scores above the mean of the other one. The generator wants the opposite of
/// what the discriminator wants: `real` and `fake` change places.
struct Relative {
  Tensor up, down;  // to be raised, to be lowered; elementwise
};

Relative relative(Side side, const Tensor& r, const Tensor& f) {
  const Tensor real = r - f.mean(), fake = f - r.mean();
  if (side == Side::discriminator) return {real, fake};
  return {fake, real};
}

SideLoss rasgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const auto [up, down] = relative(side, r, f);
  return {softplus(-up), softplus(down)};
}

SideLoss ralsgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const auto [up, down] = relative(side, r, f);
  return {(up - 1).square(), (down + 1).square()};
}

SideLoss rahinge(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  const auto [up, down] = relative(side, r, f);
  return {relu(1 - up), relu(1 + down)};
}

// No divergence is known in closed form.
Traits average_traits(const NoOptions&) {
  return {std::nullopt, "", {}};
}

// At the optimal score L_D = 2 - 4 delta / (1 + 1.5 delta) with delta = sum (p-q)^2 / (p+q).
Traits ralsgan_traits(const NoOptions&) {
  return {std::nullopt, "triangular discrimination",
          [](double d_loss) { return (2 - d_loss) / (1 + 1.5 * d_loss); }};
}

}  // namespace

std::vector<AdversarialRow> relativistic_losses() {
  return {
      row({.name = "rpgan",
           .summary = "relativistic pairing: each real sequence against one fake",
           .formula = "D: mean softplus(f - r) over pairs; G: mean softplus(r - f)",
           .paper =
               "Jolicoeur-Martineau 2018, arXiv:1807.00734; Huang et al. 2025, arXiv:2501.05441",
           .needs = {Need::real_in_g, Need::scalar_score},
           .equilibrium = "any constant score; D 0.693; G 0.693",
           .watch = "d.pair JSD: from 0 (equal distributions) to 0.693 (told apart); d.accuracy: "
                    "share of pairs "
                    "with r > f, 0.5 at equilibrium; only differences of scores mean anything"},
          rpgan, rpgan_traits),
      row({.name = "rasgan",
           .summary = "relativistic: each sequence against the mean of the other batch",
           .formula = "D: mean softplus(-(r - mean f)) + mean softplus(f - mean r); G: r and f "
                      "change places",
           .paper = "Jolicoeur-Martineau 2018, arXiv:1807.00734",
           .needs = {Need::real_in_g, Need::scalar_score, Need::batch_coupled},
           .equilibrium = "any constant score; D 1.386; G 1.386",
           .watch = "d.accuracy: share of pairs with r > f, 0.5 at equilibrium; no divergence is "
                    "known in closed form"},
          rasgan, average_traits),
      row({.name = "ralsgan",
           .summary = "relativistic average with least squares",
           .formula =
               "D: mean (r - mean f - 1)^2 + mean (f - mean r + 1)^2; G: r and f change places",
           .paper = "Jolicoeur-Martineau 2018, arXiv:1807.00734",
           .needs = {Need::real_in_g, Need::scalar_score, Need::batch_coupled},
           .equilibrium = "any constant score; D 2; G 2",
           .watch = "d.triangular discrimination: from 0 (equal distributions) to 2 (told apart); "
                    "d.accuracy: share of pairs with r > f, 0.5 at equilibrium"},
          ralsgan, ralsgan_traits),
      row({.name = "rahinge",
           .summary = "relativistic average with a margin of 1",
           .formula = "D: mean relu(1 - (r - mean f)) + mean relu(1 + (f - mean r)); G: r and f "
                      "change places",
           .paper = "Jolicoeur-Martineau 2018, arXiv:1807.00734",
           .needs = {Need::real_in_g, Need::scalar_score, Need::batch_coupled},
           .equilibrium = "any scores within 1 of their mean; D 2; G 2",
           .watch = "d.accuracy: share of pairs with r > f, 0.5 at equilibrium; no divergence is "
                    "known in closed form"},
          rahinge, average_traits),
  };
}

}  // namespace rnngan
