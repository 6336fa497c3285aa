// Cramer GAN (Bellemare et al. 2017, arXiv:1705.10743): the energy distance of vectors. The paper
// draws a second batch of fakes for it and trains its critic on a surrogate that needs one real
// batch; here both sides see the distance itself, over all pairs of different sequences of one
// batch of each distribution.
#include <algorithm>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"
#include "objective/vector_distance.h"

namespace rnngan {
namespace {

struct CramerGanOptions {
  int64_t dimensions = 16;
  double penalty = 10.0;
};

class CramerGan : public VectorDistance {
 public:
  explicit CramerGan(const CramerGanOptions& options)
      : VectorDistance({"cramer", options.dimensions}, options.penalty) {}

 private:
  /// [B,n], [B',n] -> [B,B'], with a finite derivative at 0.
  static at::Tensor lengths_between(const at::Tensor& a, const at::Tensor& b) {
    return norm_of(squared_distances_twice(a, b));
  }

  at::Tensor distance(const at::Tensor& real, const at::Tensor& fake) const override {
    return 2 * lengths_between(real, fake).mean() - mean_of_others(lengths_between(real, real)) -
           mean_of_others(lengths_between(fake, fake));
  }

  // The other fakes of the batch stand for the second one: a fake is not compared with the points
  // that are made of it.
  at::Tensor witness(const at::Tensor& between, const at::Tensor&,
                     const at::Tensor& fake) const override {
    const int64_t size = fake.size(0);
    const at::Tensor to_fakes =
        lengths_between(between, fake) * pairs_of_others(size, fake.device());
    return to_fakes.sum(1) / static_cast<double>(std::max<int64_t>(size - 1, 1)) -
           norm_of(between.square().sum(1));
  }
};

}  // namespace

std::vector<TermRow> cramer_gan_terms() {
  return {term_row<CramerGan, CramerGanOptions>(
      {.name = "cramer_gan",
       .summary = "energy distance of a head's vectors, in place of an adversarial loss",
       .formula = "D and G: -/+ (2 mean |h(x) - h(y)| - mean |h(x) - h(x')| - mean |h(y) - h(y')|) "
                  "over different sequences, x real, y fake; D: + penalty mean (|grad f(u x + "
                  "(1-u) y)| - 1)^2, f(a) = mean |h(a) - h(y')| - |h(a)|",
       .paper = "Bellemare et al. 2017, arXiv:1705.10743",
       .needs = {Need::real_in_g, Need::double_backward, Need::batch_coupled},
       .options = describe_options<CramerGanOptions>(
           {dimensions_field<CramerGanOptions>(), penalty_field<CramerGanOptions>()}),
       .equilibrium = "distance 0 on average; single batches lie on both sides",
       .watch =
           "g.cramer_gan.distance: falls to noise around 0; d.cramer_gan.penalty: mean squared "
           "distance of the gradient norm to 1; while it is large, the distance has no scale"})};
}

}  // namespace rnngan
