// A column as JSON, a part of the document of a schema.
#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "columns/schema_parts.h"

namespace rnngan {

using nlohmann::json;
using namespace schema_parts;

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
  if (column.dead_band > 0) value["dead_band"] = column.dead_band;
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

namespace {

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
  if (read.object.contains("dead_band")) column.dead_band = read.real("dead_band");
  if (column.dead_band < 0) refuse_schema(read.where + ".dead_band", "is negative");
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

}  // namespace

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

}  // namespace rnngan
