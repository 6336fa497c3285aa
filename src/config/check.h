// Combinations of values that are fine one by one and impossible together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/catalog.h"
#include "config/layers.h"
#include "config/run_config.h"

namespace rnngan {

/// Whether it is "auto", "cpu", "cuda" or "cuda:N".
bool is_device(const std::string& device);

/// Whether the user or a preset gave a value to that path.
using IsGiven = std::function<bool(const std::string& path)>;

/// Fills in what data.compat implies where nothing was given, and reports what contradicts it.
void apply_compatibility(DataConfig& data, const IsGiven& is_given, std::vector<Finding>& findings);

/// Values of data, model and train against each other.
void check_run(const RunConfig& config, std::vector<Finding>& findings);

/// What the rows of the objective need against the rest of the config.
void check_objective(const RunConfig& config, const Catalogs& catalogs,
                     std::vector<Finding>& findings);

}  // namespace rnngan
