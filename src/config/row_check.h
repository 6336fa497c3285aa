// The check that a row of the catalogs brings for itself: its options against each other, the rest
// of the config and the data. What it needs of the program stands in its `needs` and is checked for
// all rows alike.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config/data_shape.h"
#include "config/finding.h"
#include "config/run_config.h"

namespace rnngan {

struct RowCheck {
  const RunConfig& config;
  const DataShape& data;
  std::string path;     // "objective.terms.NAME"
  const void* options;  // of the row, complete
  std::vector<Finding>& findings;

  /// `fact` continues "PATH: "; `parties`: other paths that have a part in it.
  void refuse(std::string fact, std::string hint, std::vector<std::string> parties = {}) {
    findings.push_back({path, std::move(fact), std::move(hint), std::move(parties)});
  }
};

/// A check of typed options: check_options<LsganOptions>([](const auto& o, RowCheck& row) {...}).
template <class Options, class Check>
std::function<void(RowCheck&)> check_options(Check check) {
  return [check](RowCheck& row) { check(*static_cast<const Options*>(row.options), row); };
}

}  // namespace rnngan
