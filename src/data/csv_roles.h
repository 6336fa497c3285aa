// Which column of a CSV file has which role.
#pragma once

#include <vector>

#include "config/run_config.h"
#include "data/csv.h"

namespace rnngan {

/// Where each role is in the file; -1 = nowhere.
struct Roles {
  int id = -1;
  int time = -1;
  int label = -1;
  std::vector<int> statics;
  std::vector<int> features;
  bool samples = false;  // the layout in which samples are written
};

/// By the names that the config gives. Throws Error{data} on names that are not there, and on roles
/// that do not fit together. `of_samples`: as ReadOptions has it.
Roles find_roles(const DataConfig& config, const CsvHead& head, bool of_samples);

std::vector<CellKind> kinds_of(const Roles& roles, size_t columns);

}  // namespace rnngan
