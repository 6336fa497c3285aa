// One-sided label smoothing (Salimans et al. 2016, arXiv:1606.03498, section 3.4): real sequences
// get the target alpha. As softplus(r) - softplus(-r) = r, the smoothed cross-entropy is the plain
// one plus (1 - alpha) r.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

struct LabelSmoothingOptions {
  double alpha = 0.9;
};

class LabelSmoothing : public Term {
 public:
  explicit LabelSmoothing(const LabelSmoothingOptions& options) : alpha_(options.alpha) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    return context.per_sequence((1 - alpha_) * context.scores(Which::real).score);
  }

 private:
  double alpha_;
};

}  // namespace

std::vector<TermRow> label_smoothing_terms() {
  return {term_row<LabelSmoothing, LabelSmoothingOptions>(
      {.name = "label_smoothing",
       .summary = "real sequences get the target alpha instead of 1",
       .formula = "D: + (1 - alpha) mean r, which makes the real part of bce "
                  "mean [alpha softplus(-r) + (1 - alpha) softplus(r)]",
       .paper = "Salimans et al. 2016, arXiv:1606.03498",
       .needs = {Need::logit_score},
       .options = describe_options<LabelSmoothingOptions>({make_field<LabelSmoothingOptions>(
           "alpha", [](auto& o) -> auto& { return o.alpha; }, Range{0, 1, true, false},
           "target probability of real sequences")}),
       .equilibrium =
           "with bce and alpha 0.9: score -0.201; D 1.376, of which -0.020 is this term; G 0.799",
       .watch = "d.score_real: it settles at ln(alpha / (1 - alpha)), 2.197, where D is sure of a "
                "real sequence; d.JSD is off by the smoothing"})};
}

}  // namespace rnngan
