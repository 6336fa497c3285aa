// Heads of the discriminator that name the class of a sequence, which the generator is made to
// match: AC-GAN (Odena, Olah, Shlens 2016, arXiv:1610.09585) and TAC-GAN (Gong et al. 2019,
// arXiv:1907.02690).
#include <torch/types.h>

#include "objective/classification.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr const char* kLabelHead = "class";
constexpr const char* kTwin = "twin_class";

/// Cross-entropy of a head at a batch with its labels: [B].
Tensor miss(StepContext& context, const char* head, Which which) {
  return cross_entropy(context.scores(which).heads.at(head), context.batch(which).labels);
}

struct AuxOptions {
  bool on_fakes = false;
};

class AuxClassifier : public Term {
 public:
  explicit AuxClassifier(const AuxOptions& options) : options_(options) {}

  bool acts_on(Side) const override { return true; }

  std::vector<HeadRequest> heads(const ModelShape& shape) const override {
    return {{kLabelHead, class_count(shape)}};
  }

  Tensor value(StepContext& context) override {
    if (context.side() == Side::generator) return miss(context, kLabelHead, Which::fake);
    const Tensor real = miss(context, kLabelHead, Which::real);
    return options_.on_fakes ? real + miss(context, kLabelHead, Which::fake) : real;
  }

 private:
  AuxOptions options_;
};

struct TwinOptions {
  bool on_fakes = false;
  double twin = 1.0;
};

// The twin learns what fakes of a class look like. A fake that it recognises is too typical of its
// class, which the first head alone would reward.
class TwinAuxClassifier : public Term {
 public:
  explicit TwinAuxClassifier(const TwinOptions& options)
      : options_(options), classifier_(AuxOptions{options.on_fakes}) {}

  bool acts_on(Side) const override { return true; }

  std::vector<HeadRequest> heads(const ModelShape& shape) const override {
    return {{kLabelHead, class_count(shape)}, {kTwin, class_count(shape)}};
  }

  Tensor value(StepContext& context) override {
    const Tensor twin = options_.twin * miss(context, kTwin, Which::fake);
    const Tensor own = classifier_.value(context);
    return context.side() == Side::generator ? own - twin : own + twin;
  }

 private:
  TwinOptions options_;
  AuxClassifier classifier_;
};

template <class Options>
Field on_fakes_field() {
  return make_field<Options>(
      "on_fakes", [](auto& o) -> auto& { return o.on_fakes; },
      "the discriminator learns the classes from fakes too");
}

TermRow aux_classifier_row() {
  return term_row<AuxClassifier, AuxOptions>(
      {.name = "aux_classifier",
       .summary = "a head of D names the class; fakes are to be of theirs",
       .formula = "D and G: D + mean cross-entropy(C(x), y), with on_fakes also of C(x'), y'; G + "
                  "mean cross-entropy(C(x'), y')",
       .paper = "Odena, Olah, Shlens 2016, arXiv:1610.09585",
       .needs = {Need::labels, Need::hidden_labels},
       .options = describe_options<AuxOptions>({on_fakes_field<AuxOptions>()}),
       .equilibrium = "both sides the entropy of the label given the sequence, at most ln K",
       .watch = "g.aux_classifier far below d.aux_classifier: fakes are easier to name than data, "
                "so classes have lost variety (see twin_aux_classifier, adc)"});
}

TermRow twin_aux_classifier_row() {
  return term_row<TwinAuxClassifier, TwinOptions>(
      {.name = "twin_aux_classifier",
       .summary = "aux_classifier, and against G a second head that knows fakes",
       .formula = "D and G: D + mean cross-entropy(C(x), y) + twin mean cross-entropy(C2(x'), y'); "
                  "G + mean cross-entropy(C(x'), y') - twin mean cross-entropy(C2(x'), y')",
       .paper = "Gong et al. 2019, arXiv:1907.02690",
       .needs = {Need::labels, Need::hidden_labels},
       .options = describe_options<TwinOptions>(
           {on_fakes_field<TwinOptions>(), make_field<TwinOptions>(
                                               "twin", [](auto& o) -> auto& { return o.twin; },
                                               at_least(0), "weight of the second head")}),
       .equilibrium = "D twice the entropy of the label given the sequence, G 0 (twin = 1)",
       .watch = "g.twin_aux_classifier below 0 for long: the twin lags behind and rewards what is "
                "hard to name; lower twin or raise the rate of D"});
}

}  // namespace

std::vector<TermRow> aux_classifier_terms() {
  return {aux_classifier_row(), twin_aux_classifier_row()};
}

}  // namespace rnngan
