#include "columns/schema.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

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
  schema.columns[1].integer = true;
  schema.columns[1].margin = 1e-7;
  schema.scaling = Scaling::minmax;
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
  json old = full_schema();
  old["law"] = old["distribution"];
  old.erase("distribution");
  EXPECT_EQ(old.get<Schema>(), full_schema());
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
  refuses("a spread is negative", [](json& j) { j["columns"][0]["sd"] = -1; });
  refuses(".scaling: \"log\" is unknown", [](json& j) { j["scaling"] = "log"; });
  refuses(".labels", [](json& j) { j["labels"] = json::array(); });
  refuses(".distribution[1]: label 2 of 2", [](json& j) { j["distribution"][1][1] = 2; });
  refuses(".distribution[0]: must be an array of 4 numbers",
          [](json& j) { j["distribution"][0].push_back(1); });
  refuses(".distribution[0]: must be a whole number, at least 1",
          [](json& j) { j["distribution"][0][2] = 0; });
  refuses(".distribution: is not sorted",
          [](json& j) { std::swap(j["distribution"][0], j["distribution"][2]); });
  refuses("must be an object", [](json& j) { j = json::array(); });
}

TEST(Schema, WidthsAndLongest) {
  const Schema schema = full_schema();
  EXPECT_EQ(schema.features(), 2);
  EXPECT_EQ(schema.condition_width(), 3);
  EXPECT_EQ(schema.max_length(), 24);
}

TEST(Schema, ScalersByHand) {
  Column wide = column("w", 5, 2, 1, 9);
  EXPECT_EQ(scaler(wide, Scaling::standard).offset, 5);
  EXPECT_EQ(scaler(wide, Scaling::standard).scale, 2);
  EXPECT_EQ(scaler(wide, Scaling::minmax).offset, 1);
  EXPECT_EQ(scaler(wide, Scaling::minmax).scale, 8);
  EXPECT_EQ(scaler(wide, Scaling::none).offset, 0);
  EXPECT_EQ(scaler(wide, Scaling::none).scale, 1);
  wide.margin = 0.5;
  EXPECT_EQ(scaler(wide, Scaling::minmax).scale, 8.5);
  const Column flat = column("f", 3, 0, 3, 3);
  EXPECT_EQ(scaler(flat, Scaling::standard).scale, 1);
  EXPECT_EQ(scaler(flat, Scaling::minmax).scale, 1);
}

Schema steps_schema(Scaling scaling) {
  Schema schema;
  schema.scaling = scaling;
  schema.columns = {column("x", 10, 4, 2, 20), column("n", 3, 2, 0, 7),
                    column("flat", 0.1, 0, 0.1, 0.1)};
  schema.columns[1].integer = true;
  return schema;
}

TEST(Schema, ScaledAndBack) {
  for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none}) {
    const Schema schema = steps_schema(scaling);
    const auto x = torch::tensor({2.0, 0.0, 0.1, 13.7, 5.0, 0.1, 20.0, 7.0, 0.1}, torch::kDouble)
                       .view({1, 3, 3});
    const auto scaled = to_scaled(x, schema);
    EXPECT_EQ(scaled.scalar_type(), torch::kFloat);
    const auto back = to_original(scaled, schema);
    EXPECT_EQ(back.scalar_type(), torch::kDouble);
    EXPECT_TRUE(at::allclose(back, x, 1e-6, 1e-6));
    EXPECT_TRUE(at::equal(back.select(2, 1), x.select(2, 1))) << "whole numbers come back exactly";
    EXPECT_TRUE(at::equal(back.select(2, 2), x.select(2, 2))) << "a constant comes back exactly";
  }
}

TEST(Schema, OriginalIsClampedAndRounded) {
  const Schema schema = steps_schema(Scaling::standard);
  const auto raw = torch::tensor({100.0F, 0.3F, 55.0F, -100.0F, 100.0F, -3.0F}).view({2, 3});
  const auto x = to_original(raw, schema);
  EXPECT_EQ(x[0][0].item<double>(), 20);
  EXPECT_EQ(x[0][1].item<double>(), 4) << "3 + 0.3 * 2 = 3.6";
  EXPECT_EQ(x[0][2].item<double>(), 0.1);
  EXPECT_EQ(x[1][0].item<double>(), 2);
  EXPECT_EQ(x[1][1].item<double>(), 7);
  EXPECT_EQ(x[1][2].item<double>(), 0.1);
}

TEST(Schema, RangeInScaledUnits) {
  const auto range = scaled_range(steps_schema(Scaling::standard));
  EXPECT_TRUE(at::allclose(range.low, torch::tensor({-2.0F, -1.5F, 0.0F})));
  EXPECT_TRUE(at::allclose(range.high, torch::tensor({2.5F, 2.0F, 0.0F})));
}

TEST(Schema, ConditionIsOneHotThenStandardisedStatics) {
  const Schema schema = full_schema();
  const auto condition =
      encode_condition(torch::tensor({1, 0}, torch::kLong),
                       torch::tensor({60.0, 35.0}, torch::kDouble).view({2, 1}), schema);
  EXPECT_TRUE(
      at::equal(condition, torch::tensor({0.0F, 1.0F, 2.0F, 1.0F, 0.0F, -0.5F}).view({2, 3})));
  EXPECT_FALSE(encode_condition({}, {}, steps_schema(Scaling::none)).defined());
  EXPECT_THROW(encode_condition({}, {}, schema), Error);
}

TEST(Schema, WrongWidthIsABug) {
  EXPECT_THROW(to_scaled(torch::zeros({2, 2}, torch::kDouble), steps_schema(Scaling::none)), Error);
}

}  // namespace schema_test
}  // namespace rnngan
