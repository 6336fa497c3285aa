// The keys that each loss and term of the catalog wants to be trained with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "objective/objective.h"

namespace rnngan::testing_support {

/// The keys of networks that a row's needs stand for.
inline std::vector<std::string> sets_for(const LossDescription& row) {
  std::vector<std::string> sets;
  for (const Need need : row.needs) {
    if (need == Need::autoencoder_d) sets.push_back("model.discriminator.score=energy");
    if (need == Need::autoregressive_g) sets.push_back("model.generator.autoregressive=true");
    if (need == Need::hidden_labels) sets.push_back("model.discriminator.condition=none");
    if (need == Need::dropout_d) sets.push_back("model.discriminator.dropout=0.2");
    if (need == Need::code) {
      sets.push_back("model.generator.code_categories=3");
      sets.push_back("model.generator.code_continuous=2");
    }
  }
  return sets;
}

/// Every loss and term by its name, with keys over the preset bce.
inline std::vector<std::pair<std::string, std::vector<std::string>>> every_loss_and_term() {
  std::vector<std::pair<std::string, std::vector<std::string>>> rows;
  for (const auto& loss : catalogs().adversarial) {
    rows.emplace_back(loss.name, sets_for(loss));
    rows.back().second.push_back("objective.adversarial.type=" + loss.name);
  }
  for (const auto& term : catalogs().terms) {
    rows.emplace_back(term.name, sets_for(term));
    rows.back().second.push_back("objective.terms." + term.name + ".every=1");
    const bool stands_alone = term.name == "began";  // scores are energies, low for real ones
    if (stands_alone) rows.back().second.push_back("objective.adversarial=null");
  }
  return rows;
}

}  // namespace rnngan::testing_support
