// ADC-GAN (Hou et al. 2021, arXiv:2107.10060): one head of 2K classes tells real from fake and
// class from class at once. The K real classes come first.
#include <torch/types.h>

#include "objective/classification.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr const char* kAdcHead = "real_or_fake_class";

class Adc : public Term {
 public:
  explicit Adc(const NoOptions&) {}

  bool acts_on(Side) const override { return true; }

  std::vector<HeadRequest> heads(const ModelShape& shape) const override {
    return {{kAdcHead, 2 * class_count(shape)}};
  }

  Tensor value(StepContext& context) override {
    const Tensor& labels = context.batch(Which::fake).labels;
    const Tensor& fake = context.scores(Which::fake).heads.at(kAdcHead);
    const Tensor as_fake = cross_entropy(fake, labels + fake.size(1) / 2);
    if (context.side() == Side::generator) return cross_entropy(fake, labels) - as_fake;
    return as_fake + cross_entropy(context.scores(Which::real).heads.at(kAdcHead),
                                   context.batch(Which::real).labels);
  }
};

}  // namespace

std::vector<TermRow> adc_terms() {
  return {term_row<Adc, NoOptions>(
      {.name = "adc",
       .summary = "a head of D names the class together with real or fake",
       .formula = "D and G: D + mean cross-entropy(C(x), (real, y)) + mean cross-entropy(C(x'), "
                  "(fake, y')); G + mean cross-entropy(C(x'), (real, y')) - mean "
                  "cross-entropy(C(x'), (fake, y'))",
       .paper = "Hou et al. 2021, arXiv:2107.10060",
       .needs = {Need::labels, Need::hidden_labels},
       .equilibrium = "D 1.386 (2 ln 2) + twice the entropy of the label given the sequence, G 0",
       .watch = "d.adc far below 1.386: D tells real from fake by the class; g.adc above 0 says by "
                "how much"})};
}

}  // namespace rnngan
