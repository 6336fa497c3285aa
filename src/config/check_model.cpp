// Networks: what excludes each other, what they want of the data, and what losses want of them.
#include <fmt/format.h>

#include "config/check_parts.h"
#include "config/enum_names.h"

namespace rnngan {
namespace {

/// How the score is made, against what else is asked of it.
void check_score(const DiscriminatorConfig& config, bool several_scores,
                 std::vector<Finding>& findings) {
  if (config.minibatch != MinibatchLayer::none && config.score != ScorePolicy::pooled) {
    findings.push_back({"model.discriminator.minibatch",
                        fmt::format("{} needs model.discriminator.score pooled, not {}",
                                    enum_name(config.minibatch), enum_name(config.score)),
                        "use none, or the score pooled",
                        {"model.discriminator.score"}});
  }
  if (!several_scores) return;
  const auto refuse = [&](const std::string& key, const std::string& value,
                          const std::string& hint) {
    findings.push_back({"model.discriminator." + key,
                        value + " gives one number per sequence, but the objective needs several",
                        hint,
                        {"objective.adversarial.type"}});
  };
  if (config.score != ScorePolicy::pooled && config.score != ScorePolicy::seq_last) {
    refuse("score", enum_name(config.score), "use pooled or seq_last");
  }
  if (config.condition == ConditionPath::projection || config.condition == ConditionPath::outputs) {
    refuse("condition", enum_name(config.condition), "use concat or none");
  }
}

/// How label and statics enter, where it is not by concat.
void check_condition(const DiscriminatorConfig& config, const DataShape& data,
                     std::vector<Finding>& findings) {
  const ConditionPath path = config.condition;
  if (path == ConditionPath::concat) return;
  const auto refuse = [&](const std::string& fact, const std::string& hint,
                          const std::string& party) {
    findings.push_back(
        {"model.discriminator.condition", enum_name(path) + " " + fact, hint, {party}});
  };
  if (path == ConditionPath::outputs && data.labels == 0) {
    refuse("needs classes, but data.label names no column",
           "set data.label to the column with the classes, or use concat", "data.label");
  }
  if (path == ConditionPath::projection && data.labels == 0 && data.statics == 0) {
    refuse("needs a condition, but data has neither label nor static",
           "set data.label or data.static, or use concat", "data.label");
  }
  if (config.score == ScorePolicy::energy) {
    refuse("does not go with model.discriminator.score energy", "use concat",
           "model.discriminator.score");
  }
  if (config.pac > 1) {
    refuse(fmt::format("does not go with model.discriminator.pac {}", config.pac),
           "use concat, or set pac to 1", "model.discriminator.pac");
  }
}

}  // namespace

void check_discriminator(const DiscriminatorConfig& config, const DataShape& data,
                         bool several_scores, std::vector<Finding>& findings) {
  check_score(config, several_scores, findings);
  check_condition(config, data, findings);
}

void check_networks(const ActiveRow& active, const ModelConfig& model,
                    std::vector<Finding>& findings) {
  const std::string& name = active.row->name;
  const auto wants = [&](Need need, bool given, const std::string& fact, const std::string& key,
                         const std::string& value) {
    if (!active.needs(need) || given) return;
    findings.push_back(
        {active.path, name + " needs " + fact, fmt::format("set {} to {}", key, value), {key}});
  };
  const bool global_noise = model.generator.noise_global > 0;
  wants(Need::scalar_score, model.discriminator.score != ScorePolicy::step,
        "one score per sequence, but model.discriminator.score is step",
        "model.discriminator.score", "pooled, seq_mean or seq_last");
  wants(Need::encoder, global_noise, "global noise that an encoder can find",
        "model.generator.noise_global", "16");
  wants(Need::double_backward_g, global_noise, "global noise to take derivatives by",
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
  wants(Need::labels, model.discriminator.pac == 1,
        fmt::format("the class of each sequence, but model.discriminator.pac {} joins sequences",
                    model.discriminator.pac),
        "model.discriminator.pac", "1");
}

}  // namespace rnngan
