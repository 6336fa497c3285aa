#include "config/objective_config.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "config/config.h"
#include "config/values.h"
#include "core/text.h"

namespace rnngan {

using nlohmann::json;

const LossDescription* find_loss(const std::vector<LossDescription>& rows,
                                 const std::string& name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

const PresetDescription* find_preset(const Catalogs& catalogs, const std::string& name) {
  const auto& rows = catalogs.presets;
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

std::vector<std::string> names_of(const std::vector<LossDescription>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

std::vector<std::string> preset_names(const Catalogs& catalogs) {
  std::vector<std::string> names;
  for (const auto& preset : catalogs.presets) names.push_back(preset.name);
  return names;
}

json preset_patch(const PresetDescription& preset) {
  json patch = parse_json(preset.patch, "preset " + preset.name);
  const json objective = patch.is_object() ? patch.value("objective", json::object()) : json();
  if (!objective.is_object() || objective.contains("preset")) {
    throw Error(ErrorKind::bug, fmt::format("preset {}", preset.name),
                "its patch cannot be laid beneath a config");
  }
  return patch;
}

namespace {

/// Reads an objective; one object per call of parse_objective.
class Reader {
 public:
  Reader(const Catalogs& catalogs, std::vector<Finding>& findings)
      : catalogs_(catalogs), findings_(findings) {}

  ObjectiveConfig read(const json& objective, const std::string& preset) {
    ObjectiveConfig config;
    config.preset = preset;
    for (const auto& [key, value] : objective.items()) {
      const std::string path = "objective." + key;
      if (key == "g_weight") {
        apply_value(*find_field(objective_fields(), key), &config, value, path, findings_);
      } else if (key == "adversarial") {
        read_adversarial(value, config.adversarial);
      } else if (key == "terms") {
        read_terms(value, config);
      } else if (key != "preset") {
        const std::vector<std::string> keys = {"preset", "adversarial", "g_weight", "terms"};
        add(path, "unknown key", suggestion("objective", key, keys));
      }
    }
    return config;
  }

 private:
  void add(const std::string& path, std::string fact, std::string hint = {}) {
    findings_.push_back({path, std::move(fact), std::move(hint), {}});
  }

  static std::string suggestion(const std::string& prefix, const std::string& key,
                                const std::vector<std::string>& keys) {
    if (const auto near = nearest(key, keys))
      return fmt::format("did you mean {}.{}?", prefix, *near);
    return keys.empty() ? "" : fmt::format("known in {}: {}", prefix, join(keys));
  }

  void read_adversarial(const json& value, AdversarialConfig& config) {
    const std::string path = "objective.adversarial";
    if (value.is_null()) return;
    if (!value.is_object()) {
      add(path, fmt::format("{} is not an object", short_text(value)),
          value.is_string() ? hint_for_type(value) : "");
      return;
    }
    const json type = value.value("type", json());
    if (!type.is_string()) {
      add(path + ".type",
          type.is_null() ? "missing"
                         : fmt::format("{} is not the name of a loss", short_text(type)),
          "one of " + join(names_of(catalogs_.adversarial)));
      return;
    }
    if (const auto* row = find_loss(catalogs_.adversarial, type)) {
      config.type = row->name;
      config.options = read_options(*row, value, path, {"type"});
    } else {
      unknown_type(path + ".type", type, "adversarial loss", catalogs_.adversarial);
    }
  }

  /// For an adversarial loss that is given by its name alone.
  std::string hint_for_type(const std::string& name) const {
    if (find_loss(catalogs_.adversarial, name) == nullptr &&
        find_loss(catalogs_.terms, name) != nullptr) {
      return is_term(name);
    }
    return fmt::format("write {{\"type\": {}}}", short_text(name));
  }

  static std::string is_term(const std::string& name) {
    return fmt::format("{} is a term: it belongs into objective.terms", name);
  }

  void read_terms(const json& value, ObjectiveConfig& config) {
    const std::string path = "objective.terms";
    if (value.is_null()) return;
    if (!value.is_object()) {
      add(path, fmt::format("{} is not an object", short_text(value)),
          "terms stand by name: {\"NAME\": {\"weight\": 1}}");
      return;
    }
    for (const auto& [name, term] : value.items()) read_term(name, term, config);
  }

  void read_term(const std::string& name, const json& value, ObjectiveConfig& config) {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const std::string path = "objective.terms." + name;
    if (name.empty() || name.find_first_not_of(kAllowed) != std::string::npos) {
      add("objective.terms", fmt::format("{} is not the name of a term", short_text(name)),
          "use letters, digits, _ and -");
    } else if (value.is_null()) {
      check_removal(name, path, config.preset);
    } else if (!value.is_object()) {
      add(path, fmt::format("{} is not an object", short_text(value)),
          value.is_number() ? fmt::format("write {{\"weight\": {}}}", short_text(value)) : "");
    } else {
      read_term_object(name, value, path, config);
    }
  }

  /// A null that removed a term is gone by now; this one met none. Fine for a term that could have
  /// been there.
  void check_removal(const std::string& name, const std::string& path, const std::string& preset) {
    if (find_loss(catalogs_.terms, name) != nullptr) return;
    if (const auto* row = find_preset(catalogs_, preset)) {
      if (preset_patch(*row).contains(json::json_pointer("/objective/terms/" + name))) return;
    }
    add(path, "there is no such term to remove",
        suggestion("objective.terms", name, names_of(catalogs_.terms)));
  }

  void read_term_object(const std::string& name, const json& value, const std::string& path,
                        ObjectiveConfig& config) {
    const json given = value.value("type", json());
    if (!given.is_null() && !given.is_string()) {
      add(path + ".type", fmt::format("{} is not the name of a term", short_text(given)));
      return;
    }
    const std::string type = given.is_null() ? name : given.get<std::string>();
    const auto* row = find_loss(catalogs_.terms, type);
    if (row == nullptr) {
      unknown_type(given.is_null() ? path : path + ".type", type, "term", catalogs_.terms);
      return;
    }
    TermConfig& term = config.terms[name];
    term.type = type;
    term.weight = row->weight;
    std::vector<std::string> common;
    for (const auto& field : term_fields()) {
      common.push_back(field.path);
      if (field.path != "type" && value.contains(field.path)) {
        apply_value(field, &term, value[field.path], join_path(path, field.path), findings_);
      }
    }
    term.options = read_options(*row, value, path, common);
  }

  std::shared_ptr<const void> read_options(const LossDescription& row, const json& value,
                                           const std::string& path,
                                           const std::vector<std::string>& common) {
    std::shared_ptr<void> options = row.options.make();
    std::vector<std::string> names;
    for (const auto& key : common) {
      if (key != "type") names.push_back(key);
    }
    for (const auto& field : row.options.fields) names.push_back(field.path);
    for (const auto& [key, item] : value.items()) {
      if (std::find(common.begin(), common.end(), key) != common.end()) continue;
      const std::string place = join_path(path, key);
      if (const Field* field = find_field(row.options.fields, key)) {
        apply_value(*field, options.get(), item, place, findings_);
      } else {
        const auto near = nearest(key, names);
        add(place,
            fmt::format("unknown option of {} ({})", row.name,
                        names.empty() ? "it has none" : "its options: " + join(names)),
            near ? fmt::format("did you mean {}?", join_path(path, *near)) : "");
      }
    }
    return options;
  }

  void unknown_type(const std::string& path, const std::string& type, std::string_view what,
                    const std::vector<LossDescription>& rows) {
    const auto names = names_of(rows);
    std::string hint = did_you_mean(type, names);
    if (&rows != &catalogs_.terms && find_loss(catalogs_.terms, type) != nullptr) {
      hint = is_term(type);
    } else if (&rows != &catalogs_.adversarial &&
               find_loss(catalogs_.adversarial, type) != nullptr) {
      hint = fmt::format("{} is an adversarial loss: it belongs into objective.adversarial", type);
    }
    add(path, fmt::format("unknown {} {} ({})", what, short_text(type), join(names)), hint);
  }

  const Catalogs& catalogs_;
  std::vector<Finding>& findings_;
};

void dump_options(json& out, const LossDescription* row,
                  const std::shared_ptr<const void>& options) {
  if (row == nullptr) return;
  const std::shared_ptr<const void> object = options ? options : row->options.make();
  for (const auto& field : row->options.fields) out[field.path] = field.get(object.get());
}

}  // namespace

ObjectiveConfig parse_objective(const json& objective, const std::string& preset,
                                const Catalogs& catalogs, std::vector<Finding>& findings) {
  return Reader(catalogs, findings).read(objective, preset);
}

json dump_objective(const ObjectiveConfig& objective, const Catalogs& catalogs) {
  json out = {
      {"g_weight", objective.g_weight}, {"adversarial", nullptr}, {"terms", json::object()}};
  if (const auto* preset = find_preset(catalogs, objective.preset)) {
    const json patch =
        preset_patch(*preset).value(json::json_pointer("/objective/terms"), json::object());
    for (const auto& [name, term] : patch.items()) out["terms"][name] = nullptr;
  }
  if (!objective.preset.empty()) out["preset"] = objective.preset;
  if (!objective.adversarial.type.empty()) {
    json& adversarial = out["adversarial"];
    adversarial = {{"type", objective.adversarial.type}};
    dump_options(adversarial, find_loss(catalogs.adversarial, objective.adversarial.type),
                 objective.adversarial.options);
  }
  for (const auto& [name, term] : objective.terms) {
    json& entry = out["terms"][name];
    entry = json::object();
    for (const auto& field : term_fields()) entry[field.path] = field.get(&term);
    dump_options(entry, find_loss(catalogs.terms, term.type), term.options);
  }
  return out;
}

std::string objective_sum(const ObjectiveConfig& objective) {
  std::vector<std::string> parts;
  if (!objective.adversarial.type.empty()) parts.push_back(objective.adversarial.type);
  for (const auto& [name, term] : objective.terms) {
    parts.push_back(term.weight == 1.0 ? name : shortest(term.weight) + " " + name);
  }
  return join(parts, " + ");
}

std::string describe_objective(const ObjectiveConfig& objective, const Catalogs& catalogs) {
  std::string sum = objective_sum(objective);
  const PresetDescription* preset = find_preset(catalogs, objective.preset);
  if (preset == nullptr || objective.preset == sum) return sum;
  std::vector<Finding> ignored;
  const json own = preset_patch(*preset).value("objective", json::object());
  const bool same = objective_sum(parse_objective(own, preset->name, catalogs, ignored)) == sum;
  return fmt::format("{}{} = {}", preset->name, same ? "" : ", changed", sum);
}

}  // namespace rnngan
