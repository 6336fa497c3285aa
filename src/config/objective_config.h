// The objective of a config: the part whose keys depend on the catalogs.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/catalog.h"
#include "config/layers.h"
#include "config/run_config.h"

namespace rnngan {

/// The fields of ObjectiveConfig outside terms and options: preset, adversarial.type, g_weight.
const FieldTable& objective_fields();

/// The row of that name, or nullptr.
const LossDescription* find_loss(const std::vector<LossDescription>& rows, const std::string& name);
const PresetDescription* find_preset(const Catalogs& catalogs, const std::string& name);

std::vector<std::string> names_of(const std::vector<LossDescription>& rows);
std::vector<std::string> preset_names(const Catalogs& catalogs);

/// The parsed patch of a preset. Throws Error{bug} when it is not an object or names a preset
/// itself.
nlohmann::json preset_patch(const PresetDescription& preset);

/// Reads the merged objective. What is wrong goes to `findings`; the rest is filled in.
ObjectiveConfig parse_objective(const nlohmann::json& objective, const std::string& preset,
                                const Catalogs& catalogs, std::vector<Finding>& findings);

/// The complete JSON of an objective; terms that its preset has and the config has not are null.
nlohmann::json dump_objective(const ObjectiveConfig& objective, const Catalogs& catalogs);

/// "rpgan + 10 r1 + 10 r2"
std::string objective_sum(const ObjectiveConfig& objective);
/// "r3gan = rpgan + 10 r1 + 10 r2", or "r3gan, changed = rpgan + 3 r1" where the sum is no longer
/// that of the preset.
std::string describe_objective(const ObjectiveConfig& objective, const Catalogs& catalogs);

}  // namespace rnngan
