#include "columns/schema.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "columns/layout.h"
#include "core/error.h"

namespace rnngan {
namespace schema_test {

using nlohmann::json;
using testing::HasSubstr;

Column column(const std::string& name, double mean, double sd, double min, double max) {
  Column result;
  result.name = name;
  result.mean = mean;
  result.sd = sd;
  result.min = min;
  result.max = max;
  return result;
}

Schema full_schema() {
  Schema schema;
  schema.columns = {column("price, \"euro\"", 0.1, 1.0 / 3, -1e300, 5e-324),
                    column("count", 2, 1, 0, 10)};
  schema.columns[0].decimals = 2;
  schema.columns[0].difference_sd = 0.1 + 0.2;
  schema.columns[0].readings = {{0.1, 1.0 / 3, 2}, {0.2, 1.5}};
  schema.columns[0].dead_band = 1.0 / 3;
  schema.columns[1].integer = true;
  schema.columns[1].grid = 1;
  schema.columns[1].atoms = {3};
  schema.columns[1].shares = {0.25};
  schema.columns[1].missing = 0.125;
  for (Column& column : schema.columns) column.codec = affine_codec(column, Scaling::minmax, 1e-7);
  Column state = column("state", 0, 0, 0, 0);
  state.kind = ColumnKind::category;
  state.classes = {"dry", "wet"};
  Column ranked = column("ranked", 0, 1, -1, 1);
  ranked.codec.transform = Scaling::quantile;
  ranked.codec.knots = {-1, 0.1};
  ranked.codec.levels = {-2, 1.0 / 3};
  Column follows = column("follows", 0, 1, 0, 1);
  follows.kind = ColumnKind::derived;
  follows.derivation = {1, 2.5, 0.1, {0, 1}};
  schema.columns.insert(schema.columns.end(), {state, ranked, follows});
  schema.label_name = "class";
  schema.labels = {"a", "b"};
  schema.statics = {column("age", 40, 10, 20, 60)};
  schema.distribution = {{12, 0, {20.1}, 3}, {12, 1, {-0.7}, 1}, {24, 0, {1e17}, 9}};
  return schema;
}

TEST(SchemaJson, RoundTripIsExact) {
  const Schema schema = full_schema();
  const std::string text = json(schema).dump();
  EXPECT_EQ(json::parse(text).get<Schema>(), schema);
}

TEST(SchemaJson, OlderCheckpointsAreRead) {
  const json old = json::parse(R"({"scaling": "minmax", "label": "", "labels": [], "statics": [],
      "columns": [{"name": "n", "integer": true, "decimals": 0, "mean": 3, "sd": 2, "min": 1,
                   "max": 9, "difference_sd": 0.5, "margin": 1e-7},
                  {"name": "flat", "integer": false, "decimals": 1, "mean": 0.1, "sd": 0,
                   "min": 0.1, "max": 0.1, "difference_sd": 0, "margin": 1e-7}],
      "law": [[24, -1, 7]]})");
  const auto schema = old.get<Schema>();
  const Column& n = schema.columns[0];
  EXPECT_EQ(n.kind, ColumnKind::number);
  EXPECT_EQ(n.grid, 1) << "whole numbers were rounded";
  EXPECT_EQ(n.codec.transform, Scaling::minmax);
  EXPECT_EQ(n.codec.offset, 1);
  EXPECT_EQ(n.codec.scale, 8 + 1e-7);
  EXPECT_EQ(n.codec.channel_sd, 2 / (8 + 1e-7));
  EXPECT_EQ(Layout(schema).width(), 2) << "constants had a channel";
  EXPECT_EQ(schema.distribution.at(0).count, 7);
}

TEST(SchemaJson, DamageIsRefused) {
  const json good = full_schema();
  const auto refuses = [&](const std::string& fact, const std::function<void(json&)>& damage) {
    json bad = good;
    damage(bad);
    try {
      bad.get<Schema>();
      ADD_FAILURE() << "accepted: " << fact;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::checkpoint);
      EXPECT_THAT(error.what(), HasSubstr(fact));
    }
  };
  refuses("\"columns\" is missing", [](json& j) { j.erase("columns"); });
  refuses(".columns: is empty", [](json& j) { j["columns"] = json::array(); });
  refuses(".columns[1].mean: must be a finite number",
          [](json& j) { j["columns"][1]["mean"] = "2"; });
  refuses(".columns[0].decimals", [](json& j) { j["columns"][0]["decimals"] = 1.5; });
  refuses(".columns[0].decimals", [](json& j) { j["columns"][0]["decimals"] = 10; });
  refuses(".columns[0]: min is above max", [](json& j) { j["columns"][0]["min"] = 1; });
  refuses(".columns[0].dead_band: is negative", [](json& j) { j["columns"][0]["dead_band"] = -1; });
  refuses(".columns[0].readings: are none",
          [](json& j) { j["columns"][0]["readings"]["bounds"] = {0.2}; });
  refuses(".columns[0].readings: are none", [](json& j) {
    j["columns"][0]["readings"]["values"] = {2, 0.1, 3};
  });
  refuses("a spread is negative", [](json& j) { j["columns"][0]["sd"] = -1; });
  refuses(".columns[0].codec.transform: \"cube\" is unknown",
          [](json& j) { j["columns"][0]["codec"]["transform"] = "cube"; });
  refuses(".columns[0].codec: is no codec", [](json& j) { j["columns"][0]["codec"]["scale"] = 0; });
  refuses(".columns[3].codec: is no codec", [](json& j) {
    j["columns"][3]["codec"]["knots"] = {1, 0};
  });
  refuses(".columns[2].classes: is empty", [](json& j) { j["columns"][2].erase("classes"); });
  refuses(".columns[4].derived.source: is no column",
          [](json& j) { j["columns"][4]["derived"]["source"] = 5; });
  refuses(".columns[4].derived.values: does not fit", [](json& j) {
    j["columns"][4]["derived"]["values"] = {1, 2, 3};
  });
  refuses(".labels", [](json& j) { j["labels"] = json::array(); });
  refuses(".distribution[1]: label 2 of 2", [](json& j) { j["distribution"][1][1] = 2; });
  refuses(".distribution[0]: must be an array of 4 numbers",
          [](json& j) { j["distribution"][0].push_back(1); });
  refuses(".distribution[0]: must be a whole number from 1 to 1000000000000",
          [](json& j) { j["distribution"][0][2] = 0; });
  refuses(".distribution: is not sorted",
          [](json& j) { std::swap(j["distribution"][0], j["distribution"][2]); });
  refuses("must be an object", [](json& j) { j = json::array(); });
}

TEST(Schema, WidthsAndLongest) {
  const Schema schema = full_schema();
  EXPECT_EQ(schema.features(), 5);
  EXPECT_EQ(schema.condition_width(), 3);
  EXPECT_EQ(schema.max_length(), 24);
}

TEST(Schema, AffineCodecsByHand) {
  const Column wide = column("w", 5, 2, 1, 9);
  EXPECT_EQ(affine_codec(wide, Scaling::standard).offset, 5);
  EXPECT_EQ(affine_codec(wide, Scaling::standard).scale, 2);
  EXPECT_EQ(affine_codec(wide, Scaling::standard).channel_sd, 1);
  EXPECT_EQ(affine_codec(wide, Scaling::minmax).offset, 1);
  EXPECT_EQ(affine_codec(wide, Scaling::minmax).scale, 8);
  EXPECT_EQ(affine_codec(wide, Scaling::none).offset, 0);
  EXPECT_EQ(affine_codec(wide, Scaling::none).scale, 1);
  EXPECT_EQ(affine_codec(wide, Scaling::minmax, 0.5).scale, 8.5);
  const Column flat = column("f", 3, 0, 3, 3);
  EXPECT_EQ(affine_codec(flat, Scaling::standard).scale, 1);
  EXPECT_EQ(affine_codec(flat, Scaling::minmax).scale, 1);
}

TEST(Schema, ConditionIsOneHotThenStandardisedStatics) {
  const Schema schema = full_schema();
  const auto condition =
      encode_condition(torch::tensor({1, 0}, torch::kLong),
                       torch::tensor({60.0, 35.0}, torch::kDouble).view({2, 1}), schema);
  EXPECT_TRUE(
      at::equal(condition, torch::tensor({0.0F, 1.0F, 2.0F, 1.0F, 0.0F, -0.5F}).view({2, 3})));
  EXPECT_FALSE(encode_condition({}, {}, Schema()).defined());
  EXPECT_THROW(encode_condition({}, {}, schema), Error);
}

TEST(Schema, TextAttributesAreOneHot) {
  Schema schema;
  Column colour = column("colour", 0, 0, 0, 0);
  colour.classes = {"blue", "red", "white"};
  schema.statics = {colour, column("age", 40, 10, 20, 60)};
  EXPECT_EQ(schema.condition_width(), 4);
  const auto statics = torch::tensor({2.0, 50.0, 0.0, 40.0}, torch::kDouble).view({2, 2});
  EXPECT_TRUE(
      at::equal(encode_condition({}, statics, schema),
                torch::tensor({0.0F, 0.0F, 1.0F, 1.0F, 1.0F, 0.0F, 0.0F, 0.0F}).view({2, 4})));
}

}  // namespace schema_test
}  // namespace rnngan
