#include "config/option_rows.h"

#include <algorithm>
#include <set>

#include "config/support.h"

namespace rnngan {
namespace option_rows_test {

const Field* field_at(const std::string& key) {
  const FieldTable& fields = run_fields();
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.path == key; });
  return found == fields.end() ? nullptr : &*found;
}

TEST(OptionRows, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const OptionRow& row : option_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

TEST(OptionRows, ExplainThemselves) {
  for (const OptionRow& row : option_rows()) {
    EXPECT_FALSE(row.summary.empty()) << row.name;
    EXPECT_FALSE(row.formula.empty()) << row.name;
    EXPECT_THAT(row.paper, ::testing::ContainsRegex("[12][0-9][0-9][0-9]")) << row.name;
    EXPECT_FALSE(row.watch.empty()) << row.name;
    EXPECT_FALSE(row.settings.empty()) << row.name;
  }
}

TEST(OptionRows, NameKeysOfAConfig) {
  for (const OptionRow& row : option_rows()) {
    for (const auto& [key, value] : row.settings) {
      EXPECT_NE(field_at(key), nullptr) << row.name << ": " << key;
    }
  }
}

// What a row says to paste is a config that passes its check and holds these values.
TEST(OptionRows, CanBePasted) {
  for (const OptionRow& row : option_rows()) {
    if (row.name == "pretrain") continue;  // wants a term that the small catalog does not have
    std::vector<std::string> sets;
    for (const auto& [key, value] : row.settings) sets.push_back(key + "=" + value);
    const RunConfig config = testing::resolve(R"({"objective": "plain"})", sets).config;
    for (const auto& [key, value] : row.settings) {
      const nlohmann::json held = field_at(key)->get(&config);
      if (held.is_number()) {
        EXPECT_EQ(held.get<double>(), std::stod(value)) << row.name << ": " << key;
      } else {
        EXPECT_EQ(held.is_string() ? held.get<std::string>() : held.dump(), value) << key;
      }
    }
  }
}

}  // namespace option_rows_test
}  // namespace rnngan
