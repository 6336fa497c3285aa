// Latent consistency regularisation (Zhao et al. 2020, arXiv:2002.04724, section 3.2): noise that
// moves a little moves the fake and not its score.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

struct LatentConsistencyOptions {
  double radius = 0.05;
  double discriminator = 20.0;
  double generator = 0.5;
  double cap = 2.0;
};

class LatentConsistency : public Term {
 public:
  explicit LatentConsistency(const LatentConsistencyOptions& options) : options_(options) {}

  bool acts_on(Side side) const override {
    return side == Side::discriminator || options_.generator > 0;
  }

  Tensor value(StepContext& context) override {
    const OtherFake& other = context.other_fake(options_.radius);
    if (context.side() == Side::generator) return -options_.generator * spread(context, other);
    const Tensor moved = context.scores_at(context.embed(other.x)).score;
    return options_.discriminator *
           context.per_sequence((context.scores(Which::fake).score - moved).square());
  }

 private:
  /// Squared distance of the two fakes, over valid steps: [B]. Without a bound it would pay to make
  /// the generator as steep as can be, so it counts until the fakes differ, per entry, `cap` times
  /// as much as the noise.
  Tensor spread(StepContext& context, const OtherFake& other) const {
    const SequenceBatch& fake = context.batch(Which::fake);
    const Tensor entries = fake.steps.lengths * fake.x.size(2);
    const Tensor most = (options_.cap * other.distance).square() * entries;
    return at::minimum(squared_norm(evened(fake.x - other.x, context.layout()), fake.steps), most);
  }

  LatentConsistencyOptions options_;
};

}  // namespace

std::vector<TermRow> latent_consistency_terms() {
  using O = LatentConsistencyOptions;
  return {term_row<LatentConsistency, O>(
      {.name = "latent_consistency",
       .summary = "noise that moves a little moves the fake but not its score",
       .formula = "D and G: D + discriminator mean (s(G(z)) - s(G(z + e)))^2; G - generator mean "
                  "min(|G(z) - G(z + e)|^2, (cap |e|)^2), |e| per entry like the fakes",
       .paper = "Zhao et al. 2020, arXiv:2002.04724",
       .options = describe_options<O>(
           {make_field<O>(
                "radius", [](auto& o) -> auto& { return o.radius; }, greater_than(0),
                "standard deviation of the step e of the noise"),
            make_field<O>(
                "discriminator", [](auto& o) -> auto& { return o.discriminator; }, at_least(0),
                "weight of the discriminator's part"),
            make_field<O>(
                "generator", [](auto& o) -> auto& { return o.generator; }, at_least(0),
                "weight of the generator's part"),
            make_field<O>(
                "cap", [](auto& o) -> auto& { return o.cap; }, greater_than(0),
                "the generator gains until fakes differ per entry this often as much as the "
                "noise")}),
       .equilibrium =
           "D 0 at a constant score; G from 0 down to the cap, whatever the distributions",
       .watch = "g.latent_consistency near 0: the generator ignores its noise; "
                "d.latent_consistency above it in size: scores jump between neighbours"})};
}

}  // namespace rnngan
