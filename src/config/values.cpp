#include "config/values.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/config.h"
#include "core/text.h"

namespace rnngan {

using nlohmann::json;

const Field* find_field(const FieldTable& table, const std::string& path) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Field& field) { return field.path == path; });
  return found == table.end() ? nullptr : &*found;
}

void apply_value(const Field& field, void* object, const json& value, const std::string& path,
                 std::vector<Finding>& findings) {
  if (value.is_null()) return;
  if (const auto fact = check_value(field, value)) {
    findings.push_back({path, *fact, value_hint(field, value), {}});
  } else {
    field.set(object, value);
  }
}

std::vector<std::string> keys_under(const std::string& prefix) {
  std::vector<std::string> keys;
  const std::string start = prefix.empty() ? "" : prefix + ".";
  for (const auto& field : run_fields()) {
    if (!field.path.starts_with(start)) continue;
    const std::string key =
        field.path.substr(start.size(), field.path.find('.', start.size()) - start.size());
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    // The objective has its place before train although it is not in the table.
    if (prefix.empty() && key == "train") keys.emplace_back("objective");
    keys.push_back(key);
  }
  return keys;
}

namespace {

std::string unknown_key_hint(const std::string& prefix, const std::string& key) {
  if (key.find('.') != std::string::npos) {
    const auto dot = key.find('.');
    return fmt::format("dots are for KEY=VALUE; in a file, nest: \"{}\": {{\"{}\": ...}}",
                       key.substr(0, dot), key.substr(dot + 1));
  }
  const auto keys = keys_under(prefix);
  if (const auto near = nearest(key, keys)) {
    return fmt::format("did you mean {}?", join_path(prefix, *near));
  }
  std::vector<std::string> elsewhere;  // the right key in the wrong place
  for (const auto& field : run_fields()) {
    if (field.path.ends_with("." + key)) elsewhere.push_back(field.path);
  }
  if (!elsewhere.empty()) return fmt::format("did you mean {}?", join(elsewhere, " or "));
  return fmt::format("known {}: {}", prefix.empty() ? "here" : "in " + prefix, join(keys));
}

void add_not_an_object(const std::string& path, const json& value, const std::string& hint,
                       std::vector<Finding>& findings) {
  findings.push_back({path, fmt::format("{} is not an object", short_text(value)), hint, {}});
}

std::vector<std::string> paths_of(const FieldTable& fields) {
  std::vector<std::string> paths;
  for (const Field& field : fields) paths.push_back(field.path);
  return paths;
}

/// What is right in one value of a map.
json read_entry(const Field& map, const std::string& name, const json& value,
                std::vector<Finding>& findings) {
  const std::string path = join_path(map.path, name);
  const auto known = paths_of(map.entries);
  json read = json::object();
  for (const auto& [key, item] : value.items()) {
    const std::string place = join_path(path, key);
    const Field* field = find_field(map.entries, key);
    if (field == nullptr) {
      // An object where a value should be: NAME.KEY was meant to be a name with a dot in it.
      const std::string hint =
          item.is_object() ? fmt::format("quote a name with dots: {}",
                                         join_path(map.path, fmt::format("{}.{}", name, key)))
                           : did_you_mean(key, known);
      findings.push_back({place, fmt::format("unknown key ({})", join(known)), hint, {}});
    } else if (item.is_null()) {
      continue;
    } else if (const auto fact = check_value(*field, item)) {
      findings.push_back({place, *fact, value_hint(*field, item), {}});
    } else {
      read[key] = item;
    }
  }
  return read;
}

void read_map(const Field& field, const json& value, RunConfig& config,
              std::vector<Finding>& findings) {
  json all = json::object();
  const std::string form =
      fmt::format("entries stand by name: {{\"NAME\": {{\"{}\": ...}}}}", field.entries[0].path);
  if (value.is_null()) return;
  if (!value.is_object()) {
    add_not_an_object(field.path, value, form, findings);
    return;
  }
  for (const auto& [name, entry] : value.items()) {
    if (entry.is_object()) {
      all[name] = read_entry(field, name, entry, findings);
    } else if (!entry.is_null()) {
      add_not_an_object(join_path(field.path, name), entry, form, findings);
    }
  }
  field.set(&config, all);
}

void read_section(const json& section, const std::string& prefix, RunConfig& config,
                  std::vector<Finding>& findings) {
  for (const auto& [key, value] : section.items()) {
    const bool dotted = key.find('.') != std::string::npos;
    const std::string path = dotted && !prefix.empty() ? fmt::format("{}.{}", prefix, key)
                             : dotted                  ? key
                                                       : join_path(prefix, key);
    if (path == "objective") continue;
    if (path == "extends") {
      findings.push_back({path, "only a config file can extend another", "", {}});
    } else if (const Field* field = dotted ? nullptr : find_field(run_fields(), path)) {
      if (field->type == FieldType::map) {
        read_map(*field, value, config, findings);
      } else {
        apply_value(*field, &config, value, path, findings);
      }
    } else if (dotted || keys_under(path).empty()) {
      findings.push_back({path, "unknown key", unknown_key_hint(prefix, key), {}});
    } else if (value.is_object()) {
      read_section(value, path, config, findings);
    } else if (!value.is_null()) {
      add_not_an_object(path, value, fmt::format("keys of {}: {}", path, join(keys_under(path))),
                        findings);
    }
  }
}

}  // namespace

void read_run_fields(const json& document, RunConfig& config, std::vector<Finding>& findings) {
  read_section(document, "", config, findings);
}

}  // namespace rnngan
