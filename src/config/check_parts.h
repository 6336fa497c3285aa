// The checks of check.h that have to do with losses, networks and the loop.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "config/check.h"

namespace rnngan {

/// A loss or term that counts, and where it stands in the config.
struct ActiveRow {
  std::string path;
  const LossDescription* row;
  std::shared_ptr<const void> options;

  bool needs(Need need) const {
    return std::find(row->needs.begin(), row->needs.end(), need) != row->needs.end();
  }
};

inline bool gives_logits(const LossDescription& row) {
  return std::find(row.provides.begin(), row.provides.end(), Need::logit_score) !=
         row.provides.end();
}

std::vector<ActiveRow> active_rows(const ObjectiveConfig& objective, const Catalogs& catalogs);

/// What a row needs of the networks.
void check_networks(const ActiveRow& active, const ModelConfig& model,
                    std::vector<Finding>& findings);
/// What a row needs of the loop.
void check_loop(const ActiveRow& active, const RunConfig& config, std::vector<Finding>& findings);
/// Rules of the loop that need something of the objective, or that leave nothing to do.
void check_rules(const std::vector<ActiveRow>& rows, const RunConfig& config,
                 std::vector<Finding>& findings);

}  // namespace rnngan
