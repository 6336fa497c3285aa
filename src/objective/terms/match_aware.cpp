// Matching-aware discrimination (Reed et al. 2016, arXiv:1605.05396, algorithm 1): a real sequence
// under a label that is not its own counts as fake, and fakes give it half of their weight.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

class MatchAware : public Term {
 public:
  explicit MatchAware(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  // Each label is that of the sequence before. The mean of the wrong pairs is over those that are
  // wrong; a batch of one class leaves the fakes their weight.
  Tensor value(StepContext& context) override {
    const SequenceBatch& real = context.batch(Which::real);
    const Tensor labels = real.labels.roll(1);
    const Tensor score =
        context.scores_at(context.critic_input(Which::real), {relabelled(real, labels)}).score;
    const Tensor mismatched = context.per_sequence(at::softplus(score));
    const Tensor fake = context.per_sequence(at::softplus(context.scores(Which::fake).score));
    const Tensor counts = labels.ne(real.labels).to(mismatched.scalar_type());
    const Tensor share = counts.mean();
    const Tensor wrong = mismatched * counts / share.clamp_min(1e-12);
    return 0.5 * (wrong - fake * share.sign()).mean();
  }

 private:
  /// The condition with the one-hot labels replaced.
  static Tensor relabelled(const SequenceBatch& batch, const Tensor& labels) {
    return batch.condition.scatter(1, batch.labels.unsqueeze(1), 0.0)
        .scatter(1, labels.unsqueeze(1), 1.0);
  }
};

}  // namespace

std::vector<TermRow> match_aware_terms() {
  return {term_row<MatchAware, NoOptions>(
      {.name = "match_aware",
       .summary = "real sequences under wrong labels count as fakes",
       .formula =
           "D: + [mean softplus(s(x, y'')) - mean softplus(f)] / 2, y'' the label of another "
           "sequence, different from that of x",
       .paper = "Reed et al. 2016, arXiv:1605.05396",
       .needs = {Need::labels, Need::logit_score, Need::batch_coupled},
       .equilibrium = "0 where D ignores the labels; below 0 the better it rejects wrong ones",
       .watch = "d.match_aware staying at 0 means that D does not use the labels, and then neither "
                "does G"})};
}

}  // namespace rnngan
