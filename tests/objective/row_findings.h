// What the check of a row finds.
#pragma once

#include <string>
#include <vector>

#include "objective/fake_context.h"

namespace rnngan {

inline std::vector<Finding> findings_of(const LossDescription& row, const nlohmann::json& options,
                                        const RunConfig& config, const DataShape& data) {
  std::vector<Finding> findings;
  const auto given = options_of(row, options);
  RowCheck check{config, data, "row", given.get(), findings};
  if (row.check) row.check(check);
  return findings;
}

inline std::vector<Finding> findings_of_loss(const std::string& type,
                                             const nlohmann::json& options = {},
                                             const RunConfig& config = {},
                                             const DataShape& data = {}) {
  return findings_of(row_named(adversarial_catalog(), type).description, options, config, data);
}

inline std::vector<Finding> findings_of_term(const std::string& type,
                                             const nlohmann::json& options = {},
                                             const RunConfig& config = {},
                                             const DataShape& data = {}) {
  return findings_of(row_named(term_catalog(), type).description, options, config, data);
}

}  // namespace rnngan
