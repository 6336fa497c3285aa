// Fisher GAN (Mroueh and Sercu 2017, arXiv:1705.09675) and Sobolev GAN (Mroueh et al. 2017,
// arXiv:1711.04894): a difference of mean scores under a bound on a mean square, which an augmented
// Lagrangian holds at 1. Fisher bounds the scores, Sobolev their gradients.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

struct FisherOptions {
  double rho = 1e-6;
};

class BoundedDifference : public Term {
 public:
  explicit BoundedDifference(const FisherOptions& options) : rho_(options.rho) {
    lambda_ = register_buffer("lambda", at::zeros({}, at::kDouble));
  }

  bool acts_on(Side) const override { return true; }

  Tensor value(StepContext& context) override {
    const Tensor fake = mean(context, context.scores(Which::fake).score);
    if (context.side() == Side::generator) return -fake;
    const Tensor excess = moment(context) - 1;
    record_ = {{"lambda", lambda_.clone()}, {"moment", excess.detach() + 1}};
    return fake - mean(context, context.scores(Which::real).score) +
           lambda_.to(excess.scalar_type()) * excess + 0.5 * rho_ * excess.square();
  }

  std::vector<Statistic> statistics(Side side) const override {
    return side == Side::discriminator ? record_ : std::vector<Statistic>{};
  }

  void after_step(StepContext& context) override {
    if (context.side() == Side::generator) return;
    const Tensor excess = detached_moment(context) - 1;
    const torch::NoGradGuard no_grad;
    lambda_.add_(rho_ * excess);
  }

 protected:
  static Tensor mean(StepContext& context, const Tensor& scores) {
    return context.per_sequence(scores).mean();
  }

 private:
  /// The mean square under both distributions alike: scalar, with its graph.
  virtual Tensor moment(StepContext& context) const = 0;

  // A gradient cannot be taken without recording.
  Tensor detached_moment(StepContext& context) const {
    const torch::AutoGradMode mode(true);
    return moment(context).detach();
  }

  double rho_;
  Tensor lambda_;  // scalar: the multiplier
  std::vector<Statistic> record_;
};

class Fisher : public BoundedDifference {
 public:
  using BoundedDifference::BoundedDifference;

 private:
  Tensor moment(StepContext& context) const override {
    return 0.5 * (mean(context, context.scores(Which::real).score.square()) +
                  mean(context, context.scores(Which::fake).score.square()));
  }
};

class Sobolev : public BoundedDifference {
 public:
  using BoundedDifference::BoundedDifference;

 private:
  Tensor moment(StepContext& context) const override {
    const StepMask& steps = context.critic_input_steps();
    return 0.5 * (squared_norm(context.input_gradient(Which::real), steps).mean() +
                  squared_norm(context.input_gradient(Which::fake), steps).mean());
  }
};

OptionsDescription multiplier_options() {
  return describe_options<FisherOptions>({make_field<FisherOptions>(
      "rho", [](auto& o) -> auto& { return o.rho; }, greater_than(0),
      "weight of the quadratic penalty and rate of the multiplier")});
}

TermRow fisher_row() {
  return term_row<Fisher, FisherOptions>(
      {.name = "fisher",
       .summary = "difference of mean scores, bounded; no adversarial loss",
       .formula = "D and G: D mean f - mean r + lambda (m - 1) + rho (m - 1)^2 / 2, G -mean f; m = "
                  "(mean r^2 + mean f^2) / 2; lambda moves by rho (m - 1)",
       .paper = "Mroueh and Sercu 2017, arXiv:1705.09675",
       .needs = {Need::batch_coupled},
       .options = multiplier_options(),
       .equilibrium = "D 0: no critic tells the distributions apart",
       .watch = "d.fisher.moment settles at 1, and d.fisher.lambda at half the distance of the "
                "distributions; a moment far above 1 asks for a larger rho",
       .example = R"({"adversarial": null})"});
}

TermRow sobolev_row() {
  return term_row<Sobolev, FisherOptions>(
      {.name = "sobolev",
       .summary = "mean score difference of bounded gradient norm; no adversarial loss",
       .formula = "D and G: D mean f - mean r + lambda (m - 1) + rho (m - 1)^2 / 2, G -mean f; m = "
                  "(mean |grad r|^2 + mean |grad f|^2) / 2; lambda moves by rho (m - 1)",
       .paper = "Mroueh et al. 2017, arXiv:1711.04894",
       .needs = {Need::scalar_score, Need::input_grad, Need::double_backward, Need::batch_coupled},
       .options = multiplier_options(),
       .equilibrium = "D 0: no critic tells the distributions apart",
       .watch = "d.sobolev.moment settles at 1, and d.sobolev.lambda at half the distance of the "
                "distributions; a moment far above 1 asks for a larger rho"});
}

}  // namespace

std::vector<TermRow> fisher_terms() {
  return {fisher_row(), sobolev_row()};
}

}  // namespace rnngan
