// What verbs list, as JSON.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "data/dataset.h"

namespace rnngan {

/// {"presets": [...], "adversarial": [...], "terms": [...], "options": [...]}, each an array of
/// objects; all of them, or only those called `name`.
nlohmann::ordered_json losses_json(const std::string& name);

/// {"scores": [...], "groups": {NAME: [ids]}}; all scores, or only the one called `name`.
nlohmann::ordered_json metrics_json(const std::string& name);

/// [{"key", "type", "default", "help"}]
nlohmann::ordered_json config_keys_json();

/// [{"name", "sequences", "steps", "columns", "summary"}]
nlohmann::ordered_json recipes_json();

/// What `data show` says of a file.
nlohmann::ordered_json dataset_json(const Dataset& data);

}  // namespace rnngan
