// Zero-centred gradient penalties (Mescheder et al. 2018, arXiv:1801.04406, eq. 9 and 10): half the
// squared norm of the critic's gradient at the real (r1) or the fake (r2) sequences. They reuse the
// forward passes of the adversarial loss.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

class GradientAtBatch : public Term {
 public:
  explicit GradientAtBatch(Which which) : which_(which) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    return 0.5 * squared_norm(context.input_gradient(which_), context.critic_input_steps());
  }

 private:
  Which which_;
};

TermRow row(Which which, std::string name, std::string summary, std::string formula,
            std::string watch) {
  return {{.name = std::move(name),
           .summary = std::move(summary),
           .formula = std::move(formula),
           .paper = "Mescheder et al. 2018, arXiv:1801.04406",
           .needs = {Need::scalar_score, Need::input_grad, Need::double_backward},
           .weight = 10.0,
           .equilibrium = "0, with gradient 0",
           .watch = std::move(watch)},
          [which](const void*) { return std::make_shared<GradientAtBatch>(which); }};
}

TermRow r1_row() {
  return row(
      Which::real, "r1", "flattens the discriminator at the real sequences",
      "D: + mean |grad s(x)|^2 / 2, x real",
      "d.r1: half the squared gradient norm at the real sequences; growth without end means that "
      "the discriminator sharpens faster than the generator follows");
}

TermRow r2_row() {
  return row(
      Which::fake, "r2", "flattens the discriminator at the fake sequences",
      "D: + mean |grad s(x')|^2 / 2, x' fake",
      "d.r2: half the squared gradient norm at the fake sequences; with one weight for r1 and r2 "
      "the two come close as the distributions agree");
}

}  // namespace

std::vector<TermRow> r1_r2_terms() {
  return {r1_row(), r2_row()};
}

}  // namespace rnngan
