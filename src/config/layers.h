// The documents that a config is made of, from the lowest to the highest, and the findings about
// them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/finding.h"
#include "core/error.h"

namespace rnngan {

/// One merge patch over the whole config, without "extends".
struct Layer {
  nlohmann::json document;
  std::string origin;  // the file, or what else names the document
  std::string set;     // "train.batch=8" when the layer is one such setting, else empty
};

/// The bases of `file`, lowest first, then the file. Throws Error{config}.
std::vector<Layer> read_layers(const std::filesystem::path& file);

/// "path=value" as a layer. Throws Error{usage} without a path or '='.
Layer set_layer(const std::string& set);

/// Traces each finding to the highest layer that says something about one of its paths, or else to
/// `fallback`.
std::vector<Problem> attribute(const std::vector<Finding>& findings,
                               const std::vector<Layer>& layers, const Layer& fallback);

/// "a.b.c" -> a, b, c; double quotes keep a part together: a."b.c" -> a, b.c
std::vector<std::string> split_path(std::string_view path);

/// "a" + "b" -> "a.b"; "" + "b" -> "b"; "a" + "b.c" -> a."b.c"
std::string join_path(const std::string& prefix, const std::string& key);

}  // namespace rnngan
