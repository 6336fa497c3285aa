// Combinations of values that are fine one by one and impossible together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/catalog.h"
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

/// What a config says of the data before they are read.
DataShape expected_shape(const DataConfig& data);

/// A discriminator against itself and the data. `several_scores`: whether the objective has it give
/// several numbers per sequence.
void check_discriminator(const DiscriminatorConfig& config, const DataShape& data,
                         bool several_scores, std::vector<Finding>& findings);

/// The rules that know the shape of the data: discriminator and objective, and the rows' own
/// checks.
void check_model(const RunConfig& config, const DataShape& data, const Catalogs& catalogs,
                 std::vector<Finding>& findings);

}  // namespace rnngan
