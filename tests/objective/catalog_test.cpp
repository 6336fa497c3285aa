#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "objective/fake_context.h"

namespace rnngan {
namespace catalog_test {

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

// A row brings a value that was worked out by hand: TEST(Golden, NAME) in the test of its file.
TEST(Catalog, EveryRowHasAGoldenTest) {
  std::vector<std::string> tests;
  const testing::UnitTest& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *program.GetTestSuite(i);
    if (suite.name() != std::string("Golden")) continue;
    for (int j = 0; j < suite.total_test_count(); ++j)
      tests.emplace_back(suite.GetTestInfo(j)->name());
  }
  EXPECT_THAT(tests, testing::UnorderedElementsAreArray(names(all_losses())));
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

TEST(Presets, HaveADefault) {
  EXPECT_THAT(names(catalogs().presets), testing::Contains(catalogs().default_preset));
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
    EXPECT_EQ(made.terms().size(), terms.size()) << preset.name;
  }
}

}  // namespace catalog_test
}  // namespace rnngan
