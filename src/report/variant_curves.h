// The course of training of several variants with several seeds each.
#pragma once

#include <string>
#include <vector>

#include "report/curves.h"

namespace rnngan {

struct VariantLogs {
  std::string name;
  std::vector<RunLog> runs;  // one per seed
};

/// Scores against sequences that were not trained on: all variants on one axis per score, since
/// these mean the same for all. Empty where no run has any.
std::string variant_score_curves(const std::vector<VariantLogs>& variants);

/// Training losses: one panel with an axis of its own per variant, since they do not.
std::string variant_loss_curves(const std::vector<VariantLogs>& variants);

}  // namespace rnngan
