// One adversarial loss and any number of terms, added up into ONE backward and ONE optimiser step
// per side.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"
#include "objective/adversarial.h"
#include "objective/term.h"

namespace rnngan {

/// Statistics: "total" is what is minimised; "adversarial" and the terms, by their names, are batch
/// means without their weights, and a term is there only in the steps in which it was computed. The
/// discriminator's step with an adversarial loss adds "score_real", "score_fake" (means of the
/// reduced scores) and "accuracy".
struct SideResult {
  at::Tensor total;  // scalar with its graph; undefined when there is nothing to minimise
  std::vector<Statistic> statistics;
  /// The weighted summands of the total, by name, with their graphs.
  std::vector<Statistic> parts;
};

class SideSum;

class Objective {
 public:
  /// `config` has been resolved against the same catalogs; missing options mean the defaults. A
  /// term of weight 0 is off: it is left out, needs included. Throws Error{config} on an unknown
  /// type, on a term that is called like another statistic, and when nothing trains the generator.
  explicit Objective(const ObjectiveConfig& config, const TopkConfig& topk = {});

  /// The needs of all active rows, joined.
  bool needs(Need need) const { return needs_.contains(need); }
  /// Heads on the discriminator, networks beside it, and how many outputs its score has. Throws
  /// Error{config} when two rows ask for one name in different widths.
  std::vector<HeadRequest> heads(const ModelShape& shape) const;
  std::vector<NetworkRequest> networks(const ModelShape& shape) const;
  int64_t outputs(const ModelShape& shape) const;

  /// A side that trains in no term and no loss takes no steps.
  bool trains(Side side) const;

  /// Adversarial loss plus weight * every * term for each term whose turn it is at this step.
  /// `supervised`: the terms of teacher forcing alone.
  SideResult evaluate(StepContext& context, bool supervised = false);
  /// The terms' work after the optimiser step, for the same terms as evaluate() at that step.
  void after_step(StepContext& context, bool supervised = false);

  /// What the adversarial loss is given of a step: own rows, or the whole batch.
  StepContext& adversarial_context(StepContext& context) const;
  /// The adversarial loss of the discriminator for these scores alone, of that context: scalar,
  /// with its graph. Only for losses that read nothing but scores.
  at::Tensor adversarial_loss(StepContext& context, const Scores& real, const Scores& fake) const;

  const std::optional<Adversarial>& adversarial() const { return adversarial_; }

  struct ActiveTerm {
    std::string name;
    double weight = 1.0;
    int64_t every = 1;  // its turn comes when step % every == 0, from start on, before stop
    int64_t start = 0, stop = 0, warmup = 0;
    bool supervised = false, coupled = false;
    std::shared_ptr<Term> term;

    /// What it counts at a step of its side. A term that is computed every k-th step counts k
    /// times, so that its weight means the same for every k.
    double weight_at(int64_t step) const;
    /// What it is given of a step: its own rows, or the whole batch.
    StepContext& seen(StepContext& context) const { return coupled ? context.whole() : context; }
  };
  /// In order of their names.
  const std::vector<ActiveTerm>& terms() const { return terms_; }

 private:
  bool has_adversarial(Side side) const;
  AdversarialInput adversarial_input(StepContext& context) const;
  void add_adversarial(StepContext& context, SideSum& sum) const;

  std::optional<Adversarial> adversarial_;
  double g_weight_;
  TopkConfig topk_;
  std::set<Need> adversarial_needs_;  // those of the adversarial loss
  std::vector<ActiveTerm> terms_;
  std::set<Need> needs_;
};

/// The descriptions of all rows and presets, as config/ wants them.
const Catalogs& catalogs();

}  // namespace rnngan
