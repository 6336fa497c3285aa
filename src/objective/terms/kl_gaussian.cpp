// The Kullback-Leibler divergence of Gaussians fitted to each step and column of a batch: a
// surrogate by two moments, not the divergence of the distributions.
#include <algorithm>

#include <torch/types.h>

#include "objective/moments.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

// Ratios of variances of a few sequences have tails without a mean.
constexpr int64_t kFewest = 8;

struct KlGaussianOptions {
  PairSpace space = PairSpace::data;
};

class KlGaussian : public Term {
 public:
  explicit KlGaussian(const KlGaussianOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const Moments r = moments_of(context, Which::real), f = moments_of(context, Which::fake);
    const at::Tensor r_variance = r.variance + 1e-6, f_variance = f.variance + 1e-6;
    const at::Tensor divergence =
        0.5 * ((f_variance / r_variance).log() +
               (r_variance + (r.mean - f.mean).square()) / f_variance - 1);
    const at::Tensor counts = r.count >= std::min(kFewest, context.critic_input_steps().batch());
    return (divergence.sum(1) * counts).sum();
  }

 private:
  Moments moments_of(StepContext& context, Which which) const {
    if (options_.space == PairSpace::point) {
      return moments(values_of(context.critic_input(which), context), context.critic_input_steps());
    }
    const SequenceBatch& batch = context.batch(which);
    return moments(values_of(batch.x, context), batch.steps);
  }

  /// Without gates and classes, whose variance may be 0 in a batch; of packs all.
  static at::Tensor values_of(const at::Tensor& x, StepContext& context) {
    const Layout& layout = context.layout();
    const int64_t differences = x.size(2) - layout.width();
    if (layout.only_values() || differences > layout.values()) return x;
    return at::cat({x.narrow(2, 0, layout.values()), x.narrow(2, layout.width(), differences)}, 2);
  }

  KlGaussianOptions options_;
};

}  // namespace

std::vector<TermRow> kl_gaussian_terms() {
  return {term_row<KlGaussian, KlGaussianOptions>(
      {.name = "kl_gaussian",
       .summary = "divergence of Gaussians fitted to both batches, step by step",
       .formula = "G: + sum over steps and columns of KL(N(m_r, v_r) | N(m_f, v_f)), for steps "
                  "that 8 sequences have; of values, not of gates and classes",
       .paper = "no paper of its own; moments as in Li et al. 2015, arXiv:1502.02761",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<KlGaussianOptions>({space_field<KlGaussianOptions>()}),
       .equilibrium = "0, and above it by the order of 1/B",
       .watch = "g.kl_gaussian: nats, summed over steps and columns; 0 means equal means and "
                "variances, not equal distributions"})};
}

}  // namespace rnngan
