// The schema as JSON, for checkpoints. Doubles are printed in their shortest exact form, so they
// come back bit for bit.
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/enum_names.h"
#include "core/error.h"
#include "tensor/schema.h"

namespace rnngan {

namespace {

using nlohmann::json;

[[noreturn]] void refuse_schema(const std::string& where, const std::string& fact) {
  throw Error(ErrorKind::checkpoint, fmt::format("schema{}", where), fact,
              "the checkpoint is damaged or was written by another version of the program");
}

const json& member(const json& object, const char* key, const std::string& where) {
  if (!object.is_object()) refuse_schema(where, "must be an object");
  const auto found = object.find(key);
  if (found == object.end()) refuse_schema(where, fmt::format("\"{}\" is missing", key));
  return *found;
}

const json& list(const json& object, const char* key) {
  const json& value = member(object, key, "");
  if (!value.is_array()) refuse_schema(fmt::format(".{}", key), "must be an array");
  return value;
}

std::string text(const json& value, const std::string& where) {
  if (!value.is_string()) refuse_schema(where, "must be a string");
  return value.get<std::string>();
}

double number(const json& value, const std::string& where) {
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    refuse_schema(where, "must be a finite number");
  return value.get<double>();
}

int64_t integer(const json& value, int64_t low, const std::string& where) {
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) ||
      value.get<int64_t>() < low) {
    refuse_schema(where, fmt::format("must be a whole number, at least {}", low));
  }
  return value.get<int64_t>();
}

json column_to_json(const Column& column) {
  return {{"name", column.name},
          {"integer", column.integer},
          {"decimals", column.decimals},
          {"mean", column.mean},
          {"sd", column.sd},
          {"min", column.min},
          {"max", column.max},
          {"difference_sd", column.difference_sd},
          {"margin", column.margin}};
}

Column column_from_json(const json& value, const std::string& where) {
  const auto real = [&](const char* key) {
    return number(member(value, key, where), where + "." + key);
  };
  Column column;
  column.name = text(member(value, "name", where), where + ".name");
  const json& whole = member(value, "integer", where);
  if (!whole.is_boolean()) refuse_schema(where + ".integer", "must be true or false");
  column.integer = whole.get<bool>();
  column.decimals =
      static_cast<int>(integer(member(value, "decimals", where), -1, where + ".decimals"));
  column.mean = real("mean");
  column.sd = real("sd");
  column.min = real("min");
  column.max = real("max");
  column.difference_sd = real("difference_sd");
  column.margin = real("margin");
  if (column.name.empty()) refuse_schema(where + ".name", "is empty");
  if (column.decimals > 9) refuse_schema(where + ".decimals", "must be at most 9");
  if (column.min > column.max) refuse_schema(where, "min is above max");
  if (column.sd < 0 || column.difference_sd < 0 || column.margin < 0)
    refuse_schema(where, "a spread is negative");
  return column;
}

std::vector<Column> columns_from_json(const json& document, const char* key) {
  std::vector<Column> columns;
  for (const json& value : list(document, key)) {
    columns.push_back(column_from_json(value, fmt::format(".{}[{}]", key, columns.size())));
  }
  return columns;
}

/// [length, label, count, statics...]: there may be one line per training sequence, so the form is
/// a compact one.
json count_to_json(const ConditionCount& line) {
  json value = {line.length, line.label, line.count};
  for (const double x : line.statics) value.push_back(x);
  return value;
}

ConditionCount count_from_json(const json& value, const Schema& schema, const std::string& where) {
  if (!value.is_array() || value.size() != 3 + schema.statics.size()) {
    refuse_schema(where, fmt::format("must be an array of {} numbers", 3 + schema.statics.size()));
  }
  ConditionCount line;
  line.length = integer(value[0], 1, where);
  line.label = integer(value[1], schema.labels.empty() ? -1 : 0, where);
  line.count = integer(value[2], 1, where);
  const auto classes = static_cast<int64_t>(schema.labels.size());
  if (line.label >= classes)
    refuse_schema(where, fmt::format("label {} of {}", line.label, classes));
  for (size_t i = 3; i < value.size(); ++i) line.statics.push_back(number(value[i], where));
  return line;
}

std::vector<ConditionCount> distribution_from_json(const json& document, const Schema& schema) {
  // Version 0.1 called it "law".
  const std::string name = document.contains("law") ? "law" : "distribution";
  std::vector<ConditionCount> read;
  for (const json& value : list(document, name.c_str())) {
    read.push_back(count_from_json(value, schema, fmt::format(".{}[{}]", name, read.size())));
  }
  if (read.empty()) refuse_schema("." + name, "is empty");
  const auto key = [](const ConditionCount& line) {
    return std::tie(line.length, line.label, line.statics);
  };
  for (size_t i = 1; i < read.size(); ++i) {
    if (!(key(read[i - 1]) < key(read[i]))) refuse_schema("." + name, "is not sorted");
  }
  return read;
}

Scaling scaling_from_json(const json& value) {
  const std::string name = text(value, ".scaling");
  for (const auto& [known, scaling] : kEnumNames<Scaling>) {
    if (known == name) return scaling;
  }
  refuse_schema(".scaling", fmt::format("\"{}\" is unknown", name));
}

}  // namespace

void to_json(json& document, const Schema& schema) {
  document = json::object();
  for (const auto& [name, scaling] : kEnumNames<Scaling>) {
    if (scaling == schema.scaling) document["scaling"] = name;
  }
  document["columns"] = json::array();
  for (const auto& column : schema.columns) document["columns"].push_back(column_to_json(column));
  document["label"] = schema.label_name;
  document["labels"] = schema.labels;
  document["statics"] = json::array();
  for (const auto& column : schema.statics) document["statics"].push_back(column_to_json(column));
  document["distribution"] = json::array();
  for (const auto& line : schema.distribution) {
    document["distribution"].push_back(count_to_json(line));
  }
}

void from_json(const json& document, Schema& schema) {
  Schema read;
  read.scaling = scaling_from_json(member(document, "scaling", ""));
  read.columns = columns_from_json(document, "columns");
  if (read.columns.empty()) refuse_schema(".columns", "is empty");
  read.label_name = text(member(document, "label", ""), ".label");
  for (const json& value : list(document, "labels")) read.labels.push_back(text(value, ".labels"));
  if (read.label_name.empty() != read.labels.empty())
    refuse_schema(".labels", "does not fit .label");
  read.statics = columns_from_json(document, "statics");
  read.distribution = distribution_from_json(document, read);
  schema = std::move(read);
}

}  // namespace rnngan
