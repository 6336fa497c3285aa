// Path length regularisation (Karras et al. 2019, arXiv:1912.04958, section 3.2): a step of the
// global noise changes a sequence by as much everywhere and in all directions. J is the Jacobian of
// the sequence, made without step noise, with respect to the global noise of the fakes.
//
// The target `a` is the running mean of the lengths of earlier steps, divided by the weight that
// has been added up; the code of the paper starts it at 0 and would shrink J at first. Before the
// first step the batch's own mean stands in.
#include <vector>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct PathLengthOptions {
  double rate = 0.01;
};

class PathLength : public Term {
 public:
  explicit PathLength(const PathLengthOptions& options) : rate_(options.rate) {
    weight_ = register_buffer("weight", at::zeros({}, at::kDouble));
    sum_ = register_buffer("sum", at::zeros({}, at::kDouble));
  }

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor length = lengths(context);
    mean_ = context.batch_mean(length).to(at::kDouble);
    // where() and not a branch, so that the step does not wait for the device.
    const at::Tensor target = at::where(weight_ > 0, sum_ / weight_, mean_);
    statistics_ = {{"length", mean_}, {"target", target}};
    return (length - target.to(length.scalar_type())).square();
  }

  std::vector<Statistic> statistics(Side) const override { return statistics_; }

  void after_step(StepContext&) override {
    const torch::NoGradGuard no_grad;
    weight_.mul_(1 - rate_).add_(rate_);
    sum_.mul_(1 - rate_).add_(rate_ * mean_);
  }

 private:
  /// |J' y| of each sequence, y standard normal over the root of its valid entries: [B].
  static at::Tensor lengths(StepContext& context) {
    const at::Tensor w = context.global_noise().detach().clone().requires_grad_();
    const at::Tensor x = context.generate(w);
    const StepMask& steps = context.batch(Which::fake).steps;
    const at::Tensor entries = (steps.lengths * x.size(2)).to(x.scalar_type()).view({-1, 1, 1});
    const at::Tensor y =
        evened(zero_padding(context.normal("path_length", x.sizes()), steps), context.layout()) /
        entries.sqrt();
    const at::Tensor pulled_back = gradient_of_sum(zero_padding(x, steps) * y, w);
    return norm_of(pulled_back.square().sum(1));
  }

  double rate_;
  at::Tensor weight_, sum_;  // scalars; the sum carries the weight
  at::Tensor mean_;          // length of the last value()
  std::vector<Statistic> statistics_;
};

}  // namespace

std::vector<TermRow> path_length_terms() {
  return {term_row<PathLength, PathLengthOptions>(
      {.name = "path_length",
       .summary = "the global noise moves a sequence equally far everywhere",
       .formula = "G: + mean (|J' y| - a)^2, J = dG/dz at the global noise z of the fakes and step "
                  "noise 0, y ~ N(0, 1) / sqrt(T F), a the running mean of |J' y|",
       .paper = "Karras et al. 2019, arXiv:1912.04958",
       .needs = {Need::double_backward_g},
       .options = describe_options<PathLengthOptions>({make_field<PathLengthOptions>(
           "rate", [](auto& o) -> auto& { return o.rate; }, between(1e-6, 1),
           "share of a step's mean length in the running mean")}),
       .weight = 2.0,
       .equilibrium = "above 0, since y is random; small beside the square of "
                      "g.path_length.target",
       .watch = "g.path_length.target falling to 0: the generator lets go of its global noise, "
                "lower the weight; `every` 4, as in the paper, saves most of its time"})};
}

}  // namespace rnngan
