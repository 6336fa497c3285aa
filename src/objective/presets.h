// Starting points for LSTMs: an adversarial loss, its terms and the optimiser that suits them.
#pragma once

#include <vector>

#include "config/catalog.h"

namespace rnngan {

const std::vector<PresetDescription>& preset_catalog();

/// What a config without "objective" means.
inline constexpr const char* kDefaultPreset = "hinge";

}  // namespace rnngan
