// Every config that the project ships passes its check and trains.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace {

std::vector<std::string> shipped_configs() {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(RNNGAN_SOURCE_DIR) / "configs")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().filename().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ShippedConfig : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedConfig, ChecksAndTrains) {
  const std::string file = "configs/" + GetParam();
  const Outcome checked = run_program({{"config", "check", "--config", file}, RNNGAN_SOURCE_DIR});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(first_line(checked.out), file + ": ok");
  const TemporaryFolder folder;
  const std::string run = (folder.path() / "run").string();
  const Outcome trained = run_program(
      {{"train", "--config", file, "--set", "train.steps=2", "--threads", "1", "--out", run, "-q"},
       RNNGAN_SOURCE_DIR});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(fs::exists(fs::path(run) / "checkpoints" / "2.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(
    Files, ShippedConfig, ::testing::ValuesIn(shipped_configs()), [](const auto& test) {
      std::string name = test.param.substr(0, test.param.find('.'));
      std::replace_if(
          name.begin(), name.end(),
          [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
      return name;
    });

}  // namespace
}  // namespace rnngan::cli_testing
