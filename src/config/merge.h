// How layers are laid over each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/catalog.h"
#include "config/layers.h"

namespace rnngan {

/// RFC 7386, except that a removed key stays as a null: readers take null for absent, a mistyped
/// key that should be removed is still seen, and `"adversarial": null` differs from no word about
/// it.
void merge_patch(nlohmann::json& target, const nlohmann::json& patch);

/// Lays a layer's document over `target`. In `objective`, a string or null goes back to
/// `preset_objective`, an object extends what is there, and a loss of another type starts from its
/// own defaults.
void merge_layer(nlohmann::json& target, const nlohmann::json& document,
                 const nlohmann::json& preset_objective);

/// The preset that all layers together ask for; empty: composed by hand.
struct PresetChoice {
  std::string name;
  std::string path;  // of the key that names it
  std::optional<Finding> finding;
};
PresetChoice choose_preset(const std::vector<Layer>& layers, const Catalogs& catalogs);

}  // namespace rnngan
