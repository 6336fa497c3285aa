// The JSON Schema of a config file. It describes patches, so nothing is required and null, which
// removes, is fine everywhere.
#include <fmt/format.h>

#include "config/config.h"
#include "config/layers.h"
#include "config/objective_config.h"

namespace rnngan {
namespace {

using nlohmann::json;

json closed_object(const std::string& description) {
  json schema = {
      {"type", "object"}, {"additionalProperties", false}, {"properties", json::object()}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

json or_null(json schema) {
  return {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
}

void add_range(json& schema, const Field& field) {
  const auto bound = [&](double value) {
    return field.type != FieldType::number ? json(static_cast<int64_t>(value)) : json(value);
  };
  const Range& range = field.range;
  if (range.low) schema[range.low_open ? "exclusiveMinimum" : "minimum"] = bound(*range.low);
  if (range.high) schema[range.high_open ? "exclusiveMaximum" : "maximum"] = bound(*range.high);
}

json field_schema(const Field& field, const json& value);

/// An object of any names.
json map_schema(const Field& field) {
  json entry = closed_object("");
  for (const Field& of_entry : field.entries) {
    json schema = field_schema(of_entry, nullptr);
    schema.erase("default");
    entry["properties"][of_entry.path] = std::move(schema);
  }
  return or_null(std::move(entry));
}

json field_schema(const Field& field, const json& value) {
  json schema = {{"description", field.help}, {"default", value}};
  switch (field.type) {
    case FieldType::boolean:
      schema["type"] = {"boolean", "null"};
      break;
    case FieldType::integer:
      schema["type"] = {"integer", "null"};
      break;
    case FieldType::size:
      schema["anyOf"] = {{{"type", "integer"}}, {{"const", "auto"}}, {{"type", "null"}}};
      break;
    case FieldType::number:
      schema["type"] = {"number", "null"};
      break;
    case FieldType::text:
      schema["type"] = {"string", "null"};
      break;
    case FieldType::texts:
      schema["type"] = {"array", "null"};
      schema["items"] = {{"type", "string"}};
      break;
    case FieldType::names:
      schema["type"] = {"string", "array", "null"};
      schema["items"] = {{"type", "string"}};
      break;
    case FieldType::numbers:
      schema["type"] = {"array", "null"};
      schema["items"] = {{"type", "number"}};
      break;
    case FieldType::map:
      schema["type"] = {"object", "null"};
      schema["additionalProperties"] = map_schema(field);
      break;
    case FieldType::choice:
      schema["enum"] = field.choices;
      schema["enum"].push_back(nullptr);
      break;
  }
  add_range(schema, field);
  return schema;
}

/// One row of a catalog: its options beside "type" and, for terms, weight and every.
json row_schema(const LossDescription& row, bool is_term) {
  json schema = closed_object(row.summary);
  json& properties = schema["properties"];
  properties["type"] = {{"const", row.name}, {"description", row.summary}};
  if (is_term) {
    const TermConfig term;
    for (const auto& field : term_fields()) {
      if (field.path != "type") properties[field.path] = field_schema(field, field.get(&term));
    }
  }
  const auto options = row.options.make();
  for (const auto& field : row.options.fields) {
    properties[field.path] = field_schema(field, field.get(options.get()));
  }
  return schema;
}

json reference(const std::string& name) {
  return {{"$ref", "#/$defs/" + name}};
}

/// One of the rows, or null.
json any_row(const std::vector<LossDescription>& rows, const std::string& prefix) {
  json list = json::array({{{"type", "null"}}});
  for (const auto& row : rows) list.push_back(reference(prefix + row.name));
  return {{"anyOf", std::move(list)}};
}

json definitions(const Catalogs& catalogs) {
  json all = json::object();
  for (const auto& row : catalogs.adversarial)
    all["adversarial_" + row.name] = row_schema(row, false);
  for (const auto& row : catalogs.terms) all["term_" + row.name] = row_schema(row, true);
  all["any_term"] = any_row(catalogs.terms, "term_");
  return all;
}

json terms_schema(const Catalogs& catalogs) {
  json properties = json::object();
  for (const auto& row : catalogs.terms) {
    // A term without "type" is the one it is named after.
    properties[row.name] = {{"description", row.summary},
                            {"if", {{"type", "object"}, {"required", {"type"}}}},
                            {"then", reference("any_term")},
                            {"else", or_null(reference("term_" + row.name))}};
  }
  return {{"type", {"object", "null"}},
          {"description", "terms by name; null removes one of the preset"},
          {"propertyNames", {{"pattern", "^[A-Za-z0-9_-]+$"}}},
          {"properties", std::move(properties)},
          {"additionalProperties", reference("any_term")}};
}

json objective_schema(const Catalogs& catalogs) {
  const ObjectiveConfig defaults;
  std::string presets = "a preset:";
  for (const auto& preset : catalogs.presets)
    presets += fmt::format("\n{}: {}", preset.name, preset.summary);
  const json names = preset_names(catalogs);
  json object = closed_object("a preset with changes, or an objective composed by hand");
  json& properties = object["properties"];
  for (const auto& field : objective_fields()) {
    if (field.path == "g_weight")
      properties["g_weight"] = field_schema(field, field.get(&defaults));
    if (field.path == "preset")
      properties["preset"] = or_null({{"enum", names}, {"description", field.help}});
  }
  properties["adversarial"] = any_row(catalogs.adversarial, "adversarial_");
  properties["terms"] = terms_schema(catalogs);
  return {{"description", "what the two networks are trained to minimise"},
          {"default", catalogs.default_preset},
          {"oneOf",
           {{{"enum", names}, {"description", presets}}, std::move(object), {{"type", "null"}}}}};
}

}  // namespace

json config_schema(const Catalogs& catalogs) {
  json schema = closed_object("what `rnngan train` is told");
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "rnngan config";
  const RunConfig defaults;
  for (const auto& field : run_fields()) {
    json* node = &schema;
    const auto parts = split_path(field.path);
    for (size_t i = 0; i < parts.size(); ++i) {
      json& property = (*node)["properties"][parts[i]];
      if (i + 1 == parts.size()) {
        property = field_schema(field, field.get(&defaults));
      } else if (property.is_null()) {
        property = closed_object("");
        property["type"] = {"object", "null"};
      }
      node = &property;
    }
  }
  json& properties = schema["properties"];
  properties["objective"] = objective_schema(catalogs);
  properties["extends"] = {
      {"description", "config files to lay beneath this one, in order; relative to this file"},
      {"anyOf",
       {{{"type", "string"}},
        {{"type", "array"}, {"items", {{"type", "string"}}}},
        {{"type", "null"}}}}};
  properties["$schema"] = {{"type", "string"},
                           {"description", "where this schema is, for editors"}};
  schema["$defs"] = definitions(catalogs);
  return schema;
}

}  // namespace rnngan
