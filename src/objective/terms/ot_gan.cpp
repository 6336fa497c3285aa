// OT-GAN (Salimans et al. 2018, arXiv:1803.05573): an energy distance whose distance is what it
// costs to transport one minibatch to another. The two independent minibatches of each distribution
// are the halves of the batch. Transport cost is that of the regularised problem with its entropy,
// so that the envelope theorem gives the gradient; the paper leaves the entropy out of the value.
#include <array>
#include <vector>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/term.h"
#include "objective/transport.h"

namespace rnngan {
namespace {

constexpr const char* kTransportHead = "transport";

struct OtGanOptions {
  int64_t dimensions = 16;
  double epsilon = 0.1;
  int64_t iterations = 100;
};

class OtGan : public Term {
 public:
  explicit OtGan(const OtGanOptions& options) : options_(options) {}

  bool acts_on(Side) const override { return true; }

  std::vector<HeadRequest> heads(const ModelShape&) const override {
    return {{kTransportHead, options_.dimensions}};
  }

  at::Tensor value(StepContext& context) override {
    const Halves real = halves(context, Which::real), fake = halves(context, Which::fake);
    const at::Tensor costs =
        at::stack({cosine_costs(real[0], fake[0]), cosine_costs(real[0], fake[1]),
                   cosine_costs(real[1], fake[0]), cosine_costs(real[1], fake[1]),
                   cosine_costs(real[0], real[1]), cosine_costs(fake[0], fake[1])});
    const at::Tensor epsilon = at::full({}, options_.epsilon, costs.options().requires_grad(false));
    const at::Tensor w = transport_cost(costs, epsilon, options_.iterations);
    const at::Tensor distance = w.narrow(0, 0, 4).sum() - 2 * w.narrow(0, 4, 2).sum();
    const bool raises = context.side() == Side::discriminator;
    statistics_[raises ? 0 : 1] = {{"distance", distance.detach()}};
    return raises ? -distance : distance;
  }

  std::vector<Statistic> statistics(Side side) const override {
    return statistics_[side == Side::discriminator ? 0 : 1];
  }

 private:
  using Halves = std::array<at::Tensor, 2>;  // [n,dimensions], of length 1

  // Of an odd number of sequences the last is left out.
  static Halves halves(StepContext& context, Which which) {
    const at::Tensor& all = context.scores(which).heads.at(kTransportHead);
    const at::Tensor unit = all / norm_of(all.square().sum(1, /*keepdim=*/true));
    const int64_t half = unit.size(0) / 2;
    return {unit.narrow(0, 0, half), unit.narrow(0, half, half)};
  }

  /// 1 - cosine of all pairs [n,n].
  static at::Tensor cosine_costs(const at::Tensor& a, const at::Tensor& b) {
    return 1 - a.matmul(b.t());
  }

  OtGanOptions options_;
  std::array<std::vector<Statistic>, 2> statistics_;
};

}  // namespace

std::vector<TermRow> ot_gan_terms() {
  return {term_row<OtGan, OtGanOptions>(
      {.name = "ot_gan",
       .summary = "transport cost of a head's vectors, in place of an adversarial loss",
       .formula = "D and G: -/+ (W(x, y) + W(x, y') + W(x', y) + W(x', y') - 2 W(x, x') - 2 W(y, "
                  "y')), x, x' the halves of the real batch, y, y' of the fake one, cost 1 - "
                  "cos(h(a), h(b))",
       .paper = "Salimans et al. 2018, arXiv:1803.05573",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<OtGanOptions>(
           {make_field<OtGanOptions>(
                "dimensions", [](auto& o) -> auto& { return o.dimensions; }, at_least(2),
                "numbers per sequence of the head whose angles are the cost"),
            make_field<OtGanOptions>(
                "epsilon", [](auto& o) -> auto& { return o.epsilon; }, greater_than(0),
                "weight of the entropy, in units of the cost, which is from 0 to 2"),
            make_field<OtGanOptions>(
                "iterations", [](auto& o) -> auto& { return o.iterations; }, at_least(1),
                "Sinkhorn iterations; a small epsilon takes more")}),
       .equilibrium = "0 on average; single batches lie on both sides",
       .watch = "g.ot_gan.distance: at most 8, falls to noise around 0; batches of a few hundred "
                "keep the noise small"})};
}

}  // namespace rnngan
