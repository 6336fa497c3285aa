// LeCam regularisation (Tseng et al. 2021, arXiv:2104.03310, eq. 4): each batch's scores are drawn
// to the running mean of the other batch's. The means are those of earlier steps, debiased (divided
// by the weight that has been added up); before the first step those of the batch stand in.
#include <utility>

#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

struct LecamOptions {
  double decay = 0.99;
};

class Lecam : public Term {
 public:
  explicit Lecam(const LecamOptions& options) : decay_(options.decay) {
    weight_ = register_buffer("weight", at::zeros({}, at::kDouble));
    real_ = register_buffer("real", at::zeros({}, at::kDouble));
    fake_ = register_buffer("fake", at::zeros({}, at::kDouble));
  }

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor& r = context.scores(Which::real).score;
    const at::Tensor& f = context.scores(Which::fake).score;
    return context.per_sequence(at::relu(r - anchor(context, fake_, f)).square() +
                                at::relu(anchor(context, real_, r) - f).square());
  }

  void after_step(StepContext& context) override {
    const torch::NoGradGuard no_grad;
    weight_.mul_(decay_).add_(1 - decay_);
    for (const auto& [sum, which] : {std::pair{&real_, Which::real}, {&fake_, Which::fake}}) {
      sum->mul_(decay_).add_((1 - decay_) * batch_mean(context, context.scores(which).score));
    }
  }

 private:
  static at::Tensor batch_mean(StepContext& context, const at::Tensor& scores) {
    return context.batch_mean(context.per_sequence(scores)).to(at::kDouble);
  }

  // where() and not a branch, so that the step does not wait for the device.
  at::Tensor anchor(StepContext& context, const at::Tensor& sum, const at::Tensor& scores) const {
    const at::Tensor mean = at::where(weight_ > 0, sum / weight_, batch_mean(context, scores));
    return mean.to(scores.scalar_type());
  }

  double decay_;
  at::Tensor weight_, real_, fake_;  // scalars; the sums carry the weight
};

}  // namespace

std::vector<TermRow> lecam_terms() {
  return {term_row<Lecam, LecamOptions>(
      {.name = "lecam",
       .summary = "draws real and fake scores to each other's running means",
       .formula =
           "D: + mean relu(r - a_f)^2 + mean relu(a_r - f)^2, a_r and a_f running means of r and f",
       .paper = "Tseng et al. 2021, arXiv:2104.03310",
       .options = describe_options<LecamOptions>({make_field<LecamOptions>(
           "decay", [](auto& o) -> auto& { return o.decay; }, below(0, 1),
           "share of the running means that a step keeps")}),
       .weight = 0.3,
       .equilibrium = "no value of its own: 0 while the scores stay at their running means",
       .watch = "d.lecam: large when real and fake scores run apart, as they do when the "
                "discriminator overfits"})};
}

}  // namespace rnngan
