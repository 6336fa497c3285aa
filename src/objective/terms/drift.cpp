// Karras et al. 2017 (arXiv:1710.10196, appendix A.1): keeps the scores of a critic, which have a
// free offset, from wandering off.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

class Drift : public Term {
 public:
  explicit Drift(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    return context.per_sequence(context.scores(Which::real).score.square());
  }
};

}  // namespace

std::vector<TermRow> drift_terms() {
  return {term_row<Drift, NoOptions>(
      {.name = "drift",
       .summary = "keeps the scores of real sequences near 0",
       .formula = "D: + mean r^2",
       .paper = "Karras et al. 2017, arXiv:1710.10196",
       .weight = 1e-3,
       .equilibrium = "0, once the scores of real sequences are 0",
       .watch = "d.score_real: stays near 0; d.drift: mean square of the scores of real sequences",
       .example = R"({"preset": "wgan_gp"})"})};
}

}  // namespace rnngan
