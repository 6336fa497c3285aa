// Distances between the distributions of whole sequences, from the pairs of a batch, without a
// discriminator. Both are U-statistics: a sequence is not paired with itself, so that equal
// distributions are at 0 on average and fakes are not rewarded for lying close together. The
// distance of two sequences is Euclidean over all steps and columns and not squared, since the
// square sees means only; a shorter sequence goes on as zeros, the mean of standardised data.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {

/// PairSpace, or what the discriminator makes of a sequence.
enum class EnergySpace { data, point, features };

template <>
inline constexpr auto kEnumNames<EnergySpace> =
    enum_names<EnergySpace>({{"data", EnergySpace::data},
                             {"point", EnergySpace::point},
                             {"features", EnergySpace::features}});

namespace {

/// [B,D], [B',D] -> [B,B']. Differences and not products of sequences: these would cancel. The
/// gradient at distance 0 is 0.
at::Tensor distances(const at::Tensor& a, const at::Tensor& b) {
  return at::cdist(a, b, 2.0, /*compute_mode=*/2);
}

struct EnergyOptions {
  EnergySpace space = EnergySpace::data;
};

class EnergyDistance : public Term {
 public:
  explicit EnergyDistance(const EnergyOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor real = rows(context, Which::real), fake = rows(context, Which::fake);
    return 2 * distances(real, fake).mean() - mean_of_others(distances(real, real)) -
           mean_of_others(distances(fake, fake));
  }

 private:
  /// One row per sequence.
  at::Tensor rows(StepContext& context, Which which) const {
    if (options_.space == EnergySpace::features) return context.scores(which).features;
    return flat(context, which,
                options_.space == EnergySpace::point ? PairSpace::point : PairSpace::data);
  }

  EnergyOptions options_;
};

struct DistancesOptions {
  double bandwidth = 0.0;
  int64_t kernels = 5;
  PairSpace space = PairSpace::data;
};

class Mmd : public Term {
 public:
  explicit Mmd(const DistancesOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const at::Tensor real = flat(context, Which::real, options_.space),
                     fake = flat(context, Which::fake, options_.space);
    const at::Tensor among_real = distances(real, real);
    const at::Tensor bandwidth = bandwidth_for(among_real);
    return mean_of_others(kernel(among_real, bandwidth)) +
           mean_of_others(kernel(distances(fake, fake), bandwidth)) -
           2 * kernel(distances(real, fake), bandwidth).mean();
  }

 private:
  // Of the real sequences alone, so that the generator cannot choose it.
  at::Tensor bandwidth_for(const at::Tensor& among_real) const {
    if (options_.bandwidth > 0) return at::full({}, options_.bandwidth, among_real.options());
    // The B zeros of sequences with themselves come first.
    const int64_t size = among_real.size(0);
    const at::Tensor others = std::get<0>(among_real.flatten().sort()).slice(0, size);
    return others.numel() == 0 ? at::ones({}, among_real.options())
                               : others.median().clamp_min(1e-6);
  }

  at::Tensor kernel(const at::Tensor& distance, const at::Tensor& bandwidth) const {
    at::Tensor sum;
    for (int64_t i = 0; i < options_.kernels; ++i) {
      const at::Tensor width = bandwidth * std::exp2(static_cast<double>(i));
      const at::Tensor part = (-0.5 * (distance / width).square()).exp();
      sum = sum.defined() ? sum + part : part;
    }
    return sum;
  }

  DistancesOptions options_;
};

TermRow energy_distance_row() {
  return term_row<EnergyDistance, EnergyOptions>(
      {.name = "energy_distance",
       .summary = "energy distance between the distributions of real and fake sequences",
       .formula = "G: + 2 mean |x - y| - mean |x - x'| - mean |y - y'| over different sequences, x "
                  "real, y fake",
       .paper = "Szekely and Rizzo 2013; Bellemare et al. 2017, arXiv:1705.10743",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<EnergyOptions>({make_field<EnergyOptions>(
           "space", [](auto& o) -> auto& { return o.space; },
           "what sequences are compared by: data: their values; point: what the discriminator "
           "sees, values and differences; features: what it makes of a sequence, which takes a "
           "loss that trains it")}),
       .equilibrium = "0 on average; single batches lie on both sides",
       .watch = "g.energy_distance: the distance itself, without a discriminator; averages below 0 "
                "are noise"});
}

TermRow mmd_row() {
  return term_row<Mmd, DistancesOptions>(
      {.name = "mmd",
       .summary = "kernel distance between the distributions of real and fake sequences",
       .formula = "G: + mean k(x, x') + mean k(y, y') - 2 mean k(x, y), k a sum of Gaussians of "
                  "widths b, 2b, 4b, ...",
       .paper = "Li, Swersky, Zemel 2015, arXiv:1502.02761",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<DistancesOptions>(
           {make_field<DistancesOptions>(
                "bandwidth", [](auto& o) -> auto& { return o.bandwidth; }, at_least(0),
                "width b of the narrowest kernel. 0: the median distance of real sequences"),
            make_field<DistancesOptions>(
                "kernels", [](auto& o) -> auto& { return o.kernels; }, between(1, 16),
                "how many kernels"),
            space_field<DistancesOptions>()}),
       .equilibrium = "0 on average; single batches lie on both sides",
       .watch = "g.mmd: the squared kernel distance, without a discriminator; averages below 0 are "
                "noise"});
}

}  // namespace

std::vector<TermRow> distances_terms() {
  return {energy_distance_row(), mmd_row()};
}

}  // namespace rnngan
