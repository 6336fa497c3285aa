// Losses with targets, margins, or neither.
#include <fmt/format.h>
#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::relu;
using at::Tensor;

struct LsganOptions {
  double a = 0.0;
  double b = 1.0;
  double c = 1.0;
};

SideLoss lsgan(const LsganOptions& o, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {0.5 * (r - o.b).square(), 0.5 * (f - o.a).square()};
  return {{}, 0.5 * (f - o.c).square()};
}

// At the optimal score L_D = (b - a)^2 (1/4 - delta/8) with delta = sum (p-q)^2 / (p+q).
Traits lsgan_traits(const LsganOptions& o) {
  const double gap = (o.b - o.a) * (o.b - o.a);
  return {(o.a + o.b) / 2, "triangular discrimination",
          [gap](double d_loss) { return 2 - 8 * d_loss / gap; }};
}

void check_lsgan(const LsganOptions& o, RowCheck& row) {
  if (o.b > o.a) return;
  row.refuse(fmt::format("lsgan has a = {} and b = {}, but b must be above a", o.a, o.b),
             "high scores mean real: as in a = 0, b = 1");
}

// lsgan with a = -1, b = 1, c = 0, so that its divergence is the Pearson form of the paper.
SideLoss lsgan_pearson(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  return lsgan({.a = -1, .b = 1, .c = 0}, side, r, f);
}

Traits lsgan_pearson_traits(const NoOptions&) {
  return lsgan_traits({.a = -1, .b = 1, .c = 0});
}

struct HingeOptions {
  double margin = 1.0;
};

SideLoss hinge(const HingeOptions& o, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {relu(o.margin - r), relu(o.margin + f)};
  return {{}, -f};
}

Traits hinge_traits(const HingeOptions& o) {
  return {0.0, "TV", [margin = o.margin](double d_loss) { return 1 - d_loss / (2 * margin); }};
}

SideLoss wgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {-r, f};
  return {{}, -f};
}

// K is the Lipschitz constant of the critic, unknown under weight clipping.
Traits wgan_traits(const NoOptions&) {
  return {std::nullopt, "K W1", [](double d_loss) { return -d_loss; }};
}

}  // namespace

std::vector<AdversarialRow> margin_losses() {
  return {
      row({.name = "lsgan",
           .summary = "least squares towards targets a (fake), b (real), c (generator)",
           .formula = "D: mean (r - b)^2 / 2 + mean (f - a)^2 / 2; G: mean (f - c)^2 / 2",
           .paper = "Mao et al. 2016, arXiv:1611.04076",
           .options = describe_options<LsganOptions>({
               make_field<LsganOptions>(
                   "a", [](auto& o) -> auto& { return o.a; }, {}, "target of fakes for D"),
               make_field<LsganOptions>(
                   "b", [](auto& o) -> auto& { return o.b; }, {}, "target of reals for D"),
               make_field<LsganOptions>(
                   "c", [](auto& o) -> auto& { return o.c; }, {}, "target of fakes for G"),
           }),
           .equilibrium = "score 0.5; D 0.25; G 0.125 (targets 0, 1, 1)",
           .watch = "d.triangular discrimination: from 0 (equal distributions) to 2 (told apart); "
                    "d.accuracy counts scores on their side of (a + b) / 2",
           .check = check_options<LsganOptions>(check_lsgan)},
          lsgan, lsgan_traits),
      row({.name = "lsgan_pearson",
           .summary = "least squares with targets -1 (fake), 1 (real), 0 (generator)",
           .formula = "D: mean (r - 1)^2 / 2 + mean (f + 1)^2 / 2; G: mean f^2 / 2",
           .paper = "Mao et al. 2016, arXiv:1611.04076, eq. 8",
           .equilibrium = "score 0; D 1; G 0",
           .watch = "d.triangular discrimination: from 0 (equal distributions) to 2 (told apart); "
                    "the level "
                    "of g.adversarial is no measure of it"},
          lsgan_pearson, lsgan_pearson_traits),
      row({.name = "hinge",
           .summary = "only scores inside the margin count for the discriminator",
           .formula = "D: mean relu(margin - r) + mean relu(margin + f); G: -mean f",
           .paper = "Lim and Ye 2017, arXiv:1705.02894",
           .options = describe_options<HingeOptions>({make_field<HingeOptions>(
               "margin", [](auto& o) -> auto& { return o.margin; }, greater_than(0),
               "score beyond which a sequence is settled")}),
           .equilibrium = "any score from -1 to 1 (the margin); D 2; G minus the mean score",
           .watch = "d.TV: total variation, from 0 (equal distributions) to 1 (told apart); the "
                    "level of "
                    "g.adversarial means nothing"},
          hinge, hinge_traits),
      row({.name = "wgan",
           .summary = "difference of mean scores; wants a term like gradient_penalty",
           .formula = "D: mean f - mean r; G: -mean f",
           .paper = "Arjovsky, Chintala, Bottou 2017, arXiv:1701.07875",
           .equilibrium = "any constant score; D 0; G minus that score",
           .watch = "d.K W1: Wasserstein distance times the critic's unknown Lipschitz constant, "
                    "penalty "
                    "excluded: its trend within one run; the level of g.adversarial means nothing"},
          wgan, wgan_traits),
  };
}

}  // namespace rnngan
