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

void refuse_schema(const std::string& where, const std::string& fact) {
  throw Error(ErrorKind::checkpoint, fmt::format("schema{}", where), fact,
              "the checkpoint is damaged or was written by another version of the program");
}

namespace {

using nlohmann::json;

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

/// Members that most columns do not need are written where they say something.
json column_to_json(const Column& column) {
  json value = {{"name", column.name},
                {"kind", enum_name(column.kind)},
                {"integer", column.integer},
                {"decimals", column.decimals},
                {"mean", column.mean},
                {"sd", column.sd},
                {"min", column.min},
                {"max", column.max},
                {"difference_sd", column.difference_sd},
                {"missing", column.missing},
                {"grid", column.grid}};
  if (column.is_category()) value["classes"] = column.classes;
  if (!column.readings.values.empty()) {
    value["readings"] = {{"values", column.readings.values}, {"bounds", column.readings.bounds}};
  }
  if (column.folds_low) value["folds_low"] = true;
  if (column.folds_high) value["folds_high"] = true;
  if (!column.atoms.empty()) value["atoms"] = column.atoms;
  if (!column.shares.empty()) value["shares"] = column.shares;
  if (!column.transitions.empty()) value["transitions"] = column.transitions;
  if (!column.above.empty()) value["above"] = column.above;
  if (column.trend != 0) {
    value["trend"] = column.trend;
    value["start"] = {{"mean", column.start.mean},
                      {"sd", column.start.sd},
                      {"min", column.start.min},
                      {"max", column.start.max}};
  }
  const NumberCodec& codec = column.codec;
  value["codec"] = {{"transform", enum_name(codec.transform)},
                    {"center", codec.center},
                    {"spread", codec.spread},
                    {"offset", codec.offset},
                    {"scale", codec.scale},
                    {"channel_sd", codec.channel_sd},
                    {"channel_step_sd", codec.channel_step_sd}};
  if (!codec.knots.empty()) {
    value["codec"]["knots"] = codec.knots;
    value["codec"]["levels"] = codec.levels;
  }
  if (column.kind == ColumnKind::derived) {
    const Derivation& rule = column.derivation;
    value["derived"] = {{"source", rule.source},
                        {"slope", rule.slope},
                        {"offset", rule.offset},
                        {"values", rule.values}};
    if (!rule.plus.empty()) value["derived"]["plus"] = rule.plus;
  }
  return value;
}

template <class E>
E enum_from_json(const json& value, const std::string& where) {
  const std::string name = text(value, where);
  for (const auto& [known, candidate] : kEnumNames<E>) {
    if (known == name) return candidate;
  }
  refuse_schema(where, fmt::format("\"{}\" is unknown", name));
}

std::vector<double> numbers_from_json(const json& object, const char* key,
                                      const std::string& where) {
  std::vector<double> numbers;
  if (!object.contains(key)) return numbers;
  if (!object.at(key).is_array()) refuse_schema(where + "." + key, "must be an array");
  for (const json& value : object.at(key)) numbers.push_back(number(value, where + "." + key));
  return numbers;
}

/// Reads members of one object.
struct Reader {
  const json& object;
  std::string where;

  const json& at(const char* key) const { return member(object, key, where); }
  double real(const char* key) const { return number(at(key), where + "." + key); }
  /// Indices of columns; none where there is no such member.
  std::vector<int64_t> places(const char* key) const {
    std::vector<int64_t> columns;
    if (!object.contains(key)) return columns;
    if (!at(key).is_array()) refuse_schema(where + "." + key, "must be an array");
    for (const json& f : at(key)) columns.push_back(integer(f, 0, where + "." + key));
    return columns;
  }
  bool boolean(const char* key) const {
    if (!at(key).is_boolean()) refuse_schema(where + "." + key, "must be true or false");
    return at(key).get<bool>();
  }
};

NumberCodec codec_from_json(const Reader& read) {
  NumberCodec codec;
  codec.transform = enum_from_json<Scaling>(read.at("transform"), read.where + ".transform");
  codec.center = read.real("center");
  codec.spread = read.real("spread");
  codec.offset = read.real("offset");
  codec.scale = read.real("scale");
  codec.channel_sd = read.real("channel_sd");
  codec.channel_step_sd = read.real("channel_step_sd");
  codec.knots = numbers_from_json(read.object, "knots", read.where);
  codec.levels = numbers_from_json(read.object, "levels", read.where);
  const bool rising = std::ranges::is_sorted(codec.knots) && std::ranges::is_sorted(codec.levels);
  const bool by_knots = codec.transform == Scaling::quantile;
  if (codec.transform == Scaling::automatic || codec.scale <= 0 || codec.spread <= 0 || !rising ||
      codec.knots.size() != codec.levels.size() || by_knots == codec.knots.empty()) {
    refuse_schema(read.where, "is no codec");
  }
  return codec;
}

/// What is there since columns have kinds.
void read_kind(const Reader& read, Column& column) {
  column.kind = enum_from_json<ColumnKind>(read.at("kind"), read.where + ".kind");
  column.missing = read.real("missing");
  column.grid = integer(read.at("grid"), 0, read.where + ".grid");
  if (read.object.contains("readings")) {
    const Reader readings{read.at("readings"), read.where + ".readings"};
    column.readings = {numbers_from_json(readings.object, "values", readings.where),
                       numbers_from_json(readings.object, "bounds", readings.where)};
    const auto& [values, bounds] = column.readings;
    if (values.empty() || bounds.size() + 1 != values.size() || !std::ranges::is_sorted(values) ||
        !std::ranges::is_sorted(bounds)) {
      refuse_schema(readings.where, "are none");
    }
  }
  column.folds_low = read.object.contains("folds_low") && read.boolean("folds_low");
  column.folds_high = read.object.contains("folds_high") && read.boolean("folds_high");
  column.atoms = numbers_from_json(read.object, "atoms", read.where);
  column.shares = numbers_from_json(read.object, "shares", read.where);
  column.transitions = numbers_from_json(read.object, "transitions", read.where);
  column.above = read.places("above");
  if (read.object.contains("trend")) {
    column.trend = static_cast<int>(integer(read.at("trend"), -1, read.where + ".trend"));
    if (column.trend > 1) refuse_schema(read.where + ".trend", "must be -1, 0 or 1");
    const Reader start{read.at("start"), read.where + ".start"};
    column.start = {start.real("mean"), start.real("sd"), start.real("min"), start.real("max")};
    if (column.start.sd <= 0 || column.start.min > column.start.max) {
      refuse_schema(start.where, "is no range");
    }
  }
  if (read.object.contains("classes")) {
    for (const json& name : read.at("classes")) {
      column.classes.push_back(text(name, read.where + ".classes"));
    }
  }
  column.codec = codec_from_json({read.at("codec"), read.where + ".codec"});
  if (column.kind == ColumnKind::category && column.classes.empty()) {
    refuse_schema(read.where + ".classes", "is empty");
  }
  if (column.kind != ColumnKind::derived) return;
  const Reader rule{read.at("derived"), read.where + ".derived"};
  column.derivation = {integer(rule.at("source"), -1, rule.where + ".source"), rule.real("slope"),
                       rule.real("offset"), numbers_from_json(rule.object, "values", rule.where),
                       rule.places("plus")};
}

/// `scaling` and a column's margin are what checkpoints of versions before 0.3 have in place of
/// codecs.
Column column_from_json(const json& value, std::optional<Scaling> scaling,
                        const std::string& where) {
  const Reader read{value, where};
  Column column;
  column.name = text(read.at("name"), where + ".name");
  column.integer = read.boolean("integer");
  column.decimals = static_cast<int>(integer(read.at("decimals"), -1, where + ".decimals"));
  column.mean = read.real("mean");
  column.sd = read.real("sd");
  column.min = read.real("min");
  column.max = read.real("max");
  column.difference_sd = read.real("difference_sd");
  if (column.name.empty()) refuse_schema(where + ".name", "is empty");
  if (column.decimals > 9) refuse_schema(where + ".decimals", "must be at most 9");
  if (column.min > column.max) refuse_schema(where, "min is above max");
  if (column.sd < 0 || column.difference_sd < 0) refuse_schema(where, "a spread is negative");
  if (scaling) {
    column.grid = column.integer ? 1 : 0;
    column.codec = affine_codec(column, *scaling, read.real("margin"));
  } else {
    read_kind(read, column);
  }
  return column;
}

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
