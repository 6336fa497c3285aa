// What is generated from the tables for editors and readers.
#include "config/layers.h"
#include "support.h"

namespace rnngan {
namespace schema_test {

using nlohmann::json;
using testing::small_catalogs;

const json& property(const json& schema, const std::string& path) {
  const json* node = &schema;
  for (const auto& part : split_path(path)) node = &node->at("properties").at(part);
  return *node;
}

TEST(Schema, HasEveryFieldWithHelpDefaultAndRange) {
  const json schema = config_schema(small_catalogs());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  const RunConfig defaults;
  for (const auto& field : run_fields()) {
    const json& entry = property(schema, field.path);
    EXPECT_EQ(entry["description"], field.help);
    EXPECT_EQ(entry["default"], field.get(&defaults)) << field.path;
  }
  EXPECT_EQ(property(schema, "train.batch")["minimum"], 1);
  EXPECT_EQ(property(schema, "train.batch")["type"], (json{"integer", "null"}));
  EXPECT_EQ(property(schema, "train.optim.generator.lr")["exclusiveMinimum"], 0.0);
  EXPECT_EQ(property(schema, "train.ema.decay")["exclusiveMaximum"], 1.0);
  EXPECT_EQ(property(schema, "data.scaling")["enum"],
            (json{"auto", "standard", "asinh", "log", "minmax", "quantile", "none", nullptr}));
  EXPECT_EQ(property(schema, "data.columns")["items"]["type"], "string");
  const json& column = property(schema, "data.column")["additionalProperties"]["anyOf"][0];
  EXPECT_EQ(column["additionalProperties"], false);
  EXPECT_EQ(column["properties"]["kind"]["enum"], (json{"number", "category", nullptr}));
  EXPECT_EQ(column["properties"]["atoms"]["items"]["type"], "number");
}

TEST(Schema, RefusesUnknownKeysAtEveryLevel) {
  const json schema = config_schema(small_catalogs());
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(property(schema, "train.optim.generator")["additionalProperties"], false);
  EXPECT_EQ(schema["$defs"]["term_r1"]["additionalProperties"], false);
}

TEST(Schema, TheObjectiveIsAPresetOrAnObject) {
  const json schema = config_schema(small_catalogs());
  const json& choices = property(schema, "objective")["oneOf"];
  EXPECT_EQ(choices[0]["enum"], (json{"hinge_r1", "plain"}));
  EXPECT_EQ(choices[1]["type"], "object");
  for (const char* key : {"preset", "adversarial", "g_weight", "terms"}) {
    EXPECT_TRUE(choices[1]["properties"].contains(key)) << key;
  }
  const json& hinge = schema["$defs"]["adversarial_hinge"]["properties"];
  EXPECT_EQ(hinge["type"]["const"], "hinge");
  EXPECT_EQ(hinge["margin"]["default"], 1.0);
  const json& r1 = schema["$defs"]["term_r1"]["properties"];
  EXPECT_EQ(r1["weight"]["minimum"], 0.0);
  EXPECT_EQ(r1["every"]["default"], 1);
  EXPECT_EQ(r1["points"]["minimum"], 1);
  EXPECT_EQ(choices[1]["properties"]["terms"]["properties"]["r1"]["if"]["required"],
            json::array({"type"}));
}

TEST(Schema, EveryReferenceLeadsSomewhere) {
  const json schema = config_schema(small_catalogs());
  const json flat = schema.flatten();
  int references = 0;
  for (const auto& [path, value] : flat.items()) {
    if (!path.ends_with("/$ref")) continue;
    ++references;
    const std::string target = value.get<std::string>().substr(1);
    EXPECT_TRUE(schema.contains(json::json_pointer(target))) << target;
  }
  EXPECT_GT(references, 8);
}

TEST(Reference, NamesEveryKeyOnce) {
  const std::string markdown = config_reference_markdown();
  const std::string text = config_reference_text();
  for (const auto& field : run_fields()) {
    const std::string row = "\n| `" + field.path + "` | ";
    const size_t at = markdown.find(row);
    ASSERT_NE(at, std::string::npos) << field.path;
    EXPECT_EQ(markdown.find(row, at + 1), std::string::npos);
    EXPECT_NE(text.find("\n  " + field.path + " = "), std::string::npos) << field.path;
  }
  EXPECT_NE(
      markdown.find("| `objective.terms.NAME.weight` | number, at least 0 | the term's own |"),
      std::string::npos);
  EXPECT_NE(markdown.find("| `train.steps` | whole number, at least 1 | `4000` | generator steps"),
            std::string::npos);
}

TEST(Reference, HasATablePerSection) {
  const std::string markdown = config_reference_markdown();
  size_t last = 0;
  for (const char* section : {"## data\n", "## model\n", "## objective\n", "## train\n"}) {
    const size_t at = markdown.find(section, last);
    ASSERT_NE(at, std::string::npos) << section;
    last = at + 1;
  }
}

TEST(Reference, TextFitsATerminal) {
  std::istringstream lines(config_reference_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Need, HasTheNameOfItsEnumerator) {
  EXPECT_EQ(to_string(Need::scalar_score), "scalar_score");
  EXPECT_EQ(to_string(Need::real_in_g), "real_in_g");
}

}  // namespace schema_test
}  // namespace rnngan
