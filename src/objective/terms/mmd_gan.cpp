// MMD GAN in the form of Binkowski et al. 2018 (arXiv:1801.01401): a kernel distance of vectors,
// without the autoencoder of Li et al. 2017 (arXiv:1705.08584). The kernel has heavy tails, so that
// vectors far from each other still attract.
#include <array>

#include <torch/types.h>

#include "objective/sequence_pairs.h"
#include "objective/term.h"
#include "objective/vector_distance.h"

namespace rnngan {
namespace {

constexpr std::array kTails = {0.2, 0.5, 1.0, 2.0, 5.0};

struct MmdGanOptions {
  int64_t dimensions = 16;
  double penalty = 1.0;
};

/// The sum of rational quadratic kernels, from 5 at distance 0 down to 0: [B,n], [B',n] -> [B,B'].
at::Tensor rational_quadratic(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor squared = squared_distances_twice(a, b);
  at::Tensor sum;
  for (const double alpha : kTails) {
    const at::Tensor part = (-alpha * (squared / (2 * alpha)).log1p()).exp();
    sum = sum.defined() ? sum + part : part;
  }
  return sum;
}

class MmdGan : public VectorDistance {
 public:
  explicit MmdGan(const MmdGanOptions& options)
      : VectorDistance({"mmd", options.dimensions}, options.penalty) {}

 private:
  at::Tensor distance(const at::Tensor& real, const at::Tensor& fake) const override {
    return mean_of_others(rational_quadratic(real, real)) +
           mean_of_others(rational_quadratic(fake, fake)) -
           2 * rational_quadratic(real, fake).mean();
  }

  at::Tensor witness(const at::Tensor& between, const at::Tensor& real,
                     const at::Tensor& fake) const override {
    return rational_quadratic(between, real).mean(1) - rational_quadratic(between, fake).mean(1);
  }
};

}  // namespace

std::vector<TermRow> mmd_gan_terms() {
  return {term_row<MmdGan, MmdGanOptions>(
      {.name = "mmd_gan",
       .summary = "kernel distance of a head's vectors, in place of an adversarial loss",
       .formula = "D and G: -/+ (mean k(x, x') + mean k(y, y') - 2 mean k(x, y)) over different "
                  "sequences, x real, y fake, k(x, y) = sum over a in .2 .5 1 2 5 of (1 + |h(x) - "
                  "h(y)|^2 / 2a)^-a; D: + penalty mean (|grad f(u x + (1-u) y)| - 1)^2, f(a) = "
                  "mean k(a, x) - mean k(a, y)",
       .paper = "Binkowski et al. 2018, arXiv:1801.01401; Li et al. 2017, arXiv:1705.08584",
       .needs = {Need::real_in_g, Need::double_backward, Need::batch_coupled},
       .options = describe_options<MmdGanOptions>(
           {dimensions_field<MmdGanOptions>(), penalty_field<MmdGanOptions>()}),
       .equilibrium = "distance 0 on average; single batches lie on both sides",
       .watch =
           "g.mmd_gan.distance: from 0 to 10, falls to noise around 0; d.mmd_gan.penalty: mean "
           "squared distance of the gradient norm to 1, and about 1 at the end, where the witness "
           "is "
           "flat"})};
}

}  // namespace rnngan
