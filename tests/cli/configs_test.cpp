// Every config that the project ships passes its check and trains.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace configs_test {

const fs::path kConfigs = fs::path(RNNGAN_SOURCE_DIR) / "configs";

/// "eustockmarkets.json", "presets/bce.json", ...
std::vector<std::string> shipped_configs() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(kConfigs)) {
    if (entry.path().extension() != ".json") continue;
    const std::string file = entry.path().lexically_relative(kConfigs).generic_string();
    if (!file.starts_with("compare/")) files.push_back(file);  // those are no configs of a run
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_preset(const std::string& file) {
  return file.starts_with("presets/");
}

/// The small networks of these runs: one file per preset is many.
Words small(const std::string& file) {
  Words words = {"--set", "train.steps=2", "--set", "train.batch=8", "--threads", "1"};
  if (!is_preset(file)) return words;
  for (const char* change : {"model.generator.hidden=4", "model.generator.noise_step=2",
                             "model.generator.noise_global=2", "model.discriminator.hidden=4",
                             "model.discriminator.head=4", "train.sample.count=1"}) {
    words.insert(words.end(), {"--set", change});
  }
  return words;
}

/// stock.json asks for a file that is fetched: here one of its columns, made up. The data of others
/// are made by the program.
Words data_for(const std::string& file, const fs::path& folder) {
  for (const std::string made : {"weather", "mixed", "weather_like", "vowels_like"}) {
    if (file != made + ".json") continue;
    const std::string data = (folder / (made + ".csv")).string();
    EXPECT_EQ(run_program({{"data", "make", made, "-n", "60", "--out", data}, folder}).code, 0);
    return {"--set", "data.path=" + data};
  }
  if (file != "stock.json") return {};
  std::ofstream csv(folder / "stock.csv");
  csv << "Open,High,Low,Close,Adj_Close,Volume\n";
  for (int day = 0; day < 60; ++day) {
    const int price = 50 + day * 7 % 11;
    csv << price << ',' << price + 2 << ',' << price - 2 << ',' << price + 1 << ',' << price + 1
        << ',' << 1000 + day * 13 % 700 << '\n';
  }
  return {"--set", "data.path=" + (folder / "stock.csv").string()};
}

class ShippedConfig : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedConfig, ChecksAndTrains) {
  const std::string& file = GetParam();
  const TemporaryFolder folder;
  const Words data = data_for(file, folder.path());
  if (!is_preset(file)) {
    Words check = {"config", "check", "--config", "configs/" + file};
    check.insert(check.end(), data.begin(), data.end());
    const Outcome checked = run_program({check, RNNGAN_SOURCE_DIR});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_EQ(first_line(checked.out), "configs/" + file + ": ok");
  }
  const std::string run = (folder.path() / "run").string();
  Words train = {"train", "--config", "configs/" + file, "--out", run, "-q"};
  const Words changes = small(file);
  train.insert(train.end(), changes.begin(), changes.end());
  train.insert(train.end(), data.begin(), data.end());
  const Outcome trained = run_program({train, RNNGAN_SOURCE_DIR});
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

/// The names of the first group of `rnngan losses`.
std::set<std::string> preset_names() {
  const Outcome list = run_program({{"losses"}, RNNGAN_SOURCE_DIR});
  EXPECT_EQ(list.code, 0) << list.err;
  const auto lines = lines_of(list.out);
  EXPECT_TRUE(!lines.empty() && lines[0].starts_with("presets"));
  std::set<std::string> names;
  for (size_t i = 1; i < lines.size() && !lines[i].empty(); ++i) {
    const std::string name = lines[i].substr(2, lines[i].find(' ', 2) - 2);
    if (!name.empty()) names.insert(name);
  }
  return names;
}

TEST(PresetConfigs, ThereIsOneFilePerPreset) {
  std::set<std::string> files;
  for (const auto& file : shipped_configs()) {
    if (is_preset(file)) files.insert(fs::path(file).stem().string());
  }
  EXPECT_EQ(files, preset_names());
}

TEST(PresetConfigs, AreShortAndNameTheirPreset) {
  for (const auto& file : shipped_configs()) {
    if (!is_preset(file)) continue;
    const auto config = nlohmann::json::parse(read_text(kConfigs / file));
    EXPECT_EQ(config.size(), 2U) << file;
    EXPECT_TRUE(config.contains("extends")) << file;
    EXPECT_EQ(config.at("objective"), fs::path(file).stem().string());
  }
}

}  // namespace configs_test
}  // namespace rnngan::cli_testing
