// Sig-Wasserstein GAN (Ni et al. 2021, arXiv:2111.01207): the distance of expected truncated
// signatures, which is a Wasserstein distance of order 1 of the distributions of signatures. Paths
// carry time and start at 0, so that the signature knows the speed and the level of a sequence.
// Level k counts k! times, or higher levels would vanish. The paper takes the real expectation over
// all of the data; here it is that of the batch.
#include <fmt/format.h>
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/signature.h"
#include "objective/term.h"

namespace rnngan {
namespace {

constexpr int64_t kMostCoordinates = 20000;

struct SigW1Options {
  int64_t depth = 3;
  bool lead_lag = false;
  PairSpace space = PairSpace::data;
};

class SigW1 : public Term {
 public:
  explicit SigW1(const SigW1Options& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    at::Tensor squares;
    double factorial = 1;
    const std::vector<at::Tensor> real = expected(context, Which::real),
                                  fake = expected(context, Which::fake);
    for (size_t k = 0; k < real.size(); ++k) {
      factorial *= static_cast<double>(k + 1);
      const at::Tensor part = (factorial * (real[k] - fake[k])).square().sum();
      squares = squares.defined() ? squares + part : part;
    }
    return norm_of(squares);
  }

 private:
  /// Mean signature of a batch, level by level.
  std::vector<at::Tensor> expected(StepContext& context, Which which) const {
    const bool at_point = options_.space == PairSpace::point;
    const at::Tensor& x = at_point ? context.critic_input(which) : context.batch(which).x;
    const StepMask& steps = at_point ? context.critic_input_steps() : context.batch(which).steps;
    std::vector<at::Tensor> levels =
        signature(path_increments(x, steps, options_.lead_lag), options_.depth);
    for (at::Tensor& level : levels) level = level.mean(0);
    return levels;
  }

  SigW1Options options_;
};

/// Columns of the paths, time included.
int64_t channels_of(const SigW1Options& options, int64_t features,
                    const DiscriminatorConfig& critic) {
  if (options.space == PairSpace::point) features *= (critic.differences ? 2 : 1) * critic.pac;
  return 1 + (options.lead_lag ? 2 : 1) * features;
}

void check_sig_w1(const SigW1Options& options, RowCheck& row) {
  if (!row.data.features) return;
  const int64_t channels = channels_of(options, *row.data.features, row.config.model.discriminator);
  const auto fits = [&](int64_t depth) {
    return signature_width(channels, depth, kMostCoordinates) <= kMostCoordinates;
  };
  if (fits(options.depth)) return;
  int64_t depth = options.depth;
  while (depth > 1 && !fits(depth)) --depth;
  row.refuse(fmt::format("a signature of depth {} of paths with {} columns, time included, has "
                         "more than {} coordinates",
                         options.depth, channels, kMostCoordinates),
             fmt::format("set its depth to {} at most, or keep fewer columns", depth));
}

}  // namespace

std::vector<TermRow> sig_w1_terms() {
  return {term_row<SigW1, SigW1Options>(
      {.name = "sig_w1",
       .summary = "distance of the mean signatures of real and fake paths",
       .formula = "G: + |mean S(x) - mean S(y)|, S the signature to a depth, level k times k!, of "
                  "the path from (0, 0) through (t/L, x_t), x real, y fake",
       .paper = "Ni et al. 2021, arXiv:2111.01207",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<SigW1Options>(
           {make_field<SigW1Options>(
                "depth", [](auto& o) -> auto& { return o.depth; }, between(1, 5),
                "levels of the signature; d columns, time included, give d + d^2 + ... "
                "coordinates, at most 20000"),
            make_field<SigW1Options>(
                "lead_lag", [](auto& o) -> auto& { return o.lead_lag; },
                "a second, delayed copy of each column, which shows the signature squared "
                "increments"),
            space_field<SigW1Options>()}),
       .equilibrium = "not 0 but the noise of two means of B signatures, sqrt(2 V / B) for total "
                      "variance V",
       .watch = "g.sig_w1: falls to what two batches of real sequences give; larger batches lower "
                "that floor",
       .check = check_options<SigW1Options>(check_sig_w1)})};
}

}  // namespace rnngan
