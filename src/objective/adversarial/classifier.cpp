// Losses whose discriminator is the classifier of binary cross-entropy, so that its score is the
// logit of "real". They differ in what the generator makes of it.
#include <cmath>
#include <numbers>

#include <torch/types.h>

#include "objective/adversarial/row.h"

namespace rnngan {
namespace {

using at::softplus;
using at::Tensor;
using std::numbers::ln2;

/// JSD = ln 2 - L_D / 2, with the classifier undecided at 0.
template <class Options>
Traits classifier_traits(const Options&) {
  return {0.0, "JSD", [](double d_loss) { return ln2 - d_loss / 2; }};
}

SideLoss classify(const Tensor& r, const Tensor& f) {
  return {softplus(-r), softplus(f)};
}

SideLoss bce(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return classify(r, f);
  return {{}, softplus(-f)};
}

SideLoss gan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return classify(r, f);
  return {{}, -softplus(f)};
}

// At the optimal score ln(p/q) the mean of -f over the generator's distribution is KL(q|p) itself.
SideLoss kl_reverse(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return classify(r, f);
  return {{}, -f};
}

struct KlForwardOptions {
  bool textbook = false;
};

// exp(f) weighs a fake by p/q. The self-normalised form has the same gradient at the optimal score
// and cannot overflow, but it reads the batch as a whole.
SideLoss kl_forward(const KlForwardOptions& o, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return classify(r, f);
  if (o.textbook) return {{}, -bounded_exp(f)};
  return {{}, std::log(static_cast<double>(f.numel())) - f.logsumexp(0)};
}

SideLoss bgan(const NoOptions&, Side side, const Tensor& r, const Tensor& f) {
  if (side == Side::discriminator) return classify(r, f);
  return {{}, 0.5 * f.square()};
}

}  // namespace

std::vector<AdversarialRow> classifier_losses() {
  return {
      row({.name = "bce",
           .summary = "binary cross-entropy with the non-saturating generator",
           .formula = "D: mean softplus(-r) + mean softplus(f); G: mean softplus(-f)",
           .paper = "Goodfellow et al. 2014, arXiv:1406.2661",
           .provides = {Need::logit_score},
           .equilibrium = "score 0; D 1.386; G 0.693",
           .watch = "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart); d.accuracy 0.5 is equilibrium, near 1 the discriminator "
                    "has won"},
          bce, classifier_traits<NoOptions>),
      row({.name = "gan",
           .summary = "minimax: the generator maximises the discriminator's loss",
           .formula = "D: mean softplus(-r) + mean softplus(f); G: -mean softplus(f)",
           .paper = "Goodfellow et al. 2014, arXiv:1406.2661, eq. 1",
           .provides = {Need::logit_score},
           .equilibrium = "score 0; D 1.386; G -0.693",
           .watch = "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart); g.adversarial near 0 means that the discriminator has won "
                    "and G's gradient vanishes"},
          gan, classifier_traits<NoOptions>),
      row({.name = "kl_reverse",
           .summary = "the generator descends the reverse divergence, E_q ln(q/p)",
           .formula = "D: as bce; G: -mean f",
           .paper = "Soenderby et al. 2016, arXiv:1610.04490",
           .provides = {Need::logit_score},
           .equilibrium = "score 0; D 1.386; G 0",
           .watch = "g.adversarial: KL(q|p) itself at the optimal discriminator, unbounded above; "
                    "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart)"},
          kl_reverse, classifier_traits<NoOptions>),
      row({.name = "kl_forward",
           .summary = "the generator descends the forward divergence, E_p ln(p/q)",
           .formula = "D: as bce; G: ln B - logsumexp f over the batch, or -mean exp(f) (textbook)",
           .paper = "Goodfellow 2014, arXiv:1412.6515",
           .needs = {Need::scalar_score, Need::batch_coupled},
           .provides = {Need::logit_score},
           .options = describe_options<KlForwardOptions>({make_field<KlForwardOptions>(
               "textbook", [](auto& o) -> auto& { return o.textbook; }, {},
               "use -mean exp(f), which varies more, instead of the self-normalised form")}),
           .equilibrium = "score 0; D 1.386; G 0 (textbook: -1)",
           .watch = "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart); g.adversarial is 0 (textbook: -1) for every generator at "
                    "the optimal discriminator"},
          kl_forward, classifier_traits<KlForwardOptions>),
      row({.name = "bgan",
           .summary = "boundary seeking: fakes are drawn to the decision boundary",
           .formula = "D: as bce; G: mean f^2 / 2",
           .paper = "Hjelm et al. 2017, arXiv:1702.08431",
           .provides = {Need::logit_score},
           .equilibrium = "score 0; D 1.386; G 0",
           .watch = "d.JSD: a lower bound of the Jensen-Shannon divergence, from 0 (equal "
                    "distributions) to "
                    "0.693 (told apart); g.adversarial: half the mean of ln(p/q)^2 over fakes at "
                    "the optimal discriminator"},
          bgan, classifier_traits<NoOptions>),
  };
}

}  // namespace rnngan
