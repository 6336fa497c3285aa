// Implicit maximum likelihood (Li and Malik 2018, arXiv:1809.09087): each real sequence draws the
// fake that is nearest to it, so that none is left without one. The distance is the squared one
// over all steps and columns, as in distances.cpp.
#include <torch/types.h>

#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct ImleOptions {
  PairSpace space = PairSpace::data;
};

class Imle : public Term {
 public:
  explicit Imle(const ImleOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor real = flat(context, Which::real, options_.space),
                     fake = flat(context, Which::fake, options_.space);
    const at::Tensor nearest = squared_distances(real, fake.detach()).argmin(1);
    return (real - fake.index_select(0, nearest)).square().sum(1).mean();
  }

 private:
  ImleOptions options_;
};

}  // namespace

std::vector<TermRow> imle_terms() {
  return {term_row<Imle, ImleOptions>(
      {.name = "imle",
       .summary = "each real sequence draws the nearest fake to itself",
       .formula = "G: + mean over real x of min over fakes y of |x - y|^2",
       .paper = "Li and Malik 2018, arXiv:1809.09087",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<ImleOptions>({space_field<ImleOptions>()}),
       .equilibrium =
           "above 0: the squared distance to the nearest of B sequences of one distribution",
       .watch = "g.imle falls with better coverage and with train.batch; compare runs of one batch "
                "size only"})};
}

}  // namespace rnngan
