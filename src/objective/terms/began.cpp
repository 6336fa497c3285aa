// BEGAN (Berthelot, Schumm, Metz 2017, arXiv:1703.10717): the whole objective of an autoencoding
// discriminator, in place of an adversarial loss. k holds the mean error of fakes at gamma times
// that of real sequences.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

struct BeganOptions {
  double gamma = 0.5;
  double rate = 1e-3;
};

class Began : public Term {
 public:
  explicit Began(const BeganOptions& options) : options_(options) {
    k_ = register_buffer("k", at::zeros({}, at::kDouble));
  }

  bool acts_on(Side) const override { return true; }

  Tensor value(StepContext& context) override {
    if (context.side() == Side::generator) return error(context, Which::fake);
    const Tensor real = error(context, Which::real), fake = error(context, Which::fake);
    const Tensor off_balance = balance(context, real, fake);
    record_ = {{"k", k_.clone()}, {"M", real.detach().mean() + off_balance.abs()}};
    return real - k_.to(fake.scalar_type()) * fake;
  }

  std::vector<Statistic> statistics(Side side) const override {
    return side == Side::discriminator ? record_ : std::vector<Statistic>{};
  }

  void after_step(StepContext& context) override {
    if (context.side() == Side::generator) return;
    const Tensor off_balance =
        balance(context, error(context, Which::real), error(context, Which::fake));
    k_.add_(options_.rate * off_balance).clamp_(0, 1);
  }

 private:
  static Tensor error(StepContext& context, Which which) {
    return context.per_sequence(context.scores(which).score);
  }

  Tensor balance(StepContext& context, const Tensor& real, const Tensor& fake) const {
    return options_.gamma * context.batch_mean(real) - context.batch_mean(fake);
  }

  BeganOptions options_;
  Tensor k_;  // scalar
  std::vector<Statistic> record_;
};

}  // namespace

std::vector<TermRow> began_terms() {
  return {term_row<Began, BeganOptions>(
      {.name = "began",
       .summary = "an autoencoder with its errors in balance; no adversarial loss",
       .formula = "D and G: D mean e(x) - k mean e(x'), G mean e(x'), e the autoencoder's error; k "
                  "moves by rate (gamma mean e(x) - mean e(x')), within 0 and 1",
       .paper = "Berthelot, Schumm, Metz 2017, arXiv:1703.10717",
       .needs = {Need::autoencoder_d},
       .options = describe_options<BeganOptions>(
           {make_field<BeganOptions>(
                "gamma", [](auto& o) -> auto& { return o.gamma; }, Range{0, 1, true, false},
                "error of fakes over that of real sequences: higher is more diverse"),
            make_field<BeganOptions>(
                "rate", [](auto& o) -> auto& { return o.rate; }, greater_than(0),
                "of the steps of k")}),
       .equilibrium = "mean e(x') = gamma mean e(x); then M = mean e(x) and k rests",
       .watch = "d.began.M falls as training converges; d.began.k at 0 or 1 for long means that "
                "one side has won: change gamma or a learning rate",
       .example = R"({"preset": "began"})"})};
}

}  // namespace rnngan
