// PCF-GAN (Lou, Li and Ni 2023, arXiv:2305.12511): the distance of the characteristic functions of
// real and fake paths, mean unitary developments under a few linear maps. The maps are learnt, to
// tell the two apart, or drawn anew for each step. A development is unitary whatever the maps are,
// so the distance is bounded and needs no penalty. The paths carry time and start at 0, and the
// first step counts once more on its own, as in the code of the paper; what the paper has beside
// it, an embedding of the path that can be inverted, is not here.
#include <cmath>

#include <torch/types.h>

#include "columns/layout.h"
#include "objective/development.h"
#include "objective/sequence_pairs.h"
#include "objective/signature.h"
#include "objective/term.h"

namespace rnngan {
namespace {

enum class Maps { learnt, random };

struct PcfOptions {
  Maps maps = Maps::learnt;
  int64_t count = 6;
  int64_t size = 4;
  double scale = 4.0;
  double first_step = 0.1;
  PairSpace space = PairSpace::data;
};

}  // namespace

template <>
inline constexpr auto kEnumNames<Maps> = enum_names<Maps>({{"learnt", Maps::learnt},
                                                           {"random", Maps::random}});

namespace {

/// Mean developments of a batch, minus 1: of whole paths and of their first steps, [K,m,m].
struct Expected {
  at::Tensor whole, first;
};

class Pcf : public Term {
 public:
  explicit Pcf(const PcfOptions& options) : options_(options) {}

  bool acts_on(Side side) const override {
    return side == Side::generator || options_.maps == Maps::learnt;
  }

  std::vector<NetworkRequest> networks(const ModelShape& shape) const override {
    if (options_.maps == Maps::random) return {};
    NetworkRequest maps{"pcf_maps", coordinates()};
    maps.trained_with = TrainedWith::discriminator;
    maps.step_inputs = 1 + channels(shape);
    return {maps};
  }

  at::Tensor value(StepContext& context) override {
    const Expected real = expected(context, Which::real), fake = expected(context, Which::fake);
    const at::Tensor distance = squared_distance(real.whole, fake.whole) +
                                options_.first_step * squared_distance(real.first, fake.first);
    return context.side() == Side::discriminator ? -distance : distance;
  }

 private:
  int64_t coordinates() const { return options_.count * options_.size * options_.size; }

  /// Of a step of a path, time apart.
  int64_t channels(const ModelShape& shape) const {
    const Layout layout(shape.schema);
    if (options_.space == PairSpace::data) return layout.width();
    const DiscriminatorConfig& critic = shape.model.discriminator;
    return critic.pac * (layout.width() + (critic.differences ? layout.values() : 0));
  }

  /// Standard normal maps, applied to the increments [B,T,d] -> [B,T,K m^2].
  at::Tensor mapped(StepContext& context, const at::Tensor& rise) const {
    if (options_.maps == Maps::learnt) return context.network("pcf_maps", rise);
    return rise.matmul(context.normal("pcf", {rise.size(2), coordinates()}));
  }

  Expected expected(StepContext& context, Which which) const {
    const bool at_point = options_.space == PairSpace::point;
    const at::Tensor& x = at_point ? context.critic_input(which) : context.batch(which).x;
    const StepMask& steps = at_point ? context.critic_input_steps() : context.batch(which).steps;
    const at::Tensor rise = path_increments(x, steps, /*lead_lag=*/false);
    // Of normal coordinates of variance 1, the mean squared eigenvalue is m, and each column that
    // moves by 1 adds one.
    const int64_t m = options_.size;
    const double unit = options_.scale / std::sqrt(static_cast<double>(m * rise.size(2)));
    const at::Tensor turns = unitary_exponential((unit * mapped(context, rise)).reshape({-1, m, m}))
                                 .view({rise.size(0), rise.size(1), options_.count, m, m});
    return {product_over_steps(turns).mean(0), turns.select(1, 0).mean(0)};
  }

  /// Hilbert-Schmidt, mean over the maps.
  at::Tensor squared_distance(const at::Tensor& a, const at::Tensor& b) const {
    return at::view_as_real(a - b).square().sum() / static_cast<double>(options_.count);
  }

  PcfOptions options_;
};

FieldTable fields() {
  return {
      make_field<PcfOptions>(
          "maps", [](auto& o) -> auto& { return o.maps; }, {},
          "learnt: trained with the discriminator's optimiser to raise the distance; random: drawn "
          "anew for each step, and only the generator learns"),
      make_field<PcfOptions>(
          "count", [](auto& o) -> auto& { return o.count; }, between(1, 1024), "how many maps"),
      make_field<PcfOptions>(
          "size", [](auto& o) -> auto& { return o.size; }, between(2, 64),
          "rows of the unitary matrices"),
      make_field<PcfOptions>(
          "scale", [](auto& o) -> auto& { return o.scale; }, greater_than(0),
          "by how many radians (root mean square) a move of 1 in all columns and time turns, at "
          "the "
          "start if learnt; a larger one sees finer differences"),
      make_field<PcfOptions>(
          "first_step", [](auto& o) -> auto& { return o.first_step; }, at_least(0),
          "weight of the same distance between the first steps alone"),
      space_field<PcfOptions>(),
  };
}

}  // namespace

std::vector<TermRow> pcf_terms() {
  return {term_row<Pcf, PcfOptions>(
      {.name = "pcf",
       .summary = "distance of the characteristic functions of paths; no adversarial "
                  "loss",
       .formula =
           "D and G: -/+ mean over k of |mean U_k(x) - mean U_k(y)|^2, U_k the product over "
           "t of exp(M_k (1/L, x_t - x_t-1)) in U(size), x_0 = 0, x real, y fake; + first_step "
           "times the same of t = 1 alone; maps random: G alone",
       .paper = "Lou, Li and Ni 2023, arXiv:2305.12511",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<PcfOptions>(fields()),
       .equilibrium = "not 0 but the noise of two means of B unitary matrices, at most 2 size / B; "
                      "never more than 4 size (1 + first_step)",
       .watch =
           "g.pcf: falls to what two batches of real sequences give; maps that are learnt hold "
           "it up; larger batches lower that floor",
       .example = R"({"preset": "pcf"})"})};
}

}  // namespace rnngan
