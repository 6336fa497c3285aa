// Parts of the document of a schema that have a file of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "columns/schema.h"
#include "config/enum_names.h"

namespace rnngan {

/// Throws Error{checkpoint} "schema.WHERE: FACT".
[[noreturn]] void refuse_schema(const std::string& where, const std::string& fact);

/// Sources of derived columns come first, or are not derived; what they are a function of has as
/// many states.
void check_derivations(const Schema& schema);

nlohmann::json column_to_json(const Column& column);
/// `scaling` and a column's margin are what checkpoints of versions before 0.3 have in place of
/// codecs.
Column column_from_json(const nlohmann::json& document, std::optional<Scaling> scaling,
                        const std::string& where);

nlohmann::json time_to_json(const TimeAxis& axis);
TimeAxis time_from_json(const nlohmann::json& document);

/// Readers that refuse what is missing or of another kind; `where` names it: ".columns[2].mean".
namespace schema_parts {

const nlohmann::json& member(const nlohmann::json& object, const char* key,
                             const std::string& where);
/// A member of the document itself.
const nlohmann::json& list(const nlohmann::json& object, const char* key);
std::string text(const nlohmann::json& value, const std::string& where);
double number(const nlohmann::json& value, const std::string& where);  // finite
int64_t integer(const nlohmann::json& value, int64_t low, const std::string& where);

template <class E>
E enum_from_json(const nlohmann::json& value, const std::string& where) {
  const std::string name = text(value, where);
  for (const auto& [known, candidate] : kEnumNames<E>) {
    if (known == name) return candidate;
  }
  refuse_schema(where, fmt::format("\"{}\" is unknown", name));
}

}  // namespace schema_parts

}  // namespace rnngan
