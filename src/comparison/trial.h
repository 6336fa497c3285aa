// What only the data and the networks can know of a variant, found out before anything is written.
#pragma once

#include <map>
#include <string>

#include "comparison/plan.h"
#include "config/run_config.h"
#include "data/dataset.h"

namespace rnngan {

/// Loads each data set once.
class Trials {
 public:
  /// Throws what training would throw, and notes how large the networks of a variant are.
  void run(const RunConfig& config, Variant& variant);
  /// The data of a config as variants see them.
  const Dataset& data(const DataConfig& config);

 private:
  std::map<Scaling, Dataset> by_scaling_;  // nothing else differs between variants
};

}  // namespace rnngan
