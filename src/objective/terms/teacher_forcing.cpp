// Losses of teacher forcing: each step is made from the real steps before it and compared with the
// real step that follows.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

// On real values the likelihood of a Gaussian of fixed spread: with noise it regresses to the
// conditional mean. On gates and classes it is their own.
class Mle : public Term {
 public:
  explicit Mle(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const SequenceBatch& real = context.batch(Which::real);
    const at::Tensor cost = misfit(context.forced(0).raw, real.x, real.steps, context.layout(), 2);
    return mean_entry(cost, real.steps, context.layout());
  }
};

// The energy score of each step, whose mean is least where the distribution of the made step is
// that of the real one. Two draws of noise give an estimate without bias.
class CrpsStep : public Term {
 public:
  explicit CrpsStep(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const SequenceBatch& real = context.batch(Which::real);
    const at::Tensor a = context.forced(0).x, b = context.forced(1).x;
    const auto distance = [&](const at::Tensor& x, const at::Tensor& y) {
      return norm_of(evened(difference(x, y, real.steps), context.layout()).square().sum(2));
    };
    const at::Tensor score = (distance(real.x, a) + distance(real.x, b) - distance(a, b)) / 2;
    return masked_mean(score, real.steps);
  }
};

TermRow mle_row() {
  return term_row<Mle, NoOptions>(
      {.name = "mle",
       .summary = "teacher forcing: each step is predicted from real ones before",
       .formula = "G: + mean over steps and columns of (x_t - G(x_<t, z_t))^2, of gates and "
                  "classes the cross-entropy",
       .paper = "Mogren 2016, arXiv:1611.09904; Yoon, Jarrett, van der Schaar 2019 (NeurIPS)",
       .needs = {Need::autoregressive_g, Need::real_in_g},
       .equilibrium = "above 0: the variance of a step given those before it, and as much again "
                      "for a generator that keeps its noise",
       .watch = "g.mle falls to the variance that the past leaves open; a generator that ignores "
                "its noise has the smallest value"});
}

TermRow crps_step_row() {
  return term_row<CrpsStep, NoOptions>(
      {.name = "crps_step",
       .summary = "teacher forcing: each step has the distribution of the real one",
       .formula = "G: + mean over steps of (|x_t - a_t| + |x_t - b_t| - |a_t - b_t|) / 2, a and b "
                  "two draws of G(x_<t, z_t)",
       .paper = "Bouchacourt, Kumar, Nowozin 2016, arXiv:1606.02556",
       .needs = {Need::autoregressive_g, Need::real_in_g},
       .equilibrium =
           "above 0: half the mean distance of two draws of a step given those before it",
       .watch = "g.crps_step falls to what the past leaves open; unlike g.mle, it is least at the "
                "right spread of the noise"});
}

}  // namespace

std::vector<TermRow> teacher_forcing_terms() {
  return {mle_row(), crps_step_row()};
}

}  // namespace rnngan
