// Scores that changes which do not matter leave alone: consistency regularisation (Zhang et al.
// 2019, arXiv:1910.12027) and its balanced form (Zhao et al. 2020, arXiv:2002.04724). For sequences
// the change is a factor per column and a little noise per entry, both normal.
#include <string>

#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

struct Augmentation {
  double scale = 0.1;
  double jitter = 0.03;
};

/// x [B,T,W] with each value of each sequence times 1 + scale u per column, plus jitter n per
/// entry.
Tensor augmented(StepContext& context, Which which, const Augmentation& by) {
  const SequenceBatch& batch = context.batch(which);
  const Tensor& x = batch.x;
  const std::string stream = which == Which::real ? "augment_real" : "augment_fake";
  const Tensor u = context.normal(stream + "_scale", {x.size(0), 1, x.size(2)});
  const Tensor n = context.normal(stream + "_jitter", x.sizes());
  const Tensor change = by.scale * u * x + by.jitter * n;
  return zero_padding(x + on_values(change, x, context.layout()), batch.steps);
}

/// Squared difference of the scores of a batch and of its augmented form.
Tensor inconsistency(StepContext& context, Which which, const Augmentation& by) {
  const Tensor moved = context.scores_at(context.embed(augmented(context, which, by))).score;
  return context.per_sequence((context.scores(which).score - moved).square());
}

struct ConsistencyOptions {
  Augmentation by;
};

class Consistency : public Term {
 public:
  explicit Consistency(const ConsistencyOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  Tensor value(StepContext& context) override {
    return inconsistency(context, Which::real, options_.by);
  }

 private:
  ConsistencyOptions options_;
};

struct BalancedOptions {
  double real = 10.0;
  double fake = 10.0;
  Augmentation by;
};

class BalancedConsistency : public Term {
 public:
  explicit BalancedConsistency(const BalancedOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  Tensor value(StepContext& context) override {
    return options_.real * inconsistency(context, Which::real, options_.by) +
           options_.fake * inconsistency(context, Which::fake, options_.by);
  }

 private:
  BalancedOptions options_;
};

template <class O>
FieldTable with_augmentation(FieldTable fields) {
  fields.push_back(make_field<O>(
      "scale", [](auto& o) -> auto& { return o.by.scale; }, at_least(0),
      "standard deviation of the factor of a column"));
  fields.push_back(make_field<O>(
      "jitter", [](auto& o) -> auto& { return o.by.jitter; }, at_least(0),
      "standard deviation of the noise of an entry, in scaled units"));
  return fields;
}

std::string watch(const std::string& name) {
  return "d." + name +
         ": growth means that D looks at what the augmentation changes; near 0 from the start, it "
         "costs passes and does nothing";
}

TermRow consistency_row() {
  return term_row<Consistency, ConsistencyOptions>(
      {.name = "consistency",
       .summary = "real sequences keep their scores when scaled and jittered",
       .formula = "D: + mean (s(x) - s(A(x)))^2, A(x) = x (1 + scale u) + jitter n, u and n normal",
       .paper = "Zhang et al. 2019, arXiv:1910.12027",
       .options = describe_options<ConsistencyOptions>(with_augmentation<ConsistencyOptions>({})),
       .weight = 10.0,
       .equilibrium = "0 at a constant score",
       .watch = watch("consistency")});
}

TermRow balanced_consistency_row() {
  using O = BalancedOptions;
  return term_row<BalancedConsistency, O>(
      {.name = "balanced_consistency",
       .summary = "all sequences keep their scores when scaled and jittered",
       .formula = "D: + real mean (s(x) - s(A(x)))^2 + fake mean (s(x') - s(A(x')))^2, A(x) = x (1 "
                  "+ scale u) + jitter n, u and n normal",
       .paper = "Zhao et al. 2020, arXiv:2002.04724",
       .options = describe_options<O>(
           with_augmentation<O>({make_field<O>(
                                     "real", [](auto& o) -> auto& { return o.real; }, at_least(0),
                                     "weight of the real part"),
                                 make_field<O>(
                                     "fake", [](auto& o) -> auto& { return o.fake; }, at_least(0),
                                     "weight of the fake part")})),
       .equilibrium = "0 at a constant score",
       .watch = watch("balanced_consistency")});
}

}  // namespace

std::vector<TermRow> consistency_terms() {
  return {consistency_row(), balanced_consistency_row()};
}

}  // namespace rnngan
