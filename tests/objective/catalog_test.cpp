#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "objective/fake_context.h"

namespace rnngan {
namespace catalog_test {

using testing::UnorderedElementsAre;

template <class Descriptions>
std::vector<std::string> names(const Descriptions& descriptions) {
  std::vector<std::string> result;
  for (const auto& description : descriptions) result.push_back(description.name);
  return result;
}

std::vector<std::string> names_of_fields(const LossDescription& row) {
  std::vector<std::string> result;
  for (const Field& field : row.options.fields) result.push_back(field.path);
  return result;
}

std::vector<LossDescription> all_losses() {
  std::vector<LossDescription> all = catalogs().adversarial;
  all.insert(all.end(), catalogs().terms.begin(), catalogs().terms.end());
  return all;
}

TEST(Catalog, HasTheseRows) {
  EXPECT_THAT(names(catalogs().adversarial),
              UnorderedElementsAre(
                  "bce", "gan", "kl_reverse", "kl_forward", "bgan", "lsgan", "lsgan_pearson",
                  "hinge", "wgan", "rpgan", "rasgan", "ralsgan", "rahinge", "fgan_kl", "fgan_rkl",
                  "fgan_pearson", "fgan_neyman", "fgan_hellinger", "fgan_js", "fgan_tv", "ebgan",
                  "loss_sensitive", "kplus1", "multi_hinge", "realness", "sphere", "vaegan"));
  EXPECT_THAT(
      names(catalogs().terms),
      UnorderedElementsAre(
          "adc", "aux_classifier", "balanced_consistency", "began", "consistency",
          "consistency_term", "fisher", "latent_consistency", "match_aware", "self_supervised",
          "twin_aux_classifier", "dragan", "drift", "energy_distance", "feature_matching",
          "kl_gaussian", "mmd", "pulling_away", "statistic_matching", "gradient_penalty",
          "historical_average", "label_smoothing", "lecam", "lipschitz_fd", "lipschitz_penalty",
          "max_gradient_penalty", "orthogonal", "r1_fd", "zero_centered_gp", "r1", "r2",
          "weight_clip", "contrastive_2c", "cot_gan", "crps_step", "d2d_ce", "path_length", "imle",
          "kl_latent", "mle", "mode_regularized", "mode_seeking", "mutual_information",
          "reconstruction", "sinkhorn", "cramer_gan", "mmd_gan", "ot_gan", "sig_w1", "sobolev"));
  EXPECT_THAT(names(catalogs().presets),
              UnorderedElementsAre("bce", "mse", "mae", "kld", "kld_forward", "kld_gaussian", "gan",
                                   "lsgan", "hinge", "wgan", "wgan_gp", "r3gan", "dragan", "lecam",
                                   "ebgan", "began", "vae", "vaegan", "igan", "cgan", "infogan",
                                   "mmd", "sinkhorn", "cot_gan"));
  EXPECT_EQ(catalogs().default_preset, "wgan_gp");
}

TEST(Catalog, NamesAreUnique) {
  const std::vector<std::string> all = names(all_losses());
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

TEST(Catalog, EveryRowExplainsItself) {
  for (const LossDescription& row : all_losses()) {
    EXPECT_FALSE(row.summary.empty()) << row.name;
    EXPECT_FALSE(row.formula.empty()) << row.name;
    EXPECT_THAT(row.paper,
                testing::ContainsRegex("[12][0-9][0-9][0-9].*(arXiv:[0-9]+\\.[0-9]+|CVPR)"))
        << row.name;
    EXPECT_FALSE(row.equilibrium.empty()) << row.name;
    EXPECT_FALSE(row.watch.empty()) << row.name;
    for (const Field& field : row.options.fields) {
      EXPECT_FALSE(field.help.empty()) << row.name << " " << field.path;
    }
  }
}

TEST(Catalog, DefaultOptionsAreAllowed) {
  for (const LossDescription& row : all_losses()) {
    const auto options = row.options.make();
    ASSERT_NE(options, nullptr) << row.name;
    for (const Field& field : row.options.fields) {
      EXPECT_EQ(check_value(field, field.get(options.get())), std::nullopt)
          << row.name << " " << field.path;
    }
  }
}

TEST(Catalog, DefaultsAreThoseOfThePapers) {
  const auto defaults = [](const auto& rows, const std::string& name) {
    const LossDescription& row = row_named(rows, name).description;
    nlohmann::json values = {{"weight", row.weight}};
    const auto options = row.options.make();
    for (const Field& field : row.options.fields) values[field.path] = field.get(options.get());
    return values;
  };
  using nlohmann::json;
  EXPECT_EQ(defaults(adversarial_catalog(), "lsgan"),
            (json{{"weight", 1.0}, {"a", 0.0}, {"b", 1.0}, {"c", 1.0}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "hinge"), (json{{"weight", 1.0}, {"margin", 1.0}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "kl_forward"),
            (json{{"weight", 1.0}, {"textbook", false}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "fgan_kl"),
            (json{{"weight", 1.0}, {"alternative", false}}));
  EXPECT_EQ(defaults(term_catalog(), "gradient_penalty"),
            (json{{"weight", 10.0}, {"center", 1.0}}));
  EXPECT_EQ(defaults(term_catalog(), "r1"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "r2"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "lipschitz_penalty"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "max_gradient_penalty"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "zero_centered_gp"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "dragan"),
            (json{{"weight", 10.0}, {"center", 1.0}, {"spread", 0.5}}));
  EXPECT_EQ(defaults(term_catalog(), "lipschitz_fd"), (json{{"weight", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "r1_fd"), (json{{"weight", 10.0}, {"step", 0.01}}));
  EXPECT_EQ(defaults(term_catalog(), "feature_matching"),
            (json{{"weight", 1.0}, {"p", 2}, {"unbiased", false}}));
  EXPECT_EQ(defaults(term_catalog(), "statistic_matching"),
            (json{{"weight", 1.0}, {"p", 1}, {"lags", 0}}));
  EXPECT_EQ(defaults(term_catalog(), "pulling_away"), (json{{"weight", 0.1}}));
  EXPECT_EQ(defaults(term_catalog(), "kl_gaussian"), (json{{"weight", 1.0}, {"space", "data"}}));
  EXPECT_EQ(defaults(term_catalog(), "energy_distance"),
            (json{{"weight", 1.0}, {"space", "data"}}));
  EXPECT_EQ(defaults(term_catalog(), "mmd"),
            (json{{"weight", 1.0}, {"bandwidth", 0.0}, {"kernels", 5}, {"space", "data"}}));
  EXPECT_EQ(defaults(term_catalog(), "drift"), (json{{"weight", 1e-3}}));
  EXPECT_EQ(defaults(term_catalog(), "lecam"), (json{{"weight", 0.3}, {"decay", 0.99}}));
  EXPECT_EQ(defaults(term_catalog(), "historical_average"),
            (json{{"weight", 1e-3}, {"side", "both"}}));
  EXPECT_EQ(defaults(term_catalog(), "orthogonal"), (json{{"weight", 1e-4}}));
  EXPECT_EQ(defaults(term_catalog(), "label_smoothing"), (json{{"weight", 1.0}, {"alpha", 0.9}}));
  EXPECT_EQ(defaults(term_catalog(), "weight_clip"),
            (json{{"weight", 1.0}, {"c", 0.01}, {"exempt_biases", false}}));

  EXPECT_EQ(defaults(adversarial_catalog(), "ebgan"), (json{{"weight", 1.0}, {"margin", 1.0}}));
  EXPECT_EQ(
      defaults(adversarial_catalog(), "loss_sensitive"),
      (json{
          {"weight", 1.0}, {"real_part", 1.0}, {"lambda", 1.0}, {"margin", 1.0}, {"slope", 0.0}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "multi_hinge"),
            (json{{"weight", 1.0}, {"generator", 0.05}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "realness"), (json{{"weight", 1.0},
                                                               {"outcomes", 10},
                                                               {"anchors", "skewed"},
                                                               {"skew", 5.0},
                                                               {"generator", "difference"}}));
  EXPECT_EQ(defaults(adversarial_catalog(), "sphere"),
            (json{{"weight", 1.0}, {"dimensions", 16}, {"moments", 3}}));
  EXPECT_EQ(defaults(term_catalog(), "began"),
            (json{{"weight", 1.0}, {"gamma", 0.5}, {"rate", 1e-3}}));
  EXPECT_EQ(defaults(term_catalog(), "fisher"), (json{{"weight", 1.0}, {"rho", 1e-6}}));
  EXPECT_EQ(defaults(term_catalog(), "match_aware"), (json{{"weight", 1.0}}));
  EXPECT_EQ(defaults(term_catalog(), "aux_classifier"),
            (json{{"weight", 1.0}, {"on_fakes", false}}));
  EXPECT_EQ(defaults(term_catalog(), "twin_aux_classifier"),
            (json{{"weight", 1.0}, {"on_fakes", false}, {"twin", 1.0}}));
  EXPECT_EQ(defaults(term_catalog(), "adc"), (json{{"weight", 1.0}}));
  EXPECT_EQ(defaults(term_catalog(), "contrastive_2c"),
            (json{{"weight", 1.0}, {"temperature", 1.0}, {"dimensions", 32}}));
  EXPECT_EQ(defaults(term_catalog(), "d2d_ce"),
            (json{{"weight", 0.5}, {"temperature", 0.5}, {"margin", 0.98}, {"dimensions", 32}}));
  EXPECT_EQ(defaults(term_catalog(), "path_length"), (json{{"weight", 2.0}, {"rate", 0.01}}));
  EXPECT_EQ(defaults(term_catalog(), "self_supervised"),
            (json{{"weight", 1.0}, {"generator", 0.2}}));
  EXPECT_EQ(defaults(term_catalog(), "consistency"),
            (json{{"weight", 10.0}, {"scale", 0.1}, {"jitter", 0.03}}));
  EXPECT_EQ(
      defaults(term_catalog(), "balanced_consistency"),
      (json{{"weight", 1.0}, {"real", 10.0}, {"fake", 10.0}, {"scale", 0.1}, {"jitter", 0.03}}));
  EXPECT_EQ(defaults(term_catalog(), "latent_consistency"), (json{{"weight", 1.0},
                                                                  {"radius", 0.05},
                                                                  {"discriminator", 20.0},
                                                                  {"generator", 0.5},
                                                                  {"cap", 2.0}}));
  EXPECT_EQ(defaults(term_catalog(), "consistency_term"),
            (json{{"weight", 2.0}, {"features", 0.1}, {"margin", 0.0}}));
  EXPECT_EQ(
      defaults(term_catalog(), "mutual_information"),
      (json{{"weight", 1.0}, {"categorical", 1.0}, {"continuous", 0.1}, {"q_trunk", "shared"}}));
  EXPECT_EQ(defaults(term_catalog(), "reconstruction"), (json{{"weight", 1.0},
                                                              {"pairing", "encoder"},
                                                              {"space", "data"},
                                                              {"reduction", "sum"},
                                                              {"p", 2},
                                                              {"sigma", 1.0},
                                                              {"allow_degenerate", false}}));
  EXPECT_EQ(defaults(term_catalog(), "kl_latent"), (json{{"weight", 1.0}, {"free_bits", 0.0}}));
  EXPECT_EQ(defaults(term_catalog(), "mode_regularized"),
            (json{{"weight", 1.0}, {"distance", 0.2}, {"realism", 0.4}}));
  EXPECT_EQ(defaults(term_catalog(), "mode_seeking"), (json{{"weight", 1.0}, {"cap", 100.0}}));
  EXPECT_EQ(defaults(term_catalog(), "sinkhorn"), (json{{"weight", 1.0},
                                                        {"epsilon", 0.1},
                                                        {"absolute_epsilon", 0.0},
                                                        {"iterations", 100},
                                                        {"space", "data"}}));
  EXPECT_EQ(defaults(term_catalog(), "cot_gan"), (json{{"weight", 1.0},
                                                       {"epsilon", 0.1},
                                                       {"absolute_epsilon", 0.0},
                                                       {"space", "data"},
                                                       {"iterations", 100},
                                                       {"martingale", 10.0},
                                                       {"outputs", 8}}));
  EXPECT_EQ(defaults(term_catalog(), "cramer_gan"),
            (json{{"weight", 1.0}, {"dimensions", 16}, {"penalty", 10.0}}));
  EXPECT_EQ(defaults(term_catalog(), "mmd_gan"),
            (json{{"weight", 1.0}, {"dimensions", 16}, {"penalty", 1.0}}));
  EXPECT_EQ(defaults(term_catalog(), "ot_gan"),
            (json{{"weight", 1.0}, {"dimensions", 16}, {"epsilon", 0.1}, {"iterations", 100}}));
  EXPECT_EQ(defaults(term_catalog(), "sobolev"), (json{{"weight", 1.0}, {"rho", 1e-6}}));
  EXPECT_EQ(defaults(term_catalog(), "sig_w1"),
            (json{{"weight", 1.0}, {"depth", 3}, {"lead_lag", false}, {"space", "data"}}));
  EXPECT_EQ(defaults(term_catalog(), "imle"), (json{{"weight", 1.0}, {"space", "data"}}));
  for (const char* plain : {"mle", "crps_step"}) {
    EXPECT_EQ(defaults(term_catalog(), plain), (json{{"weight", 1.0}})) << plain;
  }
}

TEST(Presets, NameRowsAndSayTheWholeOptimiser) {
  const std::set<std::string> common = {"weight", "every", "type", "start", "stop", "warmup"};
  for (const PresetDescription& preset : catalogs().presets) {
    SCOPED_TRACE(preset.name);
    const nlohmann::json patch = nlohmann::json::parse(preset.patch);
    EXPECT_FALSE(preset.summary.empty());
    const nlohmann::json& objective = patch.at("objective");
    if (!objective.at("adversarial").is_null()) {
      EXPECT_NO_THROW(row_named(adversarial_catalog(), objective.at("adversarial").at("type")));
    }
    for (const auto& [name, term] : objective.at("terms").items()) {
      const std::string type = term.value("type", name);
      const LossDescription& row = row_named(term_catalog(), type).description;
      for (const auto& [key, value] : term.items()) {
        if (common.contains(key)) continue;
        EXPECT_THAT(names_of_fields(row), testing::Contains(key));
      }
    }
    const nlohmann::json& train = patch.at("train");
    EXPECT_TRUE(train.contains("n_critic") && train.contains("grad_clip"));
    for (const char* side : {"generator", "discriminator"}) {
      for (const char* key : {"type", "lr", "beta1", "beta2"}) {
        EXPECT_TRUE(train.at("optim").at(side).contains(key)) << key;
      }
    }
  }
}

TEST(Presets, MakeObjectivesThatTrain) {
  const std::set<std::string> one_sided = {"vae", "mmd", "sinkhorn", "kld_gaussian"};
  for (const PresetDescription& preset : catalogs().presets) {
    const nlohmann::json objective = nlohmann::json::parse(preset.patch).at("objective");
    ObjectiveConfig config;
    if (!objective.at("adversarial").is_null()) {
      config.adversarial = adversarial_config(objective.at("adversarial").at("type"));
    }
    config.g_weight = objective.value("g_weight", 1.0);
    const nlohmann::json& terms = objective.at("terms");
    for (const auto& [name, term] : terms.items()) {
      config.terms[name] = term_config(term.value("type", name), term.value("weight", 1.0), term);
    }
    const Objective made(config);
    EXPECT_TRUE(made.trains(Side::generator)) << preset.name;
    EXPECT_EQ(made.trains(Side::discriminator), !one_sided.contains(preset.name)) << preset.name;
    EXPECT_EQ(made.terms().size(), terms.size()) << preset.name;
  }
}

}  // namespace catalog_test
}  // namespace rnngan
