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

/// One number of a step, kept on the device until it is logged. "total" is what is minimised;
/// "adversarial" and the terms, by their names, are batch means without their weights, and a term
/// is there only in the steps in which it was computed. The discriminator's step with an
/// adversarial loss adds "score_real", "score_fake" (means of the reduced scores) and "accuracy".
struct Statistic {
  std::string name;
  at::Tensor value;  // scalar, detached
};

struct SideResult {
  at::Tensor total;  // scalar with its graph; undefined when there is nothing to minimise
  std::vector<Statistic> statistics;
};

class Objective {
 public:
  /// `config` has been resolved against the same catalogs; missing options mean the defaults. A
  /// term of weight 0 is off: it is left out, needs included. Throws Error{config} on an unknown
  /// type, on a term that is called like another statistic, and when nothing trains the generator.
  explicit Objective(const ObjectiveConfig& config);

  /// The needs of all active rows, joined.
  bool needs(Need need) const { return needs_.contains(need); }
  /// A side that trains in no term and no loss takes no steps.
  bool trains(Side side) const;

  /// Adversarial loss plus weight * every * term for each term whose turn it is at this step.
  SideResult evaluate(StepContext& context);
  /// The terms' work after the optimiser step, for the same terms as evaluate() at that step.
  void after_step(StepContext& context);

  const std::optional<Adversarial>& adversarial() const { return adversarial_; }

  struct ActiveTerm {
    std::string name;
    double weight = 1.0;
    int64_t every = 1;  // its turn comes when step % every == 0
    std::shared_ptr<Term> term;
  };
  /// In order of their names.
  const std::vector<ActiveTerm>& terms() const { return terms_; }

 private:
  bool has_adversarial(Side side) const;

  std::optional<Adversarial> adversarial_;
  double g_weight_;
  bool real_in_g_ = false;  // the adversarial loss of the generator reads the real scores
  std::vector<ActiveTerm> terms_;
  std::set<Need> needs_;
};

/// The descriptions of all rows and presets, as config/ wants them.
const Catalogs& catalogs();

}  // namespace rnngan
