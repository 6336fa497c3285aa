// Penalties on the gradient norm of the critic on the segments between real and fake sequences. One
// norm and one interpolation weight per sequence, so that the values do not depend on B.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

class OnSegments : public Term {
 public:
  bool acts_on(Side side) const override { return side == Side::discriminator; }

 protected:
  static at::Tensor squared_gradient_norm(StepContext& context) {
    return squared_gradient_norm_at(context, between(context, context.interpolation_weights()));
  }
};

struct GradientPenaltyOptions {
  double center = 1.0;
};

// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3).
class GradientPenalty : public OnSegments {
 public:
  explicit GradientPenalty(const GradientPenaltyOptions& options) : center_(options.center) {}

  at::Tensor value(StepContext& context) override {
    return norm_of(squared_gradient_norm(context)).sub(center_).square();
  }

 private:
  double center_;
};

// One-sided: a critic that is flatter than it may be is left alone (Petzka et al. 2017).
class LipschitzPenalty : public OnSegments {
 public:
  explicit LipschitzPenalty(const NoOptions&) {}

  at::Tensor value(StepContext& context) override {
    return at::relu(norm_of(squared_gradient_norm(context)) - 1).square();
  }
};

class ZeroCentredPenalty : public OnSegments {
 public:
  explicit ZeroCentredPenalty(const NoOptions&) {}

  at::Tensor value(StepContext& context) override { return squared_gradient_norm(context); }
};

class MaxGradientPenalty : public OnSegments {
 public:
  explicit MaxGradientPenalty(const NoOptions&) {}

  at::Tensor value(StepContext& context) override { return squared_gradient_norm(context).max(); }
};

TermRow gradient_penalty_row() {
  return term_row<GradientPenalty, GradientPenaltyOptions>(
      {.name = "gradient_penalty",
       .summary = "the critic's gradient norm is held at k between real and fake",
       .formula = "D: + mean (|grad s(u x + (1-u) x')| - k)^2, u uniform on [0,1) per sequence",
       .paper = "Gulrajani et al. 2017, arXiv:1704.00028",
       .needs = {Need::scalar_score, Need::double_backward},
       .options = describe_options<GradientPenaltyOptions>({make_field<GradientPenaltyOptions>(
           "center", [](auto& o) -> auto& { return o.center; }, at_least(0),
           "norm k that the gradient is held at")}),
       .weight = 10.0,
       .equilibrium = "0 if the norm is k everywhere; k^2 if the critic is flat",
       .watch = "d.gradient_penalty: mean squared distance of the gradient norm to k; it should be "
                "small "
                "against d.adversarial once weighted",
       .example = R"({"preset": "wgan_gp"})"});
}

TermRow lipschitz_penalty_row() {
  return term_row<LipschitzPenalty, NoOptions>(
      {.name = "lipschitz_penalty",
       .summary = "the critic's gradient norm stays below 1 between real and fake",
       .formula = "D: + mean relu(|grad s(u x + (1-u) x')| - 1)^2, u uniform on [0,1) per sequence",
       .paper = "Petzka, Fischer, Lukovnikov 2017, arXiv:1709.08894",
       .needs = {Need::scalar_score, Need::double_backward},
       .weight = 10.0,
       .equilibrium = "0",
       .watch = "d.lipschitz_penalty: 0 while the gradient norm is at most 1; larger values mean a "
                "critic "
                "that is steeper than it may be",
       .example = R"({"preset": "wgan_gp", "terms": {"gradient_penalty": null}})"});
}

TermRow max_gradient_penalty_row() {
  return term_row<MaxGradientPenalty, NoOptions>(
      {.name = "max_gradient_penalty",
       .summary = "flattens the critic where it is steepest between real and fake",
       .formula =
           "D: + max over the batch of |grad s(u x + (1-u) x')|^2, u uniform on [0,1) per sequence",
       .paper = "Zhou et al. 2019, arXiv:1902.05687",
       .needs = {Need::scalar_score, Need::double_backward, Need::batch_coupled},
       .weight = 10.0,
       .equilibrium = "0",
       .watch = "d.max_gradient_penalty: squared gradient norm at the steepest critic input of a "
                "batch; noisy, so "
                "look at its trend",
       .example = R"({"preset": "wgan_gp", "terms": {"gradient_penalty": null}})"});
}

TermRow zero_centered_gp_row() {
  return term_row<ZeroCentredPenalty, NoOptions>(
      {.name = "zero_centered_gp",
       .summary = "flattens the critic between real and fake sequences",
       .formula = "D: + mean |grad s(u x + (1-u) x')|^2, u uniform on [0,1) per sequence",
       .paper = "Thanh-Tung, Tran, Venkatesh 2019, arXiv:1902.03984",
       .needs = {Need::scalar_score, Need::double_backward},
       .weight = 10.0,
       .equilibrium = "0, with gradient 0",
       .watch =
           "d.zero_centered_gp: mean squared gradient norm between real and fake sequences; growth "
           "means that D sharpens faster than G follows"});
}

}  // namespace

std::vector<TermRow> gradient_penalty_terms() {
  return {gradient_penalty_row(), lipschitz_penalty_row(), max_gradient_penalty_row(),
          zero_centered_gp_row()};
}

}  // namespace rnngan
