// Mode seeking (Mao et al. 2019, arXiv:1903.05628): sequences from different noise differ. The
// epsilon of the paper (1e-5) is 1 / cap here: it bounds the value, and unlike a clamp it leaves
// the gradient of a generator that ignores its noise.
#include <torch/types.h>

#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct ModeSeekingOptions {
  double cap = 100.0;
};

class ModeSeeking : public Term {
 public:
  explicit ModeSeeking(const ModeSeekingOptions& options) : cap_(options.cap) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const SequenceBatch& fake = context.batch(Which::fake);
    const OtherFake& other = context.other_fake(0);
    const at::Tensor apart =
        mean_entry(difference(fake.x, other.x, fake.steps).abs(), fake.steps, context.layout());
    return (apart / other.distance.clamp_min(1e-6) + 1 / cap_).reciprocal();
  }

 private:
  double cap_;
};

}  // namespace

std::vector<TermRow> mode_seeking_terms() {
  return {term_row<ModeSeeking, ModeSeekingOptions>(
      {.name = "mode_seeking",
       .summary = "sequences from different noise differ",
       .formula = "G: + 1 / (d(y, y') / d(z, z') + 1 / cap), y and y' fakes from noise z and z', d "
                  "mean distances",
       .paper = "Mao et al. 2019, arXiv:1903.05628",
       .options = describe_options<ModeSeekingOptions>({make_field<ModeSeekingOptions>(
           "cap", [](auto& o) -> auto& { return o.cap; }, greater_than(0),
           "largest value, that of fakes that are all alike")}),
       .equilibrium = "above 0, of the order of 1 for standardised data; it does not fall to 0",
       .watch = "g.mode_seeking near cap: the generator ignores its noise; it must not fall at the "
                "price of d.score_fake"})};
}

}  // namespace rnngan
