#include <fmt/format.h>

#include "config/check_parts.h"
#include "config/objective_config.h"
#include "core/text.h"

namespace rnngan {

std::vector<ActiveRow> active_rows(const ObjectiveConfig& objective, const Catalogs& catalogs) {
  std::vector<ActiveRow> rows;
  const auto add = [&](const std::string& path, const LossDescription* row,
                       const std::shared_ptr<const void>& options) {
    if (row != nullptr) rows.push_back({path, row, options ? options : row->options.make()});
  };
  add("objective.adversarial", find_loss(catalogs.adversarial, objective.adversarial.type),
      objective.adversarial.options);
  for (const auto& [name, term] : objective.terms) {
    if (term.weight == 0.0) continue;  // off
    add("objective.terms." + name, find_loss(catalogs.terms, term.type), term.options);
  }
  return rows;
}

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

namespace {

/// Rules that read scores.
void check_score_rules(const RunConfig& config, std::vector<Finding>& findings) {
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
  // The adversarial loss, where there is one, has to know what an energy is.
  const bool knows = type.empty() ? any(Need::autoencoder_d)
                                  : !rows.empty() && rows.front().needs(Need::autoencoder_d);
  if (config.model.discriminator.score == ScorePolicy::energy && !knows && !rows.empty()) {
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

/// Settings that would leave a side or the whole run without a step, or that do nothing.
void check_effect(const RunConfig& config, std::vector<Finding>& findings) {
  const TrainConfig& train = config.train;
  const auto find = [&](const std::string& key, const std::string& fact, const std::string& hint,
                        const std::string& other) {
    findings.push_back({"train." + key, fact, hint, {other}});
  };
  if (train.freeze.generator_below > train.freeze.discriminator_above) {
    find("freeze.generator_below",
         "is above train.freeze.discriminator_above: between the two neither side would move",
         "swap the two", "train.freeze.discriminator_above");
  }
  if (train.pretrain >= train.steps) {
    find("pretrain", fmt::format("{} is not less than train.steps {}", train.pretrain, train.steps),
         "", "train.steps");
  }
  if (train.instance_noise.sd > 0 && train.instance_noise.share == 0) {
    find("instance_noise.share", "0 leaves no step for train.instance_noise.sd to act in",
         "raise it, or set train.instance_noise.sd to 0", "train.instance_noise.sd");
  }
  const AugmentConfig& augment = train.augment;
  if (augment.target > 0 && augment.scale == 0 && augment.shift == 0 && augment.cutout == 0) {
    find("augment.target", "has no effect: no augmentation is enabled",
         "set train.augment.scale, shift or cutout", "train.augment.scale");
  }
  if (train.topk.keep < 1 && config.objective.g_weight == 0) {
    find("topk.keep", "has no effect: the generator has no adversarial loss (objective.g_weight 0)",
         "leave out train.topk.keep", "objective.g_weight");
  }
}

}  // namespace

/// The sign of a score says what the discriminator thinks only where scores are logits.
void check_augment(const std::vector<ActiveRow>& rows, const RunConfig& config,
                   std::vector<Finding>& findings) {
  const std::string& type = config.objective.adversarial.type;
  const auto fits = [](const ActiveRow& active) {
    return active.path == "objective.adversarial" && gives_logits(*active.row);
  };
  if (config.train.augment.target == 0 || std::any_of(rows.begin(), rows.end(), fits)) return;
  findings.push_back({"train.augment.target",
                      "needs scores that are logits, but objective.adversarial " +
                          (type.empty() ? "is null" : "is " + type),
                      "use bce or gan, or leave out train.augment.target",
                      {"objective.adversarial.type"}});
}

void check_rules(const std::vector<ActiveRow>& rows, const RunConfig& config,
                 std::vector<Finding>& findings) {
  check_score_rules(config, findings);
  check_supervision(rows, config, findings);
  check_effect(config, findings);
  check_augment(rows, config, findings);
}

}  // namespace rnngan
