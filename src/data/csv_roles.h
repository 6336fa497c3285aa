// Which column of a CSV file has which role.
#pragma once

#include <vector>

#include "config/run_config.h"
#include "data/csv.h"
#include "data/data_file.h"

namespace rnngan {

/// Where each role is in the file; -1 = nowhere.
struct Roles {
  int id = -1;
  std::vector<int> times;  // columns that say the time together
  int step = -1;           // the number of a step, in samples: sorts where it is there
  int label = -1;
  std::vector<int> statics;
  std::vector<int> covariates;
  std::vector<int> features;
  std::vector<int> left_out;  // nobody asked for them (ReadOptions::like)
  int unnamed = -1;           // the first column, which has no name and is left out
  bool samples = false;       // the layout in which samples are written
};

/// By the names that the config gives. Throws Error{data} on names that are not there, and on roles
/// that do not fit together.
Roles find_roles(const DataConfig& config, const CsvHead& head, const ReadOptions& options);

std::vector<CellKind> kinds_of(const Roles& roles, const DataConfig& config, size_t columns);

}  // namespace rnngan
