// Sig-Wasserstein GAN (Ni et al. 2021, arXiv:2111.01207): the distance of expected truncated
// signatures, which is a Wasserstein distance of order 1 of the laws of signatures. Paths carry
// time and start at 0, so that the signature knows the speed and the level of a sequence. Level k
// counts k! times, or higher levels would vanish. The paper takes the real expectation over all of
// the data; here it is that of the batch.
#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "objective/sequence_pairs.h"
#include "objective/signature.h"
#include "objective/terms.h"

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

  /// Nothing; throws Error{config} where the signature would be too long.
  std::vector<NetworkRequest> networks(const ModelShape& shape) const override {
    const int64_t channels = channels_of(shape);
    if (signature_width(channels, options_.depth, kMostCoordinates) <= kMostCoordinates) return {};
    int64_t depth = options_.depth;
    while (depth > 1 && signature_width(channels, depth, kMostCoordinates) > kMostCoordinates) {
      --depth;
    }
    throw Error{ErrorKind::config, "sig_w1",
                fmt::format("a signature of depth {} of paths with {} columns, time included, has "
                            "more than {} coordinates",
                            options_.depth, channels, kMostCoordinates),
                fmt::format("set its depth to {} at most, or keep fewer columns", depth)};
  }

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
  int64_t channels_of(const ModelShape& shape) const {
    int64_t columns = shape.schema.features();
    if (options_.space == PairSpace::point) {
      const DiscriminatorConfig& critic = shape.model.discriminator;
      columns *= (critic.differences ? 2 : 1) * critic.pac;
    }
    return 1 + (options_.lead_lag ? 2 : 1) * columns;
  }

  /// Mean signature of a batch, level by level.
  std::vector<at::Tensor> expected(StepContext& context, Which which) const {
    const bool at_point = options_.space == PairSpace::point;
    const at::Tensor& x = at_point ? context.point(which) : context.batch(which).x;
    const StepMask& steps = at_point ? context.point_steps() : context.batch(which).steps;
    std::vector<at::Tensor> levels =
        signature(path_increments(x, steps, options_.lead_lag), options_.depth);
    for (at::Tensor& level : levels) level = level.mean(0);
    return levels;
  }

  SigW1Options options_;
};

}  // namespace

TermRow sig_w1_row() {
  return term_row<SigW1, SigW1Options>(
      {.name = "sig_w1",
       .summary = "distance of the mean signatures of real and fake paths",
       .formula = "G: + |mean S(x) - mean S(y)|, S the signature to a depth, level k times k!, of "
                  "the path from (0, 0) through (t/L, x_t), x real, y fake",
       .paper = "Ni et al. 2021, arXiv:2111.01207",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .provides = {},
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
                "that floor"});
}

}  // namespace rnngan
