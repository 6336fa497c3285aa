// Configs are found by name, and their data from anywhere.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace find_config_test {

using ::testing::HasSubstr;

TEST_F(Program, FindsAConfigByName) {
  fs::create_directories(path("configs/presets"));
  write("configs/small.json", tiny_config());
  write("configs/presets/own.json", R"({"extends": "../small.json", "objective": "hinge"})");
  EXPECT_THAT(run_well({"config", "check", "--config", "small"}).out,
              HasSubstr("configs/small.json: ok"));
  EXPECT_THAT(run_well({"config", "show", "--config", "presets/own"}).out, HasSubstr("\"hinge\""));
  EXPECT_THAT(run_well({"config", "show", "--config", "presets/own.json"}).out,
              HasSubstr("\"hinge\""));
}

TEST_F(Program, PrefersTheFileThatIsThere) {
  fs::create_directories(path("configs"));
  write("configs/small.json", tiny_config());
  write("small.json", tiny_config({{"objective", "hinge"}}));
  EXPECT_THAT(run_well({"config", "show", "--config", "small.json"}).out, HasSubstr("\"hinge\""));
}

TEST_F(Program, SaysWhereItLookedForAConfig) {
  fs::create_directories(path("configs"));
  write("configs/small.json", tiny_config());
  expect_refusals({
      {{"train", "--config", "smal"},
       3,
       "smal: no such file",
       "did you mean small? looked for smal, configs/smal.json"},
      {{"train", "--config", "./small"}, 3, "./small: no such file", ""},
      {{"compare", "--config", "nothing/like/it"},
       3,
       "nothing/like/it: no such file",
       "looked for nothing/like/it, configs/nothing/like/it.json"},
  });
}

TEST_F(Program, FindsTheDataBesideTheConfigs) {
  fs::create_directories(path("project/configs/presets"));
  fs::create_directories(path("project/data"));
  fs::create_directories(path("data"));
  write("project/configs/presets/small.json",
        tiny_config({{"data", {{"path", "data/series.csv"}}}}));
  write("project/data/series.csv", sine_csv());
  const std::string config = "project/configs/presets/small.json";
  EXPECT_THAT(run_well({"config", "check", "--config", config}).out,
              HasSubstr((folder() / "project/data/series.csv").string()));
  write("data/series.csv", sine_csv(20));  // that of the working directory comes first
  EXPECT_THAT(run_well({"config", "show", "--config", config}).out,
              HasSubstr("\"path\": \"data/series.csv\""));
}

}  // namespace find_config_test
}  // namespace rnngan::cli_testing
