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

/// A file of whole numbers, 200 rows below a header; a column called date has hours.
std::string made_up(const fs::path& file, const Words& columns) {
  std::ofstream csv(file);
  for (size_t j = 0; j < columns.size(); ++j) csv << (j > 0 ? "," : "") << columns[j];
  for (int row = 0; row < 200; ++row) {
    csv << '\n';
    for (size_t j = 0; j < columns.size(); ++j) {
      if (j > 0) csv << ',';
      if (columns[j] == "date") {
        csv << fmt::format("2016-07-{:02} {:02}:00:00", 1 + row / 24, row % 24);
      } else {
        csv << 50 + row * (7 + 2 * j) % (11 + j);
      }
    }
  }
  csv << '\n';
  return file.string();
}

/// Some ask for a file that is fetched: here one of its columns, made up. The data of others are
/// made by the program.
Words data_for(const std::string& file, const fs::path& folder) {
  const std::string name = fs::path(file).stem().string();
  const std::string data = (folder / "data.csv").string();
  const std::map<std::string, std::string> recipes = {{"weather", "weather"},
                                                      {"mixed", "mixed"},
                                                      {"weather_like", "weather_like"},
                                                      {"vowels_like", "vowels_like"},
                                                      {"sines", "sine_timegan"}};
  if (const auto found = recipes.find(name); found != recipes.end()) {
    const Outcome made =
        run_program({{"data", "make", found->second, "-n", "60", "--out", data}, folder});
    EXPECT_EQ(made.code, 0) << made.err;
    return {"--set", "data.path=" + data};
  }
  if (name == "stock") {
    return {"--set",
            "data.path=" + made_up(data, {"Open", "High", "Low", "Close", "Adj_Close", "Volume"})};
  }
  if (name == "etth1") {
    return {"--set", "data.path=" + made_up(data, {"date", "HUFL", "HULL", "MUFL", "MULL", "LUFL",
                                                   "LULL", "OT"})};
  }
  if (!name.starts_with("energy")) return {};
  Words sensors;
  for (int i = 1; i <= 28; ++i) sensors.push_back(fmt::format("sensor_{}", i));
  return {"--set", "data.path=" + made_up(data, sensors)};
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
  if (file.find('/') != std::string::npos) train.push_back("--no-report");  // they look alike
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

TEST(BenchmarkConfigs, LeaveModelAndLossToTheDefaults) {
  int64_t files = 0;
  for (const auto& file : shipped_configs()) {
    if (!file.starts_with("benchmark/")) continue;
    ++files;
    const auto config = nlohmann::json::parse(read_text(kConfigs / file), nullptr, true, true);
    for (const auto& [key, value] : config.items()) {
      EXPECT_TRUE(key == "data" || key == "extends") << file << " " << key;
    }
  }
  EXPECT_EQ(files, 6);
}

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

TEST(CompareConfigs, HaveABaseAndPresetsThatAreThere) {
  const std::set<std::string> presets = preset_names();
  for (const auto& entry : fs::directory_iterator(kConfigs / "compare")) {
    SCOPED_TRACE(entry.path());
    const auto plan = nlohmann::json::parse(read_text(entry.path()), nullptr, true, true);
    if (plan.at("base").is_string()) {
      EXPECT_TRUE(fs::exists(kConfigs / "compare" / plan.at("base").get<std::string>()));
    }
    for (const auto& variant : plan.at("variants")) {
      if (variant.is_string()) {
        EXPECT_TRUE(presets.contains(variant)) << variant;
      }
    }
  }
}

}  // namespace configs_test
}  // namespace rnngan::cli_testing
