#include "config/field.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/enum_names.h"

namespace rnngan {
namespace field_test {

using nlohmann::json;

struct Sample {
  bool flag = false;
  int64_t count = 0;
  double rate = 0;
  std::string name;
  Header header = Header::yes;
  std::vector<std::string> columns;
};

const Field kFlag = make_field<Sample>(
    "flag", [](auto& s) -> auto& { return s.flag; }, "");
const Field kCount = make_field<Sample>(
    "count", [](auto& s) -> auto& { return s.count; }, at_least(1), "");
const Field kRate = make_field<Sample>(
    "rate", [](auto& s) -> auto& { return s.rate; }, between(0, 1), "");
const Field kName = make_field<Sample>(
    "name", [](auto& s) -> auto& { return s.name; }, "");
const Field kHeader = make_field<Sample>(
                          "header", [](auto& s) -> auto& { return s.header; }, "")
                          .without_choice("auto");
const Field kColumns = make_field<Sample>(
    "columns", [](auto& s) -> auto& { return s.columns; }, "");

TEST(Range, EndsAreInOrOutAsNamed) {
  EXPECT_TRUE(at_least(1).contains(1));
  EXPECT_FALSE(at_least(1).contains(0.99));
  EXPECT_FALSE(greater_than(0).contains(0));
  EXPECT_TRUE(greater_than(0).contains(1e-300));
  EXPECT_TRUE(between(0, 1).contains(0));
  EXPECT_TRUE(between(0, 1).contains(1));
  EXPECT_FALSE(between(0, 1).contains(1.01));
  EXPECT_TRUE(below(0, 1).contains(0));
  EXPECT_FALSE(below(0, 1).contains(1));
  EXPECT_FALSE((Range{0, 1, true, false}).contains(0));
  EXPECT_TRUE((Range{0, 1, true, false}).contains(1));
  EXPECT_TRUE(Range{}.contains(-1e300));
}

TEST(Range, SaysWhatIsAllowed) {
  EXPECT_EQ(at_least(1).text(), "at least 1");
  EXPECT_EQ(greater_than(0).text(), "greater than 0");
  EXPECT_EQ(between(0, 0.5).text(), "from 0 to 0.5");
  EXPECT_EQ(below(0, 1).text(), "at least 0 and less than 1");
  EXPECT_EQ((Range{0, 1, true, false}).text(), "greater than 0 and at most 1");
  EXPECT_EQ((Range{0, 1, true, true}).text(), "greater than 0 and less than 1");
  EXPECT_EQ((Range{std::nullopt, 3, false, false}).text(), "at most 3");
  EXPECT_EQ((Range{std::nullopt, 3, false, true}).text(), "less than 3");
  EXPECT_EQ(Range{}.text(), "");
}

TEST(Field, TypeFollowsFromTheMember) {
  EXPECT_EQ(kFlag.type, FieldType::boolean);
  EXPECT_EQ(kCount.type, FieldType::integer);
  EXPECT_EQ(kRate.type, FieldType::number);
  EXPECT_EQ(kName.type, FieldType::text);
  EXPECT_EQ(kHeader.type, FieldType::choice);
  EXPECT_EQ(kColumns.type, FieldType::texts);
  EXPECT_EQ(kHeader.choices, (std::vector<std::string>{"yes", "no"}));
  EXPECT_EQ(describe_type(kCount), "whole number, at least 1");
  EXPECT_EQ(describe_type(kHeader), "one of yes, no");
}

TEST(Field, SetsAndGetsItsMember) {
  Sample sample;
  kFlag.set(&sample, true);
  kCount.set(&sample, 7);
  kRate.set(&sample, 1);
  kName.set(&sample, "x");
  kHeader.set(&sample, "no");
  kColumns.set(&sample, json{"a", "b"});
  EXPECT_TRUE(sample.flag);
  EXPECT_EQ(sample.count, 7);
  EXPECT_EQ(sample.rate, 1.0);
  EXPECT_EQ(sample.name, "x");
  EXPECT_EQ(sample.header, Header::no);
  EXPECT_EQ(sample.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kHeader.get(&sample), "no");
  EXPECT_EQ(kColumns.get(&sample), (json{"a", "b"}));
  EXPECT_TRUE(kRate.get(&sample).is_number_float());
}

TEST(CheckValue, IntegersAreNotConverted) {
  EXPECT_EQ(check_value(kCount, 1), std::nullopt);
  EXPECT_EQ(check_value(kCount, 1'000'000'000'000), std::nullopt);
  EXPECT_EQ(check_value(kCount, 1'000'000'000'001),
            "1000000000001 is out of range (at least 1, at most 1000000000000)");
  EXPECT_EQ(check_value(kCount, 1.9), "1.9 is not a whole number (at least 1)");
  EXPECT_EQ(check_value(kCount, 1e3), "1000.0 is not written as a whole number (write 1000)");
  EXPECT_EQ(check_value(kCount, -1), "-1 is out of range (at least 1)");
  EXPECT_EQ(check_value(kCount, 0), "0 is out of range (at least 1)");
  EXPECT_EQ(check_value(kCount, true), "true is not a whole number (at least 1)");
  EXPECT_EQ(check_value(kCount, "64"), "\"64\" is not a whole number (at least 1)");
  EXPECT_EQ(check_value(kCount, std::numeric_limits<uint64_t>::max()),
            "18446744073709551615 is out of range (at least 1, at most 1000000000000)");
  EXPECT_EQ(check_value(kCount, 1e30), "1e+30 is out of range (at least 1, at most 1000000000000)");
  EXPECT_EQ(check_value(kCount, -1e30), "-1e+30 is out of range (at least 1)");
}

TEST(CheckValue, NumbersAreFiniteAndInRange) {
  EXPECT_EQ(check_value(kRate, 1), std::nullopt);
  EXPECT_EQ(check_value(kRate, 0.5), std::nullopt);
  EXPECT_EQ(check_value(kRate, 1.5), "1.5 is out of range (from 0 to 1)");
  EXPECT_EQ(check_value(kRate, false), "false is not a number (from 0 to 1)");
  EXPECT_EQ(check_value(kRate, "0.5"), "\"0.5\" is not a number (from 0 to 1)");
  EXPECT_NE(check_value(kRate, std::nan("")), std::nullopt);
  EXPECT_NE(check_value(kRate, HUGE_VAL), std::nullopt);
}

TEST(CheckValue, OtherTypesAreNotConvertedEither) {
  EXPECT_EQ(check_value(kFlag, false), std::nullopt);
  EXPECT_EQ(check_value(kFlag, 1), "1 is not true or false");
  EXPECT_EQ(check_value(kName, ""), std::nullopt);
  EXPECT_EQ(check_value(kName, 5), "5 is not text");
  EXPECT_EQ(check_value(kHeader, "yes"), std::nullopt);
  EXPECT_EQ(check_value(kHeader, "auto"), "\"auto\" is not one of yes, no");
  EXPECT_EQ(check_value(kHeader, 0), "0 is not one of yes, no");
  EXPECT_EQ(check_value(kColumns, json::array()), std::nullopt);
  EXPECT_EQ(check_value(kColumns, (json{"a", 1})), "[\"a\",1] is not a list of texts");
  EXPECT_EQ(check_value(kColumns, "a"), "\"a\" is not a list of texts");
}

TEST(ValueHint, SaysWhatToWriteInstead) {
  EXPECT_EQ(value_hint(kHeader, "yess"), "did you mean yes?");
  EXPECT_EQ(value_hint(kCount, "64"), "write it without quotes: 64");
  EXPECT_EQ(value_hint(kCount, "0"), "");  // out of range without quotes too
  EXPECT_EQ(value_hint(kFlag, "true"), "write it without quotes: true");
  EXPECT_EQ(value_hint(kName, 5), "put it in quotes: \"5\"");
  EXPECT_EQ(value_hint(kColumns, "a"), "put it in brackets: [\"a\"]");
  for (const auto& unquoted : {nlohmann::json("[a]"), nlohmann::json(-999), nlohmann::json({-999})})
    EXPECT_THAT(value_hint(kColumns, unquoted), ::testing::HasSubstr("stand in quotes"));
}

struct Leaf {
  std::optional<Header> header;
  std::optional<std::vector<double>> values;
};

struct Tree {
  std::map<std::string, Leaf> leaves;
};

TEST(Field, AMapHasTheFieldsOfItsEntriesUnderAnyName) {
  const Field map = make_map_field<Tree, Leaf>(
      "leaves", [](auto& t) -> auto& { return t.leaves; },
      {make_field<Leaf>(
           "header", [](auto& l) -> auto& { return l.header; }, ""),
       make_field<Leaf>(
           "values", [](auto& l) -> auto& { return l.values; }, "")},
      "");
  EXPECT_EQ(map.entries[1].type, FieldType::numbers);
  Tree tree;
  EXPECT_EQ(map.get(&tree), json::object());
  const json value = {{"a", {{"header", "no"}}}, {"b", {{"values", {1, 2.5}}}}};
  map.set(&tree, value);
  EXPECT_EQ(tree.leaves.at("a").header, Header::no);
  EXPECT_FALSE(tree.leaves.at("a").values);
  EXPECT_EQ(map.get(&tree), value);
  EXPECT_EQ(check_value(map.entries[1], (json{1, "x"})), "[1,\"x\"] is not a list of numbers");
  EXPECT_EQ(value_hint(map.entries[1], 5), "put it in brackets: [5]");
}

TEST(ShortText, CutsBetweenCharactersAndNeverThrows) {
  EXPECT_EQ(short_text(json{{"a", 1}}), "{\"a\":1}");
  EXPECT_EQ(short_text(std::string(100, 'x')), "\"" + std::string(59, 'x') + "...");
  const std::string cut = short_text(std::string(58, 'x') + "\u20ac" + "y");
  EXPECT_EQ(cut, "\"" + std::string(58, 'x') + "...");
  EXPECT_EQ(short_text("a\xff"), "\"a\uFFFD\"");
}

}  // namespace field_test
}  // namespace rnngan
