// Putting JSON values into structs by their field tables, and saying what is wrong with keys and
// values.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/field.h"
#include "config/layers.h"
#include "config/run_config.h"

namespace rnngan {

/// The field of that path, or nullptr.
const Field* find_field(const FieldTable& table, const std::string& path);

/// Sets the member of `object` if `value` passes the field's check, else reports it under `path`.
/// null leaves the default.
void apply_value(const Field& field, void* object, const nlohmann::json& value,
                 const std::string& path, std::vector<Finding>& findings);

/// Reads the whole document but `objective` into `config`.
void read_run_fields(const nlohmann::json& document, RunConfig& config,
                     std::vector<Finding>& findings);

/// The keys that may stand directly under `prefix` ("" for the document), in the order of the
/// table.
std::vector<std::string> keys_under(const std::string& prefix);

}  // namespace rnngan
