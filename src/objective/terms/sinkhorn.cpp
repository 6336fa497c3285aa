// The Sinkhorn divergence of Genevay, Peyre and Cuturi 2017 (arXiv:1706.00292), halved: what it
// costs to transport the fakes to the real sequences, with the bias of the entropy taken out. The
// cost of a pair is its squared distance over all steps and columns.
#include <torch/types.h>

#include "objective/sequence_pairs.h"
#include "objective/term.h"
#include "objective/transport.h"

namespace rnngan {
namespace {

class Sinkhorn : public Term {
 public:
  explicit Sinkhorn(const TransportOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor real = flat(context, Which::real, options_.space),
                     fake = flat(context, Which::fake, options_.space);
    const at::Tensor among_real = squared_distances(real, real);
    const at::Tensor epsilon = entropy_weight(options_, among_real);
    const at::Tensor alone = self_transport_cost(
        at::stack({among_real, squared_distances(fake, fake)}), epsilon, options_.iterations);
    return transport_cost(squared_distances(real, fake), epsilon, options_.iterations) -
           alone.mean();
  }

 private:
  TransportOptions options_;
};

}  // namespace

std::vector<TermRow> sinkhorn_terms() {
  return {term_row<Sinkhorn, TransportOptions>(
      {.name = "sinkhorn",
       .summary = "optimal transport with entropy, its bias taken out",
       .formula = "G: + W(x, y) - W(x, x') / 2 - W(y, y') / 2, W = min over couplings P of "
                  "sum P |x - y|^2 + epsilon KL(P | uniform)",
       .paper = "Genevay, Peyre, Cuturi 2017, arXiv:1706.00292; Cuturi 2013, arXiv:1306.0895",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<TransportOptions>(transport_fields<TransportOptions>()),
       .equilibrium =
           "0 for equal distributions; two batches of one distribution are a little above it",
       .watch = "g.sinkhorn falls towards what two batches of real sequences give; at 0 exactly, "
                "fakes copy the batch"})};
}

}  // namespace rnngan
