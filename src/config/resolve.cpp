// From layers to a checked RunConfig.
#include <fmt/format.h>

#include "config/check.h"
#include "config/config.h"
#include "config/layers.h"
#include "config/merge.h"
#include "config/objective_config.h"
#include "config/values.h"
#include "core/text.h"

namespace rnngan {
namespace {

using nlohmann::json;

Finding unknown_preset(const PresetChoice& choice, const Catalogs& catalogs) {
  const auto names = preset_names(catalogs);
  std::string hint = did_you_mean(choice.name, names);
  if (find_loss(catalogs.adversarial, choice.name) != nullptr) {
    hint = fmt::format("for the loss alone, write {{\"adversarial\": {{\"type\": \"{}\"}}}}",
                       choice.name);
  } else if (find_loss(catalogs.terms, choice.name) != nullptr) {
    hint = fmt::format(
        "{} is a term: write {{\"terms\": {{\"{}\": {{}}}}}}, which adds it to the default preset",
        choice.name, choice.name);
  }
  return {choice.path,
          fmt::format("unknown preset {} ({})", short_text(choice.name), join(names)),
          hint,
          {}};
}

bool is_given(const json& document, const std::string& path) {
  const json* node = &document;
  for (const auto& part : split_path(path)) {
    if (!node->is_object() || !node->contains(part)) return false;
    node = &node->at(part);
  }
  return !node->is_null();
}

/// A config on its way: the layers merged, read and checked.
class Resolution {
 public:
  Resolution(std::vector<Layer> layers, const Catalogs& catalogs)
      : layers_(std::move(layers)), catalogs_(catalogs) {}

  RunConfig run(const Layer& main) {
    merge();
    RunConfig config;
    read_run_fields(document_, config, findings_);
    if (config.data.delimiter == "\\t") config.data.delimiter = "\t";  // as a shell passes it
    const bool objective_read = read_objective(config);
    const size_t read_findings = findings_.size();
    apply_compatibility(
        config.data, [&](const auto& path) { return is_given(document_, path); }, findings_);
    check_run(config, findings_);
    const DataShape data = expected_shape(config.data);
    if (objective_read) {
      check_model(config, data, catalogs_, findings_);
    } else {
      check_discriminator(config.model.discriminator, data, /*several_scores=*/false, findings_);
    }
    report(main, read_findings);
    return config;
  }

 private:
  void merge() {
    const PresetChoice choice = choose_preset(layers_, catalogs_);
    if (choice.finding) findings_.push_back(*choice.finding);
    preset_wrong_ = choice.finding.has_value();
    const PresetDescription* preset = find_preset(catalogs_, choice.name);
    if (preset != nullptr) {
      preset_name_ = choice.name;
      preset_.document = preset_patch(*preset);
    } else if (!choice.name.empty()) {
      findings_.push_back(unknown_preset(choice, catalogs_));
      preset_wrong_ = true;
    }
    document_ = preset_.document;
    const json beneath = preset_.document.value("objective", json::object());
    for (const auto& layer : layers_) merge_layer(document_, layer.document, beneath);
  }

  /// Whether there is a whole objective to be checked against the rest.
  bool read_objective(RunConfig& config) {
    const size_t before = findings_.size();
    const auto objective = document_.find("objective");
    if (objective != document_.end() && objective->is_object()) {
      config.objective = parse_objective(*objective, preset_name_, catalogs_, findings_);
    }
    return !preset_wrong_ && findings_.size() == before;
  }

  void report(const Layer& main, size_t read_findings) {
    if (findings_.empty()) return;
    // A wrong value may be the preset's own; a wrong combination is never its fault alone.
    std::vector<Layer> with_preset = {{preset_.document, "preset " + preset_name_, ""}};
    with_preset.insert(with_preset.end(), layers_.begin(), layers_.end());
    const auto middle = findings_.begin() + static_cast<std::ptrdiff_t>(read_findings);
    auto problems = attribute({findings_.begin(), middle}, with_preset, main);
    for (auto& problem : attribute({middle, findings_.end()}, layers_, main)) {
      problems.push_back(std::move(problem));
    }
    throw Error(ErrorKind::config, std::move(problems));
  }

  std::vector<Layer> layers_;
  const Catalogs& catalogs_;
  std::string preset_name_;
  bool preset_wrong_ = false;
  Layer preset_{json::object(), "", ""};
  json document_;
  std::vector<Finding> findings_;
};

std::vector<Layer> set_layers(const std::vector<std::string>& sets) {
  std::vector<Layer> layers;
  for (const auto& set : sets) layers.push_back(set_layer(set));
  return layers;
}

ResolvedConfig resolve_with_sets(std::vector<Layer> layers, const std::vector<Layer>& sets,
                                 const Catalogs& catalogs) {
  const Layer main = layers.back();
  layers.insert(layers.end(), sets.begin(), sets.end());
  ResolvedConfig resolved;
  resolved.config = Resolution(std::move(layers), catalogs).run(main);
  resolved.document = dump_config(resolved.config, catalogs);
  return resolved;
}

}  // namespace

ResolvedConfig resolve_layers(const std::vector<Layer>& layers, const Catalogs& catalogs) {
  return resolve_with_sets(layers, {}, catalogs);
}

ResolvedConfig load_config(const std::filesystem::path& file, const std::vector<std::string>& sets,
                           const Catalogs& catalogs) {
  const auto overrides = set_layers(sets);  // mistakes of the command line come first
  return resolve_with_sets(read_layers(file), overrides, catalogs);
}

ResolvedConfig resolve_config(const json& document, const std::vector<std::string>& sets,
                              const Catalogs& catalogs, const std::string& origin) {
  if (!document.is_object()) {
    throw Error(ErrorKind::config, origin, fmt::format("{} is not an object", short_text(document)),
                "a config is { ... } with keys inside");
  }
  return resolve_with_sets({{document, origin, ""}}, set_layers(sets), catalogs);
}

void require_data_path(const RunConfig& config) {
  if (!config.data.path.empty()) return;
  throw Error(ErrorKind::config, "data.path", "names no data file",
              "set data.path to a CSV or NPY file");
}

}  // namespace rnngan
