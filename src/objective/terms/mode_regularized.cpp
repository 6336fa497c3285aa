// The regularised generator of Che et al. 2016 (arXiv:1612.02136, section 2.1): what generator and
// encoder make of a real sequence is near it and looks real, so that no mode is forgotten.
#include <torch/types.h>

#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct ModeRegularizedOptions {
  double distance = 0.2;
  double realism = 0.4;
};

class ModeRegularized : public Term {
 public:
  explicit ModeRegularized(const ModeRegularizedOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  // A pass of its own: that of scores() leaves the encoder out, which learns from both parts here.
  at::Tensor value(StepContext& context) override {
    const SequenceBatch& real = context.batch(Which::real);
    const at::Tensor& made = context.batch(Which::reconstruction).x;
    const at::Tensor distance =
        mean_entry(difference(real.x, made, real.steps).square(), real.steps, context.layout());
    const at::Tensor score = context.scores_at(context.embed(made)).score;
    const at::Tensor realism = context.per_sequence(at::softplus(-score));
    // Packed sequences have one score.
    const at::Tensor per_score = distance.view({realism.size(0), -1}).mean(1);
    return options_.distance * per_score + options_.realism * realism;
  }

 private:
  ModeRegularizedOptions options_;
};

}  // namespace

std::vector<TermRow> mode_regularized_terms() {
  return {term_row<ModeRegularized, ModeRegularizedOptions>(
      {.name = "mode_regularized",
       .summary = "real sequences, encoded and made again, stay near and look real",
       .formula = "G and encoder: + distance mean (x - x')^2 + realism softplus(-s(x')), x' = "
                  "G(encoder(x))",
       .paper = "Che et al. 2016, arXiv:1612.02136",
       .needs = {Need::encoder, Need::real_in_g, Need::logit_score},
       .options = describe_options<ModeRegularizedOptions>(
           {make_field<ModeRegularizedOptions>(
                "distance", [](auto& o) -> auto& { return o.distance; }, at_least(0),
                "weight of the mean squared difference"),
            make_field<ModeRegularizedOptions>(
                "realism", [](auto& o) -> auto& { return o.realism; }, at_least(0),
                "weight of the cross-entropy")}),
       .equilibrium = "above 0: realism log 2, and distance times what the noise does not tell",
       .watch = "g.mode_regularized far above realism log 2: some real sequences are not reached, "
                "or the discriminator wins"})};
}

}  // namespace rnngan
