#include <fmt/format.h>

#include "config/check_parts.h"
#include "config/enum_names.h"

namespace rnngan {

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
  wants(Need::double_backward_g, model.generator.noise_global > 0,
        "global noise to take derivatives by", "model.generator.noise_global", "16");
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

}  // namespace rnngan
