// DRAGAN (Kodali et al. 2017, arXiv:1705.07215): the norm of the critic's gradient is held at k
// around the data, whatever the generator makes. Normal noise as in the paper; in the common code
// it is positive only. The unit of the noise is that of critic inputs, not of each channel: about
// the spread of a value where there are five columns, more where there are many.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct DraganOptions {
  double center = 1.0;
  double spread = 0.5;
};

class Dragan : public Term {
 public:
  explicit Dragan(const DraganOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor near =
        context.critic_input(Which::real) + options_.spread * context.perturbation();
    return norm_of(squared_gradient_norm_at(context, near)).sub(options_.center).square();
  }

 private:
  DraganOptions options_;
};

}  // namespace

std::vector<TermRow> dragan_terms() {
  return {term_row<Dragan, DraganOptions>(
      {.name = "dragan",
       .summary = "the critic's gradient norm is held at k around the real sequences",
       .formula = "D: + mean (|grad s(x + c u)| - k)^2, x real, u standard normal, c the spread",
       .paper = "Kodali et al. 2017, arXiv:1705.07215",
       .needs = {Need::scalar_score, Need::double_backward, Need::perturbation},
       .options = describe_options<DraganOptions>(
           {make_field<DraganOptions>(
                "center", [](auto& o) -> auto& { return o.center; }, at_least(0),
                "norm k that the gradient is held at"),
            make_field<DraganOptions>(
                "spread", [](auto& o) -> auto& { return o.spread; }, greater_than(0),
                "standard deviation of the noise, where that of the data is 1")}),
       .weight = 10.0,
       .equilibrium = "no value of its own: 0 at norm k, k^2 where D is flat",
       .watch = "d.dragan: mean squared distance of the gradient's norm to k; above k^2 the "
                "discriminator is too steep at the data"})};
}

}  // namespace rnngan
