// COT-GAN (Xu et al. 2020, arXiv:2006.08571): a transport distance whose plans may not look into
// the future. Two causal networks h and M raise the cost of plans that do; they are trained against
// the generator, M under a penalty that keeps it a martingale on real sequences. Stands in place of
// an adversarial loss.
//
// The plan is that of the regularised problem with its entropy, so that the envelope theorem gives
// the gradient; the code of the paper leaves the entropy out of the value and differentiates its
// iterations.
#include <algorithm>
#include <array>
#include <vector>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"
#include "objective/transport.h"

namespace rnngan {
namespace {

struct CotGanOptions : TransportOptions {
  double martingale = 10.0;
  int64_t outputs = 8;
};

/// Half of a batch as the cost sees it, one row per sequence.
struct Half {
  at::Tensor x, h, rise;  // [n,T*F], [n,(T-1)*J], [n,(T-1)*J]
};

/// M_(t+1) - M_t where both steps are there: [B,T,J] -> [B,T-1,J].
at::Tensor increments(const at::Tensor& m, const StepMask& steps) {
  const int64_t later = m.size(1) - 1;
  return at::where(steps.mask.narrow(1, 1, later).unsqueeze(2),
                   m.narrow(1, 1, later) - m.narrow(1, 0, later), at::zeros({}, m.options()));
}

/// c(a, b) of all pairs [n,n]: squared distance + sum of h(b)_t (M(a)_(t+1) - M(a)_t), the mean
/// over the steps of a.
at::Tensor causal_costs(const Half& a, const Half& b) {
  return squared_distances(a.x, b.x) + a.rise.matmul(b.h.t());
}

class CotGan : public Term {
 public:
  explicit CotGan(const CotGanOptions& options) : options_(options) {}

  bool acts_on(Side) const override { return true; }

  std::vector<NetworkRequest> networks(const ModelShape&) const override {
    const auto causal = [&](const char* name) {
      return NetworkRequest{name, options_.outputs, /*causal=*/true, TrainedWith::discriminator};
    };
    return {causal("cot_h"), causal("cot_m")};
  }

  at::Tensor value(StepContext& context) override {
    const StepMask& steps = context.batch(Which::real).steps;
    const at::Tensor real_m = context.network("cot_m", context.batch(Which::real).x);
    const at::Tensor distance = transported(
        halves(context, Which::real, real_m),
        halves(context, Which::fake, context.network("cot_m", context.batch(Which::fake).x)));
    std::vector<Statistic>& log = statistics_[index(context.side())];
    log = {{"distance", distance.detach()}};
    if (context.side() == Side::generator) return distance;
    const at::Tensor drift = drift_of(real_m, steps);
    log.push_back({"martingale", drift.detach()});
    return options_.martingale * drift - distance;
  }

  std::vector<Statistic> statistics(Side side) const override { return statistics_[index(side)]; }

 private:
  using Halves = std::array<Half, 2>;

  static size_t index(Side side) { return side == Side::discriminator ? 0 : 1; }

  Halves halves(StepContext& context, Which which, const at::Tensor& m) const {
    const SequenceBatch& batch = context.batch(which);
    const at::Tensor x = flat(context, which, options_.space);
    const int64_t earlier = batch.x.size(1) - 1;
    const at::Tensor h = zero_padding(context.network("cot_h", batch.x), batch.steps)
                             .narrow(1, 0, earlier)
                             .flatten(1);
    const at::Tensor count = (batch.steps.lengths - 1).clamp_min(1).to(x.scalar_type());
    const at::Tensor rise = increments(m, batch.steps).flatten(1) / count.unsqueeze(1);
    const int64_t half = batch.x.size(0) / 2;
    const auto part = [&](int64_t first) {
      return Half{x.narrow(0, first, half), h.narrow(0, first, half), rise.narrow(0, first, half)};
    };
    return {part(0), part(half)};
  }

  // The halves are crossed: a fake has the length and the condition of its own real sequence, and
  // pairs that share them would be nearer than two batches of real sequences are.
  at::Tensor transported(const Halves& real, const Halves& fake) const {
    const at::Tensor epsilon =
        entropy_weight(options_, squared_distances(real[0].x, real[0].x).detach());
    const at::Tensor costs =
        at::stack({causal_costs(real[0], fake[1]), causal_costs(real[1], fake[0]),
                   causal_costs(real[0], real[1]), causal_costs(fake[1], fake[0])});
    const at::Tensor w = transport_cost(costs, epsilon, options_.iterations);
    return w[0] + w[1] - w[2] - w[3];
  }

  /// How far M is from a martingale: mean increments in units of its spread, absolute, summed over
  /// outputs, mean over steps. m [B,T,J].
  static at::Tensor drift_of(const at::Tensor& m, const StepMask& steps) {
    const at::Tensor valid = steps.mask.unsqueeze(2).to(m.scalar_type());
    const at::Tensor clean = zero_padding(m, steps), count = valid.sum();
    const at::Tensor mean = clean.sum(at::IntArrayRef{0, 1}) / count;
    const at::Tensor variance =
        ((clean - mean).square() * valid).sum(at::IntArrayRef{0, 1}) / count;
    const at::Tensor rises = increments(m, steps).sum(0);
    const at::Tensor have = valid.squeeze(2).sum(0).slice(0, 1).clamp_min(1).unsqueeze(1);
    const at::Tensor scaled = rises / have / (norm_of(variance) + 1e-6);
    return scaled.abs().sum() / steps.lengths.max();
  }

  CotGanOptions options_;
  std::array<std::vector<Statistic>, 2> statistics_;
};

FieldTable fields() {
  FieldTable all = transport_fields<CotGanOptions>();
  all.push_back(make_field<CotGanOptions>(
      "martingale", [](auto& o) -> auto& { return o.martingale; }, at_least(0),
      "weight of the penalty on the mean increments of M"));
  all.push_back(make_field<CotGanOptions>(
      "outputs", [](auto& o) -> auto& { return o.outputs; }, at_least(1),
      "outputs per step of the networks h and M"));
  return all;
}

void check_cot_gan(RowCheck& row) {
  if (row.config.model.discriminator.pac == 1) return;
  row.refuse("compares sequences, but model.discriminator.pac joins them",
             "set model.discriminator.pac to 1", {"model.discriminator.pac"});
}

}  // namespace

std::vector<TermRow> cot_gan_terms() {
  return {term_row<CotGan, CotGanOptions>(
      {.name = "cot_gan",
       .summary = "optimal transport that respects time; no adversarial loss",
       .formula = "D and G: -/+ (W(x, y') + W(x', y) - W(x, x') - W(y', y)), cost |a - b|^2 + mean "
                  "over t of h(b)_t (M(a)_t+1 - M(a)_t); D: + martingale sum |mean increment of M| "
                  "/ (T sd M)",
       .paper = "Xu et al. 2020, arXiv:2006.08571",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<CotGanOptions>(fields()),
       .equilibrium = "0 on average, and a single batch may be below; the penalty on M comes on "
                      "top in D",
       .watch = "g.cot_gan.distance falls to noise around 0; d.cot_gan.martingale should stay "
                "small, or the distance is not one",
       .example = R"({"preset": "cot_gan"})",
       .check = check_cot_gan})};
}

}  // namespace rnngan
