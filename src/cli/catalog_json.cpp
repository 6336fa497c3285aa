#include "cli/catalog_json.h"

#include "config/config.h"
#include "config/enum_names.h"
#include "config/option_rows.h"
#include "data/describe.h"
#include "data/describe_columns.h"
#include "data/recipes.h"
#include "evaluation/metric.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

using nlohmann::ordered_json;

template <class Row, class Convert>
ordered_json named_rows(const std::vector<Row>& rows, const std::string& name, Convert convert) {
  ordered_json found = ordered_json::array();
  for (const Row& row : rows) {
    if (name.empty() || row.name == name) found.push_back(convert(row));
  }
  return found;
}

ordered_json preset_json(const PresetDescription& preset) {
  return {{"name", preset.name},
          {"summary", preset.summary},
          {"config", ordered_json::parse(preset.patch)}};
}

ordered_json loss_json(const LossDescription& row) {
  ordered_json needs = ordered_json::array(), options = ordered_json::array();
  for (const Need need : row.needs) needs.push_back(to_string(need));
  const auto defaults = row.options.make();
  for (const Field& field : row.options.fields) {
    options.push_back({{"key", field.path},
                       {"type", describe_type(field)},
                       {"default", field.get(defaults.get())},
                       {"help", field.help}});
  }
  return {{"name", row.name},       {"summary", row.summary},
          {"formula", row.formula}, {"paper", row.paper},
          {"needs", needs},         {"options", options},
          {"watch", row.watch},     {"equilibrium", row.equilibrium},
          {"weight", row.weight}};
}

ordered_json option_json(const OptionRow& row) {
  ordered_json settings = ordered_json::object();
  for (const OptionSetting& setting : row.settings) settings[setting.key] = setting.value;
  return {{"name", row.name},   {"summary", row.summary}, {"formula", row.formula},
          {"paper", row.paper}, {"needs", row.needs},     {"settings", settings},
          {"watch", row.watch}};
}

ordered_json metric_json(const MetricRow& row) {
  return {{"name", row.name},
          {"question", row.question},
          {"formula", row.formula},
          {"paper", row.paper},
          {"direction", to_string(row.direction)},
          {"ideal", row.ideal},
          {"has_d1", row.has_d1},
          {"trained", row.trained},
          {"needs_labels", row.needs_labels},
          {"needs_train", row.needs_train},
          {"depends_on_size", row.depends_on_size}};
}

/// The most of a column that a program can act on; numbers only where they mean something.
ordered_json column_json(const Column& column, const std::vector<Column>& all) {
  ordered_json json = {{"name", column.name}, {"kind", enum_name(column.kind)}};
  if (column.kind == ColumnKind::derived) json["derived"] = derivation_text(column, all);
  json["missing"] = column.missing;
  const auto shares = [&](size_t i) { return i < column.shares.size() ? column.shares[i] : 0.0; };
  if (column.is_category()) {
    for (size_t i = 0; i < column.classes.size(); ++i) {
      json["classes"].push_back({{"name", column.classes[i]}, {"share", shares(i)}});
    }
    return json;
  }
  json["mean"] = column.mean;
  json["sd"] = column.sd;
  json["min"] = column.min;
  json["max"] = column.max;
  json["whole_numbers"] = column.integer;
  json["decimals"] = column.decimals;
  if (column.kind == ColumnKind::number) json["transform"] = enum_name(column.codec.transform);
  json["atoms"] = ordered_json::array();
  for (size_t i = 0; i < column.atoms.size(); ++i) {
    json["atoms"].push_back({{"value", column.atoms[i]}, {"share", shares(i)}});
  }
  if (column.dead_band > 0) json["dead_band"] = column.dead_band;
  if (!column.readings.values.empty())
    json["values_that_come_back"] = column.readings.values.size();
  return json;
}

ordered_json columns_json(const std::vector<Column>& columns) {
  ordered_json all = ordered_json::array();
  for (const Column& column : columns) {
    all.push_back(column_json(column, columns));
  }
  return all;
}

}  // namespace

ordered_json losses_json(const std::string& name) {
  const Catalogs& all = catalogs();
  return {{"presets", named_rows(all.presets, name, preset_json)},
          {"adversarial", named_rows(all.adversarial, name, loss_json)},
          {"terms", named_rows(all.terms, name, loss_json)},
          {"options", named_rows(option_rows(), name, option_json)}};
}

ordered_json metrics_json(const std::string& name) {
  ordered_json groups = ordered_json::object();
  for (const MetricGroup& group : metric_groups()) {
    if (name.empty() || group.name == name) groups[group.name] = group.metrics;
  }
  return {{"scores", named_rows(metric_catalog(), name, metric_json)}, {"groups", groups}};
}

ordered_json config_keys_json() {
  ordered_json keys = ordered_json::array();
  for (const KeyReference& entry : config_reference()) {
    keys.push_back(
        {{"key", entry.key}, {"type", entry.type}, {"default", entry.value}, {"help", entry.help}});
  }
  return keys;
}

ordered_json recipes_json() {
  return named_rows(recipes(), "", [](const Recipe& recipe) -> ordered_json {
    return {{"name", recipe.name},
            {"sequences", recipe.sequences},
            {"steps", recipe.steps},
            {"columns", recipe.features},
            {"summary", recipe.summary}};
  });
}

ordered_json dataset_json(const Dataset& data) {
  return {{"file", data.path},
          {"sha256", data.hash},
          {"rows", data.file.rows.size(0)},
          {"sequences", data.file.count()},
          {"split", data.split_policy},
          {"windows", data.windowed},
          {"train", data.train.count()},
          {"validation", data.validation.count()},
          {"test", data.test.count()},
          {"longest", data.schema.max_length()},
          {"label", data.schema.label_name},
          {"labels", data.schema.labels},
          {"absent", absent_classes(data)},
          {"columns", columns_json(data.schema.columns)},
          {"static", columns_json(data.schema.statics)},
          {"notes", data.notes},
          {"proposals", proposals(data)}};
}

}  // namespace rnngan
