// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3): on the segment between a real and a
// fake sequence the critic's gradient has norm k. One norm and one interpolation weight per
// sequence, so that the value does not depend on B.
#include <torch/types.h>

#include "objective/terms.h"

namespace rnngan {
namespace {

struct Options {
  double center = 1.0;
};

class GradientPenalty : public Term {
 public:
  explicit GradientPenalty(const Options& options) : center_(options.center) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor u = context.interpolation_weights().view({-1, 1, 1});
    const at::Tensor real = context.point(Which::real).detach();
    const at::Tensor fake = context.point(Which::fake).detach();
    const at::Tensor between = (u * real + (1 - u) * fake).requires_grad_();
    const at::Tensor gradient = gradient_of_sum(context.scores_at(between).score, between);
    const StepMask& steps = context.batch(Which::real).steps;
    // The slope of the root at 0 is infinite.
    return (squared_norm(gradient, steps) + 1e-12).sqrt().sub(center_).square();
  }

 private:
  double center_;
};

}  // namespace

TermRow gradient_penalty_row() {
  return term_row<GradientPenalty, Options>(
      {.name = "gradient_penalty",
       .summary = "holds the norm of the critic's gradient at k between real and fake sequences",
       .formula = "D: + mean (|grad s(u x + (1-u) x')| - k)^2, u uniform on [0,1) per sequence",
       .paper = "Gulrajani et al. 2017, arXiv:1704.00028",
       .needs = {Need::scalar_score, Need::double_backward},
       .provides = {},
       .options = describe_options<Options>({make_field<Options>(
           "center", [](auto& o) -> auto& { return o.center; }, at_least(0),
           "norm k that the gradient is held at")}),
       .weight = 10.0});
}

}  // namespace rnngan
