// Which file a config named on the command line is.
#pragma once

#include <filesystem>
#include <string>

namespace rnngan {

/// The first that exists of NAME, configs/NAME.json, and NAME or configs/NAME.json in the share
/// folder of an installed program (PREFIX/share/rnngan): "eustockmarkets", "presets/hinge". A name
/// that starts at "/", "./" or "../" is that file and no other. Throws Error{config} that says
/// where it looked.
std::filesystem::path find_config(const std::string& name);

}  // namespace rnngan
