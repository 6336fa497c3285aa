// Orthogonal regularisation in the form of Brock et al. 2018 (arXiv:1809.11096, eq. 4): directions
// of a weight matrix are drawn apart, their lengths stay free. Of the two Gram matrices the smaller
// one is meant, since only that can become diagonal.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

at::Tensor overlap(const at::Tensor& weight) {
  const at::Tensor tall = weight.size(0) >= weight.size(1) ? weight : weight.t();
  const at::Tensor gram = tall.t().matmul(tall);
  return (gram - gram.diagonal().diag()).square().sum();
}

class Orthogonal : public Term {
 public:
  explicit Orthogonal(const NoOptions&) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext& context) override {
    at::Tensor sum;
    for (const NamedParameter& parameter : context.parameters(Side::discriminator)) {
      if (parameter.value.dim() != 2) continue;
      const at::Tensor part = overlap(parameter.value);
      sum = sum.defined() ? sum + part : part;
    }
    return sum;
  }
};

}  // namespace

std::vector<TermRow> orthogonal_terms() {
  return {term_row<Orthogonal, NoOptions>(
      {.name = "orthogonal",
       .summary = "directions of D's weight matrices are orthogonal",
       .formula =
           "D: + sum over its matrices W of |off-diagonal part of W'W|^2 (of WW' for wide ones)",
       .paper = "Brock, Donahue, Simonyan 2018, arXiv:1809.11096",
       .weight = 1e-4,
       .equilibrium = "no value of its own: 0 once the directions are orthogonal",
       .watch = "d.orthogonal: squared overlap of the directions of all matrices; it depends on "
                "their lengths, so only its trend counts"})};
}

}  // namespace rnngan
