// The pulling-away term of Zhao et al. 2016 (arXiv:1609.03126, eq. 4): features of different fakes
// point into different directions.
#include <algorithm>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

class PullingAway : public Term {
 public:
  explicit PullingAway(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor& features = context.scores(Which::fake).features;
    const at::Tensor unit = features / norm_of(features.square().sum(1, /*keepdim=*/true));
    const at::Tensor cosines = unit.matmul(unit.t());
    const int64_t size = features.size(0);
    const double pairs = static_cast<double>(std::max<int64_t>(size * (size - 1), 1));
    return (cosines.square().sum() - cosines.diagonal().square().sum()) / pairs;
  }
};

}  // namespace

std::vector<TermRow> pulling_away_terms() {
  return {term_row<PullingAway, NoOptions>(
      {.name = "pulling_away",
       .summary = "features of different fakes point into different directions",
       .formula = "G: + mean over pairs of fakes of cos^2(h_i, h_j), h the features",
       .paper = "Zhao, Mathieu, LeCun 2016, arXiv:1609.03126",
       .needs = {Need::features, Need::batch_coupled},
       .weight = 0.1,
       .equilibrium = "1/n for isotropic features of width n",
       .watch = "g.pulling_away: mean squared cosine between fakes, from 0 to 1; near 1 all fakes "
                "look alike to the discriminator"})};
}

}  // namespace rnngan
