// Weight clipping (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1): after each step of the
// critic its parameters are clamped, which bounds its Lipschitz constant. Clamped LSTM biases hold
// the forget gate near 1/2, hence the exemption.
#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

struct WeightClipOptions {
  double c = 0.01;
  bool exempt_biases = false;
};

class WeightClip : public Term {
 public:
  explicit WeightClip(const WeightClipOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::discriminator; }

  at::Tensor value(StepContext&) override { return {}; }

  void after_step(StepContext& context) override {
    const torch::NoGradGuard no_grad;
    for (NamedParameter& parameter : context.parameters(Side::discriminator)) {
      const bool is_bias = parameter.name.find("bias") != std::string::npos;
      if (is_bias && options_.exempt_biases) continue;
      parameter.value.clamp_(-options_.c, options_.c);
    }
  }

 private:
  WeightClipOptions options_;
};

}  // namespace

std::vector<TermRow> weight_clip_terms() {
  return {term_row<WeightClip, WeightClipOptions>(
      {.name = "weight_clip",
       .summary = "clamps the critic's parameters after each of its steps",
       .formula =
           "D: after the step w <- min(max(w, -c), c); the weight only switches it, 0 is off",
       .paper = "Arjovsky, Chintala, Bottou 2017, arXiv:1701.07875",
       .options = describe_options<WeightClipOptions>(
           {make_field<WeightClipOptions>(
                "c", [](auto& o) -> auto& { return o.c; }, greater_than(0),
                "largest absolute value of a parameter"),
            make_field<WeightClipOptions>(
                "exempt_biases", [](auto& o) -> auto& { return o.exempt_biases; }, {},
                "leave biases as they are")}),
       .equilibrium = "no value: it acts after the step",
       .watch = "d.K W1 of wgan: its scale depends on c and on the depth of the critic, so only "
                "its trend within one run counts",
       .example = R"({"preset": "wgan"})"})};
}

}  // namespace rnngan
