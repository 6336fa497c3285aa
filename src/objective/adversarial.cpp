// One function and one row per loss. r and f are raw scores, high = real; both sides minimise;
// probabilities never appear, only softplus of scores: -log sigmoid(s) = softplus(-s).
#include "objective/adversarial.h"

#include <numbers>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"

namespace rnngan {
namespace {

using at::relu;
using at::softplus;
using at::Tensor;
using std::numbers::ln2;

/// What logs and controllers read off a loss: see the members of Adversarial.
struct Traits {
  std::optional<double> undecided;
  std::string divergence;
  std::function<double(double)> estimate;
};

/// The divergence of `bce` and its relatives, JSD = ln 2 - L_D / 2, with the classifier undecided
/// at 0.
Traits classifier_traits(const NoOptions&) {
  return {0.0, "JSD", [](double d_loss) { return ln2 - d_loss / 2; }};
}

template <class Options>
AdversarialRow row(LossDescription description,
                   SideLoss (*loss)(const Options&, Side, const Tensor&, const Tensor&),
                   Traits (*traits)(const Options&)) {
  return {std::move(description), [loss, traits](const void* pointer) -> Adversarial {
            const Options options = *static_cast<const Options*>(pointer);
            Traits t = traits(options);
            return {[options, loss](Side side, const Tensor& r, const Tensor& f) {
                      return loss(options, side, r, f);
                    },
                    t.undecided, std::move(t.divergence), std::move(t.estimate)};
          }};
}

SideLoss bce(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {softplus(-r), softplus(f)};
  return {{}, softplus(-f)};
}

SideLoss gan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return {softplus(-r), softplus(f)};
  return {{}, -softplus(f)};
}

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
  if (!(o.b > o.a)) {
    throw Error{
        ErrorKind::config,
        fmt::format("objective.adversarial: lsgan has a = {} and b = {}, but b must be above a",
                    o.a, o.b),
        "high scores mean real: as in a = 0, b = 1"};
  }
  const double gap = (o.b - o.a) * (o.b - o.a);
  return {(o.a + o.b) / 2, "triangular discrimination",
          [gap](double d_loss) { return 2 - 8 * d_loss / gap; }};
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

SideLoss rpgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  return {side == Side::discriminator ? softplus(f - r) : softplus(r - f), {}};
}

// The JSD between the laws of (real, fake) and (fake, real) pairs.
Traits rpgan_traits(const NoOptions&) {
  return {std::nullopt, "pair JSD", [](double d_loss) { return ln2 - d_loss; }};
}

std::vector<AdversarialRow> classifier_rows() {
  return {
      row({.name = "bce",
           .summary = "binary cross-entropy with the non-saturating generator",
           .formula = "D: mean softplus(-r) + mean softplus(f); G: mean softplus(-f)",
           .paper = "Goodfellow et al. 2014, arXiv:1406.2661",
           .needs = {},
           .provides = {Need::logit_score},
           .options = describe_options<NoOptions>({})},
          bce, classifier_traits),
      row({.name = "gan",
           .summary = "the minimax game: the generator maximises the discriminator's loss",
           .formula = "D: mean softplus(-r) + mean softplus(f); G: -mean softplus(f)",
           .paper = "Goodfellow et al. 2014, arXiv:1406.2661, eq. 1",
           .needs = {},
           .provides = {Need::logit_score},
           .options = describe_options<NoOptions>({})},
          gan, classifier_traits),
      row({.name = "rpgan",
           .summary = "relativistic pairing: each real sequence against one fake",
           .formula = "D: mean softplus(f - r) over pairs; G: mean softplus(r - f)",
           .paper =
               "Jolicoeur-Martineau 2018, arXiv:1807.00734; Huang et al. 2025, arXiv:2501.05441",
           .needs = {Need::real_in_g, Need::scalar_score},
           .provides = {},
           .options = describe_options<NoOptions>({})},
          rpgan, rpgan_traits),
  };
}

std::vector<AdversarialRow> margin_rows() {
  return {
      row({.name = "lsgan",
           .summary = "least squares towards the targets a (fake), b (real), c (generator)",
           .formula = "D: mean (r - b)^2 / 2 + mean (f - a)^2 / 2; G: mean (f - c)^2 / 2",
           .paper = "Mao et al. 2016, arXiv:1611.04076",
           .needs = {},
           .provides = {},
           .options = describe_options<LsganOptions>({
               make_field<LsganOptions>(
                   "a", [](auto& o) -> auto& { return o.a; }, {}, "target of fakes for D"),
               make_field<LsganOptions>(
                   "b", [](auto& o) -> auto& { return o.b; }, {}, "target of reals for D"),
               make_field<LsganOptions>(
                   "c", [](auto& o) -> auto& { return o.c; }, {}, "target of fakes for G"),
           })},
          lsgan, lsgan_traits),
      row({.name = "hinge",
           .summary = "only scores inside the margin count for the discriminator",
           .formula = "D: mean relu(margin - r) + mean relu(margin + f); G: -mean f",
           .paper = "Lim and Ye 2017, arXiv:1705.02894",
           .needs = {},
           .provides = {},
           .options = describe_options<HingeOptions>({make_field<HingeOptions>(
               "margin", [](auto& o) -> auto& { return o.margin; }, greater_than(0),
               "score beyond which a sequence is settled")})},
          hinge, hinge_traits),
      row({.name = "wgan",
           .summary = "difference of mean scores; needs a Lipschitz term such as gradient_penalty",
           .formula = "D: mean f - mean r; G: -mean f",
           .paper = "Arjovsky, Chintala, Bottou 2017, arXiv:1701.07875",
           .needs = {},
           .provides = {},
           .options = describe_options<NoOptions>({})},
          wgan, wgan_traits),
  };
}

}  // namespace

const std::vector<AdversarialRow>& adversarial_catalog() {
  static const std::vector<AdversarialRow> rows = [] {
    std::vector<AdversarialRow> all = classifier_rows();
    for (AdversarialRow& row : margin_rows()) all.push_back(std::move(row));
    return all;
  }();
  return rows;
}

}  // namespace rnngan
