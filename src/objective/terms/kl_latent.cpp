// The divergence of the encoder's distribution of the global noise from the standard normal
// distribution that samples are drawn from (Kingma and Welling 2013, arXiv:1312.6114, appendix B).
// Free bits (Kingma et al. 2016, arXiv:1606.04934, appendix C.8) let each dimension say that much
// for nothing, on the mean of the batch.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

struct KlLatentOptions {
  double free_bits = 0.0;
};

class KlLatent : public Term {
 public:
  explicit KlLatent(const KlLatentOptions& options) : free_bits_(options.free_bits) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const Posterior& posterior = context.posterior();
    const at::Tensor& log_variance = posterior.log_variance;
    const at::Tensor divergence =
        0.5 * (posterior.mean.square() + log_variance.exp() - 1 - log_variance);
    const at::Tensor per_dimension = divergence.mean(0);
    return (free_bits_ > 0 ? per_dimension.clamp_min(free_bits_) : per_dimension).sum();
  }

 private:
  double free_bits_;
};

}  // namespace

std::vector<TermRow> kl_latent_terms() {
  return {term_row<KlLatent, KlLatentOptions>(
      {.name = "kl_latent",
       .summary = "the encoder's noise has the distribution of the generator's",
       .formula = "G and encoder: + sum over dimensions of max(free_bits, mean KL(N(m, v) | N(0, "
                  "1))), m and v from the encoder",
       .paper = "Kingma and Welling 2013, arXiv:1312.6114; Kingma et al. 2016, arXiv:1606.04934",
       .needs = {Need::encoder, Need::real_in_g, Need::batch_coupled},
       .options = describe_options<KlLatentOptions>({make_field<KlLatentOptions>(
           "free_bits", [](auto& o) -> auto& { return o.free_bits; }, at_least(0),
           "nats per dimension of the noise below which nothing is gained")}),
       .equilibrium = "above 0: the nats that the noise tells of a sequence; 0 (or free_bits times "
                      "the dimensions) when it tells nothing",
       .watch = "g.kl_latent at its lower bound: the generator ignores the code: raise warmup or "
                "free_bits, lower the weight",
       .example = R"({"preset": "vae"})"})};
}

}  // namespace rnngan
