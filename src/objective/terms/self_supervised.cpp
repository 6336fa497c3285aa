// Self-supervision (Chen et al. 2018, arXiv:1811.11212) for sequences: where the paper asks for the
// rotation of an image, the head is asked which way time runs.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr const char* kReversedHead = "order";

/// The valid part of each sequence from its last step to its first: x [B,T,F], padding stays zero.
Tensor reversed(const Tensor& x, const StepMask& steps) {
  if (!steps.ragged) return x.flip(1);
  const Tensor forward = at::arange(steps.steps(), steps.lengths.options()).unsqueeze(0);
  const Tensor backward = (steps.lengths.unsqueeze(1) - 1 - forward).clamp_min(0);
  return zero_padding(x.gather(1, backward.unsqueeze(2).expand_as(x)), steps);
}

struct SelfSupervisedOptions {
  double generator = 0.2;
};

class SelfSupervised : public Term {
 public:
  explicit SelfSupervised(const SelfSupervisedOptions& options) : options_(options) {}

  bool acts_on(Side side) const override {
    return side == Side::discriminator || options_.generator > 0;
  }

  std::vector<HeadRequest> heads(const ModelShape&) const override { return {{kReversedHead, 1}}; }

  Tensor value(StepContext& context) override {
    if (context.side() == Side::discriminator) return miss(context, Which::real);
    return options_.generator * miss(context, Which::fake);
  }

 private:
  /// Mean cross-entropy of both directions.
  static Tensor miss(StepContext& context, Which which) {
    const SequenceBatch& batch = context.batch(which);
    const Tensor input = context.embed(reversed(batch.x, batch.steps));
    const Tensor forward = context.scores(which).heads.at(kReversedHead).squeeze(1);
    const Tensor backward = context.scores_at(input).heads.at(kReversedHead).squeeze(1);
    return 0.5 * (at::softplus(-forward) + at::softplus(backward));
  }

  SelfSupervisedOptions options_;
};

}  // namespace

std::vector<TermRow> self_supervised_terms() {
  return {term_row<SelfSupervised, SelfSupervisedOptions>(
      {.name = "self_supervised",
       .summary = "a head of the discriminator tells which way time runs",
       .formula = "D and G: D + [mean softplus(-o(x)) + mean softplus(o(reversed x))] / 2, o the "
                  "head; G + generator times the same at x'",
       .paper = "Chen et al. 2018, arXiv:1811.11212",
       .options = describe_options<SelfSupervisedOptions>({make_field<SelfSupervisedOptions>(
           "generator", [](auto& o) -> auto& { return o.generator; }, at_least(0),
           "weight of the generator's part; 0 leaves the discriminator's")}),
       .equilibrium =
           "0.693 (ln 2) where time can be turned round unnoticed, towards 0 where not; G "
           "that of D times `generator`",
       .watch =
           "d.self_supervised at 0.693 for good: the data look alike backwards, drop the term; "
           "g.self_supervised far below its share: fakes exaggerate what tells the direction"})};
}

}  // namespace rnngan
