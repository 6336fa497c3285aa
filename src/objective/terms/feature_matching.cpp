// Feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1): the means of the
// discriminator's features agree. Means of batches, never sample with sample: that would reward a
// generator that always makes the mean. The paper lets it replace the adversarial loss of the
// generator (objective.g_weight 0).
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct FeatureMatchingOptions {
  int64_t p = 2;
  bool unbiased = false;
};

class FeatureMatching : public Term {
 public:
  explicit FeatureMatching(const FeatureMatchingOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor difference =
        context.scores(Which::real).features.detach() - context.scores(Which::fake).features;
    if (options_.p == 1) return difference.mean(0).abs().mean();
    if (!options_.unbiased) return difference.mean(0).square().sum();
    const int64_t half = difference.size(0) / 2;
    const at::Tensor a = difference.narrow(0, 0, half).mean(0);
    const at::Tensor b = difference.narrow(0, half, difference.size(0) - half).mean(0);
    return (a * b).sum();
  }

 private:
  FeatureMatchingOptions options_;
};

}  // namespace

std::vector<TermRow> feature_matching_terms() {
  return {term_row<FeatureMatching, FeatureMatchingOptions>(
      {.name = "feature_matching",
       .summary = "mean features of fakes are those of real sequences",
       .formula = "G: + |mean h(x) - mean h(x')|^2 (p = 2), or the mean absolute difference (p = "
                  "1), h the features",
       .paper = "Salimans et al. 2016, arXiv:1606.03498",
       .needs = {Need::features, Need::real_in_g, Need::batch_coupled},
       .options = describe_options<FeatureMatchingOptions>(
           {make_field<FeatureMatchingOptions>(
                "p", [](auto& o) -> auto& { return o.p; }, between(1, 2),
                "2: squared length of the difference; 1: mean absolute difference"),
            make_field<FeatureMatchingOptions>(
                "unbiased", [](auto& o) -> auto& { return o.unbiased; }, {},
                "with p = 2: the product of two halves of the batch, which is 0 on average between "
                "equal distributions")}),
       .equilibrium = "p = 2: 2 tr(C) / B, C the covariance of the features, or 0 on average if "
                      "unbiased; p = 1: of the order of 1 / sqrt(B)",
       .watch = "g.feature_matching: how far the mean features are apart; the features change with "
                "D, so compare within a few steps only"})};
}

}  // namespace rnngan
