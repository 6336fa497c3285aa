// The schema as JSON, for checkpoints. Doubles are printed in their shortest exact form, so they
// come back bit for bit.
#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "columns/calendar.h"
#include "columns/schema.h"
#include "columns/schema_parts.h"
#include "config/enum_names.h"
#include "core/error.h"

namespace rnngan {

using nlohmann::json;
using namespace schema_parts;

void refuse_schema(const std::string& where, const std::string& fact) {
  throw Error(ErrorKind::checkpoint, fmt::format("schema{}", where), fact,
              "the checkpoint is damaged or was written by another version of the program");
}

namespace schema_parts {

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
  constexpr uint64_t kLargest = 1'000'000'000'000;  // far from where arithmetic overflows
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<uint64_t>() > kLargest) ||
      value.get<int64_t>() < low) {
    refuse_schema(where, fmt::format("must be a whole number from {} to {}", low, kLargest));
  }
  return value.get<int64_t>();
}

}  // namespace schema_parts

namespace {

std::vector<Column> columns_from_json(const json& document, const char* key,
                                      std::optional<Scaling> scaling) {
  std::vector<Column> columns;
  for (const json& value : list(document, key)) {
    columns.push_back(
        column_from_json(value, scaling, fmt::format(".{}[{}]", key, columns.size())));
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

}  // namespace

void to_json(json& document, const Schema& schema) {
  document = json::object();
  document["columns"] = json::array();
  for (const auto& column : schema.columns) document["columns"].push_back(column_to_json(column));
  document["label"] = schema.label_name;
  document["labels"] = schema.labels;
  document["statics"] = json::array();
  for (const auto& column : schema.statics) document["statics"].push_back(column_to_json(column));
  if (schema.time.known()) document["time"] = time_to_json(schema.time);
  if (!schema.calendar.empty()) document["calendar"] = schema.calendar;
  for (const auto& column : schema.covariates) {
    document["covariates"].push_back(column_to_json(column));
  }
  document["distribution"] = json::array();
  for (const auto& line : schema.distribution) {
    document["distribution"].push_back(count_to_json(line));
  }
}

void from_json(const json& document, Schema& schema) {
  Schema read;
  if (!document.is_object()) refuse_schema("", "must be an object");
  std::optional<Scaling> scaling, standard;
  if (document.contains("scaling")) {
    scaling = enum_from_json<Scaling>(document.at("scaling"), ".scaling");
    standard = Scaling::standard;
  }
  read.columns = columns_from_json(document, "columns", scaling);
  if (read.columns.empty()) refuse_schema(".columns", "is empty");
  check_derivations(read);
  read.label_name = text(member(document, "label", ""), ".label");
  for (const json& value : list(document, "labels")) read.labels.push_back(text(value, ".labels"));
  if (read.label_name.empty() != read.labels.empty())
    refuse_schema(".labels", "does not fit .label");
  read.statics = columns_from_json(document, "statics", standard);
  if (document.contains("time")) read.time = time_from_json(document.at("time"));
  if (document.contains("calendar")) {
    for (const json& value : list(document, "calendar")) {
      read.calendar.push_back(text(value, ".calendar"));
      if (std::ranges::find(calendar_cycles(), read.calendar.back()) == calendar_cycles().end()) {
        refuse_schema(".calendar", fmt::format("\"{}\" is unknown", read.calendar.back()));
      }
    }
    if (!read.time.known()) refuse_schema(".calendar", "needs .time");
  }
  if (document.contains("covariates")) {
    read.covariates = columns_from_json(document, "covariates", std::nullopt);
  }
  read.distribution = distribution_from_json(document, read);
  schema = std::move(read);
}

}  // namespace rnngan
