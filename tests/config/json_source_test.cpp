#include "support.h"

namespace rnngan {
namespace json_source_test {

using nlohmann::json;

std::vector<Problem> parse_problems(const std::string& text) {
  return testing::problems_of([&] { parse_json(text, "x.json"); });
}

std::string message(const std::string& text) {
  const auto all = parse_problems(text);
  EXPECT_EQ(all.size(), 1U) << text;
  return all.empty() ? "" : all.front().message();
}

TEST(ParseJson, ReadsValuesCommentsAndAByteOrderMark) {
  EXPECT_EQ(parse_json("// first\n{\"a\": [1, 2.5, null], // then\n \"b\": {\"a\": \"//\"}}", "x"),
            (json{{"a", {1, 2.5, nullptr}}, {"b", {{"a", "//"}}}}));
  EXPECT_EQ(parse_json("\xEF\xBB\xBF{}", "x"), json::object());
  EXPECT_EQ(parse_json("5", "x"), 5);
}

TEST(ParseJson, SameKeyInDifferentObjectsIsNoDuplicate) {
  EXPECT_NO_THROW(parse_json(R"({"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 2}]})", "x"));
}

TEST(ParseJson, DuplicateKeysAreRefusedWithTheirPlaces) {
  EXPECT_EQ(message("{\n  \"a\": {\"b\": 1,\n    \"b\": 2}\n}"),
            "x.json:3:5: duplicate key \"b\" (first on line 2)");
  EXPECT_EQ(message("{\"b\": {\"c\": [1, {\"d\": 1}]}, \"b\": 3}"),
            "x.json:1:29: duplicate key \"b\" (first on line 1)");
  // The same key in two spellings.
  EXPECT_THAT(message("{\"a\": 1, \"\\u0061\": 2}"),
              ::testing::StartsWith("x.json:1:10: duplicate"));
  EXPECT_THAT(message("{\"q\\\"\": 1, \"q\\\"\": 2}"),
              ::testing::StartsWith("x.json:1:12: duplicate"));
}

TEST(ParseJson, AllDuplicatesAreReported) {
  EXPECT_EQ(parse_problems("{\"a\":1,\"a\":2,\"b\":1,\"b\":2}").size(), 2U);
}

TEST(ParseJson, SyntaxErrorsNameLineAndColumn) {
  EXPECT_THAT(message("{\n  \"a\": tru\n}"), ::testing::StartsWith("x.json:2:11: "));
  EXPECT_THAT(message("{\"a\": 1"), ::testing::StartsWith("x.json:1:8: "));
  EXPECT_THAT(message("{\"a\": 1 \"long\": 2}"), ::testing::StartsWith("x.json:1:9: "));
  EXPECT_THAT(message("{\"a\": 1 234}"), ::testing::StartsWith("x.json:1:9: "));
  EXPECT_THAT(message("{a: 1}"), ::testing::StartsWith("x.json:1:2: "));
  EXPECT_THAT(message("{} 1"), ::testing::StartsWith("x.json:1:4: "));
  EXPECT_THAT(message("[1, 1e999]"), ::testing::StartsWith("x.json:1:5: number overflow"));
  EXPECT_THAT(message("[NaN]"), ::testing::StartsWith("x.json:1:2: "));
  EXPECT_THAT(message("{\"a\": tru}"), ::testing::Not(::testing::HasSubstr("last read")));
}

TEST(ParseJson, EmptyTextIsItsOwnError) {
  EXPECT_EQ(message(""), "x.json:1:1: the document is empty");
  EXPECT_EQ(message(" \n "), "x.json:1:1: the document is empty");
}

TEST(ParseJson, TrailingCommaHasAHint) {
  EXPECT_EQ(parse_problems("{\"a\": 1,\n}").front().hint, "remove the comma before }");
  EXPECT_EQ(parse_problems("[1, ]").front().hint, "remove the comma before ]");
  EXPECT_EQ(parse_problems("[1 }").front().hint, "");
}

TEST(ParseJson, BottomlessNestingIsRefused) {
  EXPECT_NO_THROW(parse_json(std::string(60, '[') + std::string(60, ']'), "x"));
  EXPECT_THAT(message(std::string(100000, '[')), ::testing::HasSubstr("levels deep"));
}

}  // namespace json_source_test
}  // namespace rnngan
