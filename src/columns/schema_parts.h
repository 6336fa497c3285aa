// Parts of the document of a schema that have a file of their own.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "columns/schema.h"

namespace rnngan {

/// Throws Error{checkpoint} "schema.WHERE: FACT".
[[noreturn]] void refuse_schema(const std::string& where, const std::string& fact);

/// Sources of derived columns come first, or are not derived; what they are a function of has as
/// many states.
void check_derivations(const Schema& schema);

nlohmann::json time_to_json(const TimeAxis& axis);
TimeAxis time_from_json(const nlohmann::json& document);

}  // namespace rnngan
