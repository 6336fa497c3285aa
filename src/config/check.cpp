#include "config/check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/enum_names.h"
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
  std::vector<std::pair<std::string, std::string>> roles = {
      {"data.time", data.time}, {"data.id", data.id}, {"data.label", data.label}};
  for (const auto& name : data.statics) roles.emplace_back("data.static", name);
  for (const auto& name : data.columns) roles.emplace_back("data.columns", name);
  std::map<std::string, std::string> taken;  // column -> the key that names it
  for (const auto& [path, column] : roles) {
    const bool list = path == "data.static" || path == "data.columns";
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

void check_texts(const RunConfig& config, std::vector<Finding>& findings) {
  const std::string& delimiter = config.data.delimiter;
  if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
    findings.push_back(
        {"data.delimiter",
         fmt::format("{} is not a delimiter (one ASCII character, no quote or line break)",
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

struct ActiveRow {
  std::string path;
  const LossDescription* row;

  bool needs(Need need) const {
    return std::find(row->needs.begin(), row->needs.end(), need) != row->needs.end();
  }
};

std::vector<ActiveRow> active_rows(const ObjectiveConfig& objective, const Catalogs& catalogs) {
  std::vector<ActiveRow> rows;
  if (const auto* row = find_loss(catalogs.adversarial, objective.adversarial.type)) {
    rows.push_back({"objective.adversarial", row});
  }
  for (const auto& [name, term] : objective.terms) {
    if (term.weight == 0.0) continue;  // off
    if (const auto* row = find_loss(catalogs.terms, term.type)) {
      rows.push_back({"objective.terms." + name, row});
    }
  }
  return rows;
}

bool gives_logits(const LossDescription& row) {
  return std::find(row.provides.begin(), row.provides.end(), Need::logit_score) !=
         row.provides.end();
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

void check_networks(const ActiveRow& active, const RunConfig& config,
                    std::vector<Finding>& findings) {
  const std::string& name = active.row->name;
  const ModelConfig& model = config.model;
  const auto wants = [&](Need need, bool given, const std::string& fact, const std::string& key,
                         const std::string& value) {
    if (!active.needs(need) || given) return;
    findings.push_back(
        {active.path, name + " needs " + fact, fmt::format("set {} to {}", key, value), {key}});
  };
  wants(Need::encoder, model.generator.noise_global > 0, "global noise that an encoder can find",
        "model.generator.noise_global", "16");
  wants(Need::autoencoder_d, model.discriminator.score == ScorePolicy::energy,
        "a discriminator that is an autoencoder", "model.discriminator.score", "energy");
  wants(Need::autoregressive_g, model.generator.autoregressive,
        "a generator that sees its last step", "model.generator.autoregressive", "true");
  wants(Need::code, model.generator.code_categories + model.generator.code_continuous > 0,
        "an information code", "model.generator.code_categories", "a number of classes");
  wants(Need::dropout_d, model.discriminator.dropout > 0, "dropout in the discriminator",
        "model.discriminator.dropout", "0.2");
  wants(Need::hidden_labels, model.discriminator.condition != ConditionPath::concat,
        "a discriminator that is not told the label it is to find", "model.discriminator.condition",
        "none");
  if (active.needs(Need::labels) && model.discriminator.pac > 1) {
    findings.push_back({active.path,
                        fmt::format("{} judges sequences by their classes, but "
                                    "model.discriminator.pac {} judges packs of them",
                                    name, model.discriminator.pac),
                        "set model.discriminator.pac to 1",
                        {"model.discriminator.pac"}});
  }
}

/// What choosing fakes and looking ahead cannot be combined with.
void check_loop(const ActiveRow& active, const RunConfig& config, std::vector<Finding>& findings) {
  if (active.path != "objective.adversarial") return;
  const auto refuse = [&](const std::string& key, const std::string& why) {
    findings.push_back({"train." + key,
                        fmt::format("cannot be combined with {}, {}", active.row->name, why),
                        "leave out train." + key,
                        {"objective.adversarial.type"}});
  };
  if (active.needs(Need::batch_coupled) && config.train.topk.keep < 1) {
    refuse("topk.keep", "whose value depends on the whole batch");
  }
  const bool reads_more = active.needs(Need::labels) || active.needs(Need::encoder) ||
                          active.needs(Need::pair_distance);
  if (reads_more && config.train.unroll.steps > 0) {
    refuse("unroll.steps", "which reads more than the scores");
  }
}

void require_labels(const std::string& path, const std::string& name, const RunConfig& config,
                    std::vector<Finding>& findings) {
  if (!config.data.label.empty()) return;
  findings.push_back({path,
                      name + " needs classes, but data.label names no column",
                      "set data.label to the column with the classes",
                      {"data.label"}});
}

void check_row(const ActiveRow& active, const RunConfig& config, const Catalogs& catalogs,
               std::vector<Finding>& findings) {
  const std::string& name = active.row->name;
  if (active.needs(Need::scalar_score) && config.model.discriminator.score == ScorePolicy::step) {
    findings.push_back(
        {active.path,
         fmt::format("{} needs one score per sequence, but model.discriminator.score is step",
                     name),
         "set model.discriminator.score to pooled, seq_mean or seq_last",
         {"model.discriminator.score"}});
  }
  if (active.needs(Need::labels)) require_labels(active.path, name, config, findings);
  if (active.needs(Need::batch_coupled) && config.train.batch < kSmallestCoupledBatch) {
    findings.push_back(
        {"train.batch",
         fmt::format("{} is too small for {}, whose value depends on the whole batch (at least {})",
                     config.train.batch, active.path, kSmallestCoupledBatch),
         "",
         {active.path}});
  }
  check_networks(active, config, findings);
  check_loop(active, config, findings);
  check_logits(active, config, catalogs, findings);
}

/// Options of networks that exclude each other or want something of the data.
void check_model(const RunConfig& config, std::vector<Finding>& findings) {
  const DiscriminatorConfig& discriminator = config.model.discriminator;
  const auto refuse = [&](const std::string& key, const std::string& fact, const std::string& hint,
                          const std::string& other) {
    findings.push_back({"model.discriminator." + key, fact, hint, {other}});
  };
  if (discriminator.minibatch != MinibatchLayer::none &&
      discriminator.score != ScorePolicy::pooled) {
    refuse("minibatch",
           fmt::format("{} needs model.discriminator.score pooled, not {}",
                       enum_name(discriminator.minibatch), enum_name(discriminator.score)),
           "set one of the two", "model.discriminator.score");
  }
  if (discriminator.condition == ConditionPath::outputs && config.data.label.empty()) {
    refuse("condition", "outputs needs classes, but data.label names no column",
           "set data.label to the column with the classes", "data.label");
  }
  if (discriminator.condition == ConditionPath::projection && config.data.label.empty() &&
      config.data.statics.empty()) {
    refuse("condition", "projection needs a condition, but data has neither label nor static",
           "set data.label or data.static", "data.label");
  }
  if (discriminator.score == ScorePolicy::energy &&
      discriminator.condition != ConditionPath::concat) {
    refuse("condition",
           fmt::format("{} does not go with model.discriminator.score energy",
                       enum_name(discriminator.condition)),
           "use concat", "model.discriminator.score");
  }
  const int64_t pac = discriminator.pac;
  if (pac == 1) return;
  if (config.train.batch % pac != 0) {
    refuse("pac", fmt::format("train.batch {} is not a multiple of {}", config.train.batch, pac),
           "", "train.batch");
  }
  if (discriminator.condition != ConditionPath::concat) {
    refuse("pac", fmt::format("{} needs model.discriminator.condition concat", pac), "",
           "model.discriminator.condition");
  }
}

/// Rules of the loop that read what not every objective has.
void check_rules(const RunConfig& config, std::vector<Finding>& findings) {
  const TrainConfig& train = config.train;
  const bool adversarial = !config.objective.adversarial.type.empty();
  const auto refuse = [&](const std::string& key, const std::string& what) {
    findings.push_back({"train." + key,
                        what + " needs an adversarial loss, but objective.adversarial is null",
                        "name one or leave out train." + key,
                        {"objective.adversarial.type"}});
  };
  if (adversarial) return;
  if (train.unroll.steps > 0) refuse("unroll.steps", "looking ahead");
  if (train.topk.keep < 1) refuse("topk.keep", "choosing the best fakes");
  if (train.freeze.discriminator_above < 1) {
    refuse("freeze.discriminator_above", "a rule on the accuracy");
  }
  if (train.freeze.generator_below > 0) refuse("freeze.generator_below", "a rule on the accuracy");
}

/// An autoencoder's energy means nothing to a loss that expects scores; pretraining needs something
/// to train with.
void check_supervision(const std::vector<ActiveRow>& rows, const RunConfig& config,
                       std::vector<Finding>& findings) {
  const auto any = [&](Need need) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const ActiveRow& active) { return active.needs(need); });
  };
  const std::string& type = config.objective.adversarial.type;
  if (config.model.discriminator.score == ScorePolicy::energy && !any(Need::autoencoder_d) &&
      !rows.empty()) {
    findings.push_back({"model.discriminator.score",
                        fmt::format("energy is low for real sequences, which {} does not expect",
                                    type.empty() ? "this objective" : type),
                        "use ebgan or began, or another score",
                        {"objective.adversarial.type"}});
  }
  if (config.train.pretrain > 0 && !any(Need::autoregressive_g)) {
    findings.push_back({"train.pretrain",
                        "there is no term to pretrain with",
                        "add the term mle or crps_step",
                        {"objective.terms"}});
  }
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
  if (data.scaling != Scaling::minmax)
    contradicts("data.scaling", enum_name(data.scaling), "minmax");
  if (data.window.length == 0) contradicts("data.window.length", "0", "windows of at least 1 step");
}

void check_run(const RunConfig& config, std::vector<Finding>& findings) {
  check_texts(config, findings);
  check_roles(config.data, findings);
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
  check_model(config, findings);
  const int64_t warmup = config.train.schedule.warmup;
  if (warmup >= config.train.steps) {
    findings.push_back(
        {"train.schedule.warmup",
         fmt::format("{} is not less than train.steps {}", warmup, config.train.steps),
         "",
         {"train.steps"}});
  }
}

void check_objective(const RunConfig& config, const Catalogs& catalogs,
                     std::vector<Finding>& findings) {
  const auto rows = active_rows(config.objective, catalogs);
  if (rows.empty()) {
    findings.push_back({"objective",
                        "has neither an adversarial loss nor a term",
                        "name a preset, or set objective.adversarial.type",
                        {"objective.adversarial", "objective.terms"}});
  }
  for (const auto& active : rows) check_row(active, config, catalogs, findings);
  const auto* preset = find_preset(catalogs, config.objective.preset);
  if (preset != nullptr &&
      std::find(preset->needs.begin(), preset->needs.end(), Need::labels) != preset->needs.end()) {
    require_labels("objective", "the preset " + preset->name, config, findings);
  }
  check_rules(config, findings);
  check_supervision(rows, config, findings);
}

}  // namespace rnngan
