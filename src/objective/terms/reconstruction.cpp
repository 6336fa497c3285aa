// What the generator makes of the encoder's distribution for a real sequence is that sequence. With
// the sum over entries and kl_latent it is the evidence lower bound of Kingma and Welling 2013
// (arXiv:1312.6114), up to constants; in the space of features it is that of Larsen et al. 2015
// (arXiv:1512.09300).
#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/sequence_pairs.h"
#include "objective/term.h"

namespace rnngan {
namespace {

enum class Pairing { encoder, random };
enum class Space { data, features };
enum class Reduction { sum, mean };

struct ReconstructionOptions {
  Pairing pairing = Pairing::encoder;
  Space space = Space::data;
  Reduction reduction = Reduction::sum;
  int64_t p = 2;
  double sigma = 1.0;
  bool allow_degenerate = false;
};

}  // namespace

template <>
inline constexpr auto kEnumNames<Pairing> = enum_names<Pairing>({{"encoder", Pairing::encoder},
                                                                 {"random", Pairing::random}});
template <>
inline constexpr auto kEnumNames<Space> = enum_names<Space>({{"data", Space::data},
                                                             {"features", Space::features}});
template <>
inline constexpr auto kEnumNames<Reduction> = enum_names<Reduction>({{"sum", Reduction::sum},
                                                                     {"mean", Reduction::mean}});

namespace {

class Reconstruction : public Term {
 public:
  explicit Reconstruction(const ReconstructionOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const Which made = options_.pairing == Pairing::encoder ? Which::reconstruction : Which::fake;
    return options_.space == Space::data ? in_data(context, made) : in_features(context, made);
  }

 private:
  at::Tensor in_data(StepContext& context, Which made) const {
    const SequenceBatch& real = context.batch(Which::real);
    const Layout& layout = context.layout();
    const at::Tensor error =
        misfit(context.batch(made).raw, real.x, real.steps, layout, options_.p);
    if (options_.reduction == Reduction::mean) return mean_entry(error, real.steps, layout);
    // The spread is that of values; gates and classes have a likelihood of their own.
    const int64_t values = layout.only_values() ? error.size(2) : layout.values();
    at::Tensor sum = error.narrow(2, 0, values).flatten(1).sum(1) / scale();
    if (values < error.size(2)) {
      sum = sum + error.narrow(2, values, error.size(2) - values).flatten(1).sum(1);
    }
    return sum;
  }

  // A pass of its own: that of scores() leaves the encoder out.
  at::Tensor in_features(StepContext& context, Which made) const {
    const at::Tensor target = context.scores(Which::real).features.detach();
    const at::Tensor input = context.embed(context.batch(made).x);
    const at::Tensor apart = target - context.scores_at(input).features;
    const at::Tensor error = options_.p == 1 ? apart.abs() : apart.square();
    return options_.reduction == Reduction::mean ? error.mean(1) : error.sum(1) / scale();
  }

  /// What turns a sum of powers into -log density, up to a constant (Gaussian or Laplace).
  double scale() const {
    return options_.p == 1 ? options_.sigma : 2 * options_.sigma * options_.sigma;
  }

  ReconstructionOptions options_;
};

void check_reconstruction(const ReconstructionOptions& options, RowCheck& row) {
  if (options.pairing == Pairing::encoder || options.allow_degenerate) return;
  row.refuse(
      "pairing random compares each real sequence with an unrelated fake, which is least for a "
      "generator that always makes the same sequence",
      "set pairing to encoder, use statistic_matching or energy_distance, or, as a negative "
      "control, set allow_degenerate to true");
}

}  // namespace

std::vector<TermRow> reconstruction_terms() {
  return {term_row<Reconstruction, ReconstructionOptions>(
      {.name = "reconstruction",
       .summary = "real sequences are made again from what the encoder says",
       .formula =
           "G and encoder: + sum |x - x'|^2 / (2 sigma^2), x' = G(encoder(x)); p = 1: sum |x "
           "- x'| / sigma; mean: mean |x - x'|^p; of gates and classes the cross-entropy",
       .paper = "Kingma and Welling 2013, arXiv:1312.6114; features: Larsen et al. 2015, "
                "arXiv:1512.09300",
       .needs = {Need::encoder, Need::real_in_g},
       .options = describe_options<ReconstructionOptions>(
           {make_field<ReconstructionOptions>(
                "pairing", [](auto& o) -> auto& { return o.pairing; }, {},
                "encoder: with what is made of the sequence itself; random: with any fake, which "
                "rewards a constant generator"),
            make_field<ReconstructionOptions>(
                "space", [](auto& o) -> auto& { return o.space; }, {},
                "data: the scaled values; features: those of the discriminator, which does not "
                "learn from it"),
            make_field<ReconstructionOptions>(
                "reduction", [](auto& o) -> auto& { return o.reduction; }, {},
                "sum: over all entries, as a log-likelihood; mean: over them, without sigma"),
            make_field<ReconstructionOptions>(
                "p", [](auto& o) -> auto& { return o.p; }, between(1, 2),
                "2: squares (Gaussian); 1: absolute values (Laplace)"),
            make_field<ReconstructionOptions>(
                "sigma", [](auto& o) -> auto& { return o.sigma; }, greater_than(0),
                "spread of an entry around its reconstruction, in scaled units; for sum"),
            make_field<ReconstructionOptions>(
                "allow_degenerate", [](auto& o) -> auto& { return o.allow_degenerate; }, {},
                "allows pairing random, as a negative control")}),
       .equilibrium = "above 0: what the noise does not tell of a sequence",
       .watch = "g.reconstruction falls as the code tells more, and g.kl_latent rises with it; it "
                "says nothing about samples",
       .example = R"({"preset": "vae"})",
       .check = check_options<ReconstructionOptions>(check_reconstruction)})};
}

}  // namespace rnngan
