// From a RunConfig back to JSON, and what is made of complete documents.
#include <set>

#include "config/config.h"
#include "config/layers.h"
#include "config/objective_config.h"
#include "config/values.h"

namespace rnngan {

using nlohmann::json;
using nlohmann::ordered_json;

json dump_config(const RunConfig& config, const Catalogs& catalogs) {
  json document = json::object();
  for (const auto& field : run_fields()) {
    json* node = &document;
    for (const auto& part : split_path(field.path)) node = &(*node)[part];
    *node = field.get(&config);
  }
  document["objective"] = dump_objective(config.objective, catalogs);
  return document;
}

namespace {

std::vector<std::string> preferred_keys(const std::string& path) {
  if (path == "objective") return {"preset", "adversarial", "g_weight", "terms"};
  if (path.starts_with("objective.")) return {"type", "weight", "every", "start", "stop", "warmup"};
  return keys_under(path);
}

ordered_json in_order(const json& value, const std::string& path) {
  if (!value.is_object()) return ordered_json::parse(value.dump());
  ordered_json out = ordered_json::object();
  const auto add = [&](const std::string& key) {
    out[key] = in_order(value[key], join_path(path, key));
  };
  if (path != "objective.terms") {
    for (const auto& key : preferred_keys(path)) {
      if (value.contains(key)) add(key);
    }
  }
  for (const auto& [key, item] : value.items()) {
    if (!out.contains(key)) add(key);
  }
  return out;
}

void collect_differences(const json& a, const json& b, const std::string& path,
                         std::vector<std::string>& paths) {
  if (!a.is_object() || !b.is_object()) {
    if (a != b) paths.push_back(path);
    return;
  }
  std::set<std::string> keys;
  for (const auto& [key, item] : a.items()) keys.insert(key);
  for (const auto& [key, item] : b.items()) keys.insert(key);
  for (const auto& key : keys) {
    const std::string inner = join_path(path, key);
    if (a.contains(key) != b.contains(key)) {
      paths.push_back(inner);
    } else {
      collect_differences(a[key], b[key], inner, paths);
    }
  }
}

}  // namespace

std::string print_document(const json& document) {
  return in_order(document, "").dump(2) + "\n";
}

std::vector<std::string> differing_keys(const json& a, const json& b) {
  std::vector<std::string> paths;
  collect_differences(a, b, "", paths);
  return paths;
}

}  // namespace rnngan
