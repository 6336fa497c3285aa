#include "config/merge.h"

#include <fmt/format.h>

namespace rnngan {

using nlohmann::json;

void merge_patch(json& target, const json& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = json::object();
  for (const auto& [key, value] : patch.items()) merge_patch(target[key], value);
}

namespace {

const json* text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? &*found : nullptr;
}

/// Options belong to a type: when the patch names another one, those of the old go. `implied` is
/// the type of a loss that does not say it. weight and schedule belong to the term and stay.
void merge_loss(json& target, const json& patch, const json& implied) {
  if (target.is_object() && patch.is_object()) {
    const json* wanted = text_at(patch, "type");
    const json* present = text_at(target, "type");
    if (present == nullptr && implied.is_string()) present = &implied;
    if (wanted != nullptr && present != nullptr && *wanted != *present) {
      json kept = json::object();
      for (const char* key : {"weight", "every", "start", "stop", "warmup"}) {
        if (target.contains(key)) kept[key] = target[key];
      }
      target = std::move(kept);
    }
  }
  merge_patch(target, patch);
}

void merge_terms(json& target, const json& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = json::object();
  for (const auto& [name, term] : patch.items()) {
    const auto present = target.find(name);
    if (term.is_null() && present != target.end() && !present->is_null()) {
      target.erase(present);
    } else {
      merge_loss(target[name], term, name);  // a null that removes nothing stays, to be looked at
    }
  }
}

void merge_objective(json& target, const json& patch, const json& preset_objective) {
  if (patch.is_string() || patch.is_null()) {
    target = preset_objective;
    return;
  }
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = preset_objective;
  for (const auto& [key, value] : patch.items()) {
    if (key == "adversarial") {
      merge_loss(target[key], value, nullptr);
    } else if (key == "terms") {
      merge_terms(target[key], value);
    } else {
      merge_patch(target[key], value);
    }
  }
}

}  // namespace

void merge_layer(json& target, const json& document, const json& preset_objective) {
  for (const auto& [key, value] : document.items()) {
    if (key == "objective") {
      merge_objective(target[key], value, preset_objective);
    } else {
      merge_patch(target[key], value);
    }
  }
}

PresetChoice choose_preset(const std::vector<Layer>& layers, const Catalogs& catalogs) {
  json objective;
  for (const auto& layer : layers) {
    // The default stands in for what base and file leave out, so that a --set extends it.
    if (!layer.set.empty() && objective.is_null()) objective = catalogs.default_preset;
    const auto found = layer.document.find("objective");
    if (found == layer.document.end()) continue;
    if (found->is_object() && objective.is_string()) objective = json{{"preset", objective}};
    merge_patch(objective, *found);
  }
  if (objective.is_null()) objective = catalogs.default_preset;
  if (objective.is_string()) return {objective.get<std::string>(), "objective", {}};
  if (!objective.is_object()) {
    const auto fact =
        fmt::format("{} is not the name of a preset or an object", short_text(objective));
    return {"", "objective", Finding{"objective", fact, "", {}}};
  }
  const auto preset = objective.find("preset");
  if (preset == objective.end() || preset->is_null()) {
    return {objective.contains("adversarial") ? "" : catalogs.default_preset, "objective", {}};
  }
  if (preset->is_string()) return {preset->get<std::string>(), "objective.preset", {}};
  const auto fact = fmt::format("{} is not the name of a preset", short_text(*preset));
  return {"", "objective.preset", Finding{"objective.preset", fact, "", {}}};
}

}  // namespace rnngan
