// First-order stand-ins for gradient penalties: differences of scores along a line. They cost one
// or two passes of the discriminator and no second backward.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

class LipschitzDifference : public Term {
 public:
  explicit LipschitzDifference(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  // u and u + 1/2 (modulo 1) are both uniform and never close to each other, so that rounding
  // cannot take over the ratio.
  at::Tensor value(StepContext& context) override {
    const at::Tensor& u = context.interpolation_weights();
    const at::Tensor a = between(context, u), b = between(context, (u + 0.5).frac());
    const at::Tensor rise = (context.scores_at(a).score - context.scores_at(b).score).abs();
    const at::Tensor run = norm_of(squared_norm(a - b, context.critic_input_steps()));
    return (rise / run - 1).square();
  }
};

struct FiniteDifferencesOptions {
  double step = 1e-2;
};

// Over directions u the expectation of (u . grad)^2 is |grad|^2.
class R1Difference : public Term {
 public:
  explicit R1Difference(const FiniteDifferencesOptions& options) : step_(options.step) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor moved =
        context.critic_input(Which::real).detach() + step_ * context.perturbation();
    const at::Tensor rise = context.scores_at(moved).score - context.scores(Which::real).score;
    return 0.5 * (rise / step_).square();
  }

 private:
  double step_;
};

TermRow lipschitz_fd_row() {
  return term_row<LipschitzDifference, NoOptions>(
      {.name = "lipschitz_fd",
       .summary = "the critic's gradient norm is held at 1, without second derivatives",
       .formula =
           "D: + mean (|s(a) - s(b)| / |a - b| - 1)^2, a and b half a segment from x to x' apart",
       .paper = "Qi 2017, arXiv:1701.06264 (code)",
       .needs = {Need::scalar_score},
       .weight = 10.0,
       .equilibrium = "0 if the norm is 1 everywhere; 1 if the critic is flat",
       .watch = "d.lipschitz_fd: mean squared distance to 1 of the difference quotient of two "
                "critic inputs",
       .example = R"({"preset": "wgan_gp", "terms": {"gradient_penalty": null}})"});
}

TermRow r1_fd_row() {
  return term_row<R1Difference, FiniteDifferencesOptions>(
      {.name = "r1_fd",
       .summary = "r1 by finite differences, without second derivatives",
       .formula =
           "D: + mean (s(x + e u) - s(x))^2 / (2 e^2), x real, u standard normal, e the step",
       .paper = "Lin et al. 2025 (approximated R1), arXiv:2501.08316",
       .needs = {Need::scalar_score, Need::perturbation},
       .options = describe_options<FiniteDifferencesOptions>({make_field<FiniteDifferencesOptions>(
           "step", [](auto& o) -> auto& { return o.step; }, greater_than(0),
           "length e of the step, where the standard deviation of the data is 1")}),
       .weight = 10.0,
       .equilibrium = "0, with gradient 0",
       .watch = "d.r1_fd: half the squared gradient norm at the real sequences in one random "
                "direction each: "
                "noisier than d.r1, so its trend counts"});
}

}  // namespace

std::vector<TermRow> finite_differences_terms() {
  return {lipschitz_fd_row(), r1_fd_row()};
}

}  // namespace rnngan
