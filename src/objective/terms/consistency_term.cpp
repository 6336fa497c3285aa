// The consistency term of WGAN-CT (Wei et al. 2018, arXiv:1803.01541): two passes of the critic
// over the same real sequence that drop out different units agree. It bounds the gradient norm
// around the data where gradient_penalty bounds it between the batches.
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

struct ConsistencyTermOptions {
  double features = 0.1;
  double margin = 0.0;
};

class ConsistencyTerm : public Term {
 public:
  explicit ConsistencyTerm(const ConsistencyTermOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  Tensor value(StepContext& context) override {
    const Tensor& input = context.critic_input(Which::real);
    const Scores a = context.scores_at(input, {.dropout_draw = 1});
    const Scores b = context.scores_at(input, {.dropout_draw = 2});
    const Tensor apart = norm_of((a.features - b.features).square().sum(1));
    return at::relu((a.score - b.score).abs() + options_.features * apart - options_.margin);
  }

 private:
  ConsistencyTermOptions options_;
};

}  // namespace

std::vector<TermRow> consistency_term_terms() {
  return {term_row<ConsistencyTerm, ConsistencyTermOptions>(
      {.name = "consistency_term",
       .summary = "at real sequences, passes with different dropout agree",
       .formula =
           "D: + mean relu(|s1(x) - s2(x)| + features |h1(x) - h2(x)| - margin), 1 and 2 two "
           "draws of dropout, h the features",
       .paper = "Wei et al. 2018, arXiv:1803.01541",
       .needs = {Need::features, Need::dropout_d, Need::scalar_score},
       .options = describe_options<ConsistencyTermOptions>(
           {make_field<ConsistencyTermOptions>(
                "features", [](auto& o) -> auto& { return o.features; }, at_least(0),
                "weight of the distance of the features"),
            make_field<ConsistencyTermOptions>(
                "margin", [](auto& o) -> auto& { return o.margin; }, at_least(0),
                "difference that costs nothing")}),
       .weight = 2.0,
       .equilibrium = "0 at a constant critic; else what dropout does to it",
       .watch = "d.consistency_term 0 from the start: the margin is above what dropout does; "
                "growth with d.score_real - d.score_fake: the critic steepens at the data",
       .example = R"({"preset": "wgan_gp"})"})};
}

}  // namespace rnngan
