#include "config/check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/check_parts.h"
#include "config/enum_names.h"
#include "config/layers.h"
#include "config/objective_config.h"
#include "core/text.h"

namespace rnngan {
namespace {

constexpr int64_t kTimeganWindow = 24;        // steps, in the paper and after it
constexpr int64_t kSmallestCoupledBatch = 4;  // below it, batch statistics say nothing

std::string quoted(const std::string& text) {
  return short_text(text);
}

/// Each column may have one role.
void check_roles(const DataConfig& data, std::vector<Finding>& findings) {
  std::vector<std::pair<std::string, std::string>> roles;
  for (const auto& name : data.time.names) roles.emplace_back("data.time", name);
  roles.emplace_back("data.id", data.id);
  roles.emplace_back("data.label", data.label);
  for (const auto& name : data.statics) roles.emplace_back("data.static", name);
  for (const auto& name : data.covariates) roles.emplace_back("data.covariates", name);
  for (const auto& name : data.columns) roles.emplace_back("data.columns", name);
  std::map<std::string, std::string> taken;  // column -> the key that names it
  for (const auto& [path, column] : roles) {
    const bool list = path != "data.id" && path != "data.label";
    if (column.empty()) {
      if (list) findings.push_back({path, "\"\" is not the name of a column", "", {}});
      continue;
    }
    const auto [first, added] = taken.emplace(column, path);
    if (added) continue;
    findings.push_back({path,
                        first->second == path
                            ? fmt::format("names column {} twice", quoted(column))
                            : fmt::format("column {} is already {}", quoted(column), first->second),
                        "a column has one role",
                        {first->second}});
  }
}

/// Only numbers are scaled and rounded.
void check_columns(const DataConfig& data, std::vector<Finding>& findings) {
  for (const auto& [name, column] : data.column) {
    if (column.kind != ColumnKind::category) continue;
    const std::string path = join_path("data.column", name);
    const auto refuse = [&](const char* key, bool given) {
      if (!given) return;
      findings.push_back({join_path(path, key),
                          "is for numbers, but data.column says that the column is a category",
                          fmt::format("leave out {} or {}", key, join_path(path, "kind")),
                          {join_path(path, "kind")}});
    };
    refuse("transform", column.transform.has_value());
    refuse("atoms", column.atoms.has_value());
    refuse("decimals", column.decimals.has_value());
    refuse("dead_band", column.dead_band.has_value());
  }
}

void check_texts(const RunConfig& config, std::vector<Finding>& findings) {
  const std::string& delimiter = config.data.delimiter;
  const bool single = delimiter.size() == 1;
  if ((!single && delimiter != "auto") || delimiter == "\"" || delimiter == "\n" ||
      delimiter == "\r") {
    findings.push_back(
        {"data.delimiter",
         fmt::format("{} is not a delimiter (auto, or one ASCII character, no quote or line break)",
                     quoted(delimiter)),
         "write \"\\t\" for a tab",
         {}});
  }
  const std::string& device = config.train.device;
  if (!is_device(device)) {
    findings.push_back({"train.device",
                        fmt::format("{} is not a device (auto, cpu, cuda, cuda:N)", quoted(device)),
                        "",
                        {}});
  }
}

void check_logits(const ActiveRow& active, const RunConfig& config, const Catalogs& catalogs,
                  std::vector<Finding>& findings) {
  const std::string& type = config.objective.adversarial.type;
  const auto* adversarial = find_loss(catalogs.adversarial, type);
  if (!active.needs(Need::logit_score) || (adversarial != nullptr && gives_logits(*adversarial)))
    return;
  std::vector<std::string> providers;
  for (const auto& row : catalogs.adversarial) {
    if (gives_logits(row)) providers.push_back(row.name);
  }
  findings.push_back(
      {active.path,
       fmt::format("{} needs scores that are logits ({}), but objective.adversarial {}",
                   active.row->name, join(providers), type.empty() ? "is null" : "is " + type),
       "use one of these losses or remove the term",
       {"objective.adversarial.type"}});
}

void require_labels(const std::string& path, const std::string& name, const DataShape& data,
                    std::vector<Finding>& findings) {
  if (data.labels != 0) return;
  findings.push_back({path,
                      name + " needs classes, but data.label names no column",
                      "set data.label to the column with the classes",
                      {"data.label"}});
}

void check_row(const ActiveRow& active, const RunConfig& config, const DataShape& data,
               const Catalogs& catalogs, std::vector<Finding>& findings) {
  if (active.needs(Need::labels)) require_labels(active.path, active.row->name, data, findings);
  if (active.needs(Need::batch_coupled) &&
      config.train.batch / config.model.discriminator.pac < kSmallestCoupledBatch) {
    findings.push_back(
        {"train.batch",
         fmt::format("{} is too small for {}, whose value depends on the whole batch (at least {})",
                     config.train.batch, active.path, kSmallestCoupledBatch),
         "",
         {active.path}});
  }
  check_networks(active, config.model, findings);
  check_loop(active, config, findings);
  check_logits(active, config, catalogs, findings);
  if (active.row->check) {
    RowCheck row{config, data, active.path, active.options.get(), findings};
    active.row->check(row);
  }
}

void check_objective(const std::vector<ActiveRow>& rows, const RunConfig& config,
                     const DataShape& data, const Catalogs& catalogs,
                     std::vector<Finding>& findings) {
  if (rows.empty()) {
    findings.push_back({"objective",
                        "has neither an adversarial loss nor a term",
                        "name a preset, or set objective.adversarial.type",
                        {"objective.adversarial", "objective.terms"}});
  }
  for (const auto& active : rows) check_row(active, config, data, catalogs, findings);
  const auto* preset = find_preset(catalogs, config.objective.preset);
  if (preset != nullptr &&
      std::find(preset->needs.begin(), preset->needs.end(), Need::labels) != preset->needs.end()) {
    require_labels("objective", "the preset " + preset->name, data, findings);
  }
  check_rules(rows, config, findings);
}

}  // namespace

bool is_device(const std::string& device) {
  if (device == "auto" || device == "cpu" || device == "cuda") return true;
  if (!device.starts_with("cuda:")) return false;
  const std::string index = device.substr(5);
  const bool padded = index.size() > 1 && index.starts_with('0');
  return !index.empty() && index.size() <= 3 && !padded &&
         index.find_first_not_of("0123456789") == std::string::npos;
}

void apply_compatibility(DataConfig& data, const IsGiven& is_given,
                         std::vector<Finding>& findings) {
  if (data.compat != Compatibility::timegan) return;
  const auto contradicts = [&](const std::string& path, const std::string& value,
                               const std::string& implied) {
    findings.push_back({path,
                        fmt::format("{}, but data.compat timegan implies {}", value, implied),
                        fmt::format("leave out {} or data.compat", path),
                        {"data.compat"}});
  };
  if (!is_given("data.split.policy")) data.split.policy = SplitPolicy::none;
  if (!is_given("data.scaling")) data.scaling = Scaling::minmax;
  if (!is_given("data.window.length")) data.window.length = kTimeganWindow;
  if (data.split.policy != SplitPolicy::none) {
    contradicts("data.split.policy", enum_name(data.split.policy), "none");
  }
  if (data.window.length == 0) contradicts("data.window.length", "0", "windows of at least 1 step");
}

void check_run(const RunConfig& config, std::vector<Finding>& findings) {
  check_texts(config, findings);
  check_roles(config.data, findings);
  check_columns(config.data, findings);
  const SplitConfig& split = config.data.split;
  if (split.validation + split.test >= 1) {
    findings.push_back(
        {"data.split.validation",
         fmt::format("{} and data.split.test {} leave nothing to train on (together less than 1)",
                     shortest(split.validation), shortest(split.test)),
         "",
         {"data.split.test"}});
  }
  if (config.model.generator.noise_step == 0 && config.model.generator.noise_global == 0) {
    findings.push_back({"model.generator.noise_step",
                        "0, and model.generator.noise_global is 0: a generator needs noise",
                        "set one of the two",
                        {"model.generator.noise_global"}});
  }
  const int64_t pac = config.model.discriminator.pac;
  if (config.train.batch % pac != 0) {
    findings.push_back(
        {"model.discriminator.pac",
         fmt::format("train.batch {} is not a multiple of {}", config.train.batch, pac),
         "",
         {"train.batch"}});
  }
  const int64_t warmup = config.train.schedule.warmup;
  if (warmup >= config.train.steps) {
    findings.push_back(
        {"train.schedule.warmup",
         fmt::format("{} is not less than train.steps {}", warmup, config.train.steps),
         "",
         {"train.steps"}});
  }
}

DataShape expected_shape(const DataConfig& data) {
  DataShape shape;
  if (!data.columns.empty()) shape.features = static_cast<int64_t>(data.columns.size());
  if (data.label.empty()) shape.labels = 0;
  shape.statics = static_cast<int64_t>(data.statics.size());
  return shape;
}

void check_model(const RunConfig& config, const DataShape& data, const Catalogs& catalogs,
                 std::vector<Finding>& findings) {
  const auto rows = active_rows(config.objective, catalogs);
  const bool several = std::any_of(rows.begin(), rows.end(), [](const ActiveRow& active) {
    return active.needs(Need::several_scores);
  });
  check_discriminator(config.model.discriminator, data, several, findings);
  check_objective(rows, config, data, catalogs, findings);
}

void require_model(const RunConfig& config, const DataShape& data, const Catalogs& catalogs) {
  std::vector<Finding> findings;
  check_model(config, data, catalogs, findings);
  std::vector<Problem> problems;
  for (const Finding& finding : findings) {
    problems.push_back({finding.path, finding.fact, finding.hint});
  }
  if (!problems.empty()) throw Error(ErrorKind::config, problems);
}

}  // namespace rnngan
