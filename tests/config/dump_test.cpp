// Complete documents: every key, and nothing changes when one is read again.
#include <set>

#include "config/layers.h"
#include "support.h"

namespace rnngan {
namespace dump_test {

using nlohmann::json;
using testing::resolve;
using testing::small_catalogs;

const json& at_path(const json& document, const std::string& path) {
  const json* node = &document;
  for (const auto& part : split_path(path)) node = &node->at(part);
  return *node;
}

/// A valid value of the field other than `value`.
json another_value(const Field& field, const json& value) {
  switch (field.type) {
    case FieldType::boolean:
      return !value.get<bool>();
    case FieldType::integer:
      return value.get<int64_t>() + 1;
    case FieldType::size:
      return 48;
    case FieldType::number:
      return value.get<double>() == 0.25 ? 0.125 : 0.25;
    case FieldType::choice:
      return value == field.choices.front() ? field.choices[1] : field.choices.front();
    case FieldType::texts:
    case FieldType::names:
      return json{"x", "y"};
    case FieldType::numbers:
      return json{1, 2};
    case FieldType::map:
      return json{{"a.b", {{field.entries[0].path, field.entries[0].choices[0]}}}};
    case FieldType::text:
      break;
  }
  if (field.path == "data.delimiter") return ";";
  if (field.path == "train.device") return "cpu";
  return "z";
}

TEST(Fields, EachOneIsSetAndShownAloneUnderItsPath) {
  // Allows every key: a condition, a term to pretrain with, a change for the target to lead.
  const std::string base =
      R"({"data": {"label": "k"}, "model": {"generator": {"autoregressive": true}},
          "objective": {"preset": "plain", "terms": {"forced": {}}},
          "train": {"augment": {"scale": 0.5}}})";
  const json defaults = resolve(base).document;
  for (const auto& field : run_fields()) {
    json value = another_value(field, at_path(defaults, field.path));
    if (field.path == "data.compat") continue;  // implies other keys: Timegan.*
    const std::string set = field.path + "=" + value.dump();
    if (field.path == "model.generator.autoregressive") continue;  // what the term needs
    const json changed = resolve(base, {set}).document;
    EXPECT_EQ(at_path(changed, field.path), value) << set;
    const std::string path = field.type == FieldType::map ? field.path + ".\"a.b\"" : field.path;
    EXPECT_EQ(differing_keys(defaults, changed), std::vector<std::string>{path});
  }
}

TEST(Fields, PathsAreUniqueAndHaveHelp) {
  std::set<std::string> paths;
  for (const auto& field : run_fields()) {
    EXPECT_TRUE(paths.insert(field.path).second) << field.path;
    EXPECT_GT(field.help.size(), 10U) << field.path;
    EXPECT_EQ(field.help.find('\n'), std::string::npos) << field.path;
  }
}

TEST(Fields, DefaultsPassTheirOwnChecks) {
  const RunConfig defaults;
  for (const auto& field : run_fields()) {
    EXPECT_EQ(check_value(field, field.get(&defaults)), std::nullopt) << field.path;
  }
}

TEST(Document, IsCompleteWithPresetTermsAndOptions) {
  const json document = resolve("{}").document;
  for (const auto& field : run_fields()) EXPECT_NO_THROW(at_path(document, field.path));
  EXPECT_EQ(document["objective"],
            (json{{"preset", "hinge_r1"},
                  {"adversarial", {{"type", "hinge"}, {"margin", 2.0}, {"symmetric", false}}},
                  {"g_weight", 1.0},
                  {"terms",
                   {{"r1",
                     {{"type", "r1"},
                      {"weight", 10.0},
                      {"every", 1},
                      {"start", 0},
                      {"stop", 0},
                      {"warmup", 0},
                      {"points", 3}}}}}}));
}

TEST(Document, SaysWhichTermsOfThePresetWereRemoved) {
  const json document = resolve("{}", {"objective.terms.r1=null"}).document;
  EXPECT_EQ(document["objective"]["terms"], (json{{"r1", nullptr}}));
}

TEST(Document, ReadAgainIsTheSame) {
  const std::vector<std::vector<std::string>> variants = {
      {},
      {"objective=plain", "train.batch=7"},
      {"objective.terms.r1=null", "objective.terms.mmd={}"},
      {"objective.terms=null"},
      {"objective.adversarial=null"},
      {"objective={\"adversarial\": {\"type\": \"hinge\", \"margin\": 3}}"},
      {"objective={\"adversarial\": null, \"terms\": {\"a\": {\"type\": \"mmd\", \"weight\": "
       "0.1}}}"},
      {"objective.adversarial.type=bce", "objective.terms.r1.type=mmd"},
      {"data.compat=timegan"},
      {"data.delimiter=\\t", "data.columns=[\"a\"]", "data.static=[\"b\"]"},
      {"train.optim.generator.lr=0.001", "train.n_critic=1"},  // what the preset says otherwise
  };
  for (const auto& sets : variants) {
    const json once = resolve("{}", sets).document;
    const auto twice = resolve_config(once, {}, small_catalogs(), "again");
    EXPECT_EQ(once, twice.document) << once.dump();
    EXPECT_EQ(dump_config(twice.config, small_catalogs()), once);
    // ... and from its text.
    EXPECT_EQ(resolve(print_document(once)).document, once);
  }
}

TEST(Document, OfAConfigMadeInCodeHasDefaultOptions) {
  RunConfig config;
  config.objective.adversarial.type = "hinge";
  config.objective.terms["r1"].type = "r1";
  const json document = dump_config(config, small_catalogs());
  EXPECT_EQ(document["objective"]["adversarial"]["margin"], 1.0);
  EXPECT_EQ(document["objective"]["terms"]["r1"]["points"], 3);
}

TEST(PrintDocument, KeysStandInTheOrderOfTheTables) {
  const std::string text = print_document(resolve("{}").document);
  size_t last = 0;
  for (const char* key : {"\"data\"", "\"path\"", "\"window\"", "\"model\"", "\"objective\"",
                          "\"preset\"", "\"adversarial\"", "\"type\"", "\"g_weight\"", "\"terms\"",
                          "\"train\"", "\"steps\"", "\"batch\"", "\"sample\""}) {
    const size_t at = text.find(key, last);
    ASSERT_NE(at, std::string::npos) << key;
    last = at;
  }
}

TEST(DifferingKeys, NamesTheDeepestPaths) {
  const json a = resolve("{}").document;
  const json b = resolve("{}", {"train.batch=32", "objective.terms.r1=null",
                                "objective.terms.mmd={}", "data.columns=[\"x\"]"})
                     .document;
  EXPECT_EQ(differing_keys(a, a), std::vector<std::string>{});
  EXPECT_THAT(differing_keys(a, b),
              ::testing::UnorderedElementsAre("data.columns", "objective.terms.mmd",
                                              "objective.terms.r1", "train.batch"));
  EXPECT_EQ(differing_keys({{"a", nullptr}}, json::object()), std::vector<std::string>{"a"});
  EXPECT_EQ(differing_keys({{"a", 1}}, {{"a", 1.0}}), std::vector<std::string>{});
}

}  // namespace dump_test
}  // namespace rnngan
