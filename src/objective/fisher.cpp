// Fisher GAN (Mroueh and Sercu 2017, arXiv:1705.09675): a difference of mean scores whose second
// moment is held at 1 by an augmented Lagrangian.
#include <torch/types.h>

#include "objective/terms.h"

namespace rnngan {
namespace {

using at::Tensor;

struct FisherOptions {
  double rho = 1e-6;
};

class Fisher : public Term {
 public:
  explicit Fisher(const FisherOptions& options) : rho_(options.rho) {
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
    const torch::NoGradGuard no_grad;
    lambda_.add_(rho_ * (moment(context) - 1));
  }

 private:
  static Tensor mean(StepContext& context, const Tensor& scores) {
    return context.per_sequence(scores).mean();
  }

  static Tensor moment(StepContext& context) {
    return 0.5 * (mean(context, context.scores(Which::real).score.square()) +
                  mean(context, context.scores(Which::fake).score.square()));
  }

  double rho_;
  Tensor lambda_;  // scalar: the multiplier
  std::vector<Statistic> record_;
};

}  // namespace

TermRow fisher_row() {
  return term_row<Fisher, FisherOptions>(
      {.name = "fisher",
       .summary = "difference of mean scores, bounded; no adversarial loss",
       .formula = "D and G: D mean f - mean r + lambda (m - 1) + rho (m - 1)^2 / 2, G -mean f; m = "
                  "(mean r^2 + mean f^2) / 2; lambda moves by rho (m - 1)",
       .paper = "Mroueh and Sercu 2017, arXiv:1705.09675",
       .needs = {Need::batch_coupled},
       .provides = {},
       .options = describe_options<FisherOptions>({make_field<FisherOptions>(
           "rho", [](auto& o) -> auto& { return o.rho; }, greater_than(0),
           "weight of the quadratic penalty and rate of the multiplier")}),
       .equilibrium = "D 0: no critic tells the laws apart",
       .watch = "d.fisher.moment settles at 1, and d.fisher.lambda at half the distance of the "
                "laws; a moment far above 1 asks for a larger rho",
       .example = R"({"adversarial": null})"});
}

}  // namespace rnngan
