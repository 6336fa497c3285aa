// Verbs that explain: help, catalogs, configs, data and checkpoints.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace catalog_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

/// The long options that a help text names at the beginning of a line.
std::vector<std::string> options_in(const std::string& help) {
  std::set<std::string> options;
  for (const auto& line : lines_of(help)) {
    if (!line.starts_with("  -")) continue;
    const size_t begin = line.find("--");
    options.insert(line.substr(begin, line.find_first_of(" ,=", begin) - begin));
  }
  return {options.begin(), options.end()};
}

Words with_common(Words options) {
  for (const char* option : {"--device", "--threads", "--quiet", "--verbose"}) {
    options.emplace_back(option);
  }
  return options;
}

TEST_F(Program, NamesEveryOptionOfEveryVerb) {
  struct Help {
    Words verb;
    Words options;  // beside --help
  };
  const std::vector<Help> all = {
      {{}, {"--version"}},
      {{"train"}, with_common({"--config", "--set", "--out", "--resume", "--no-report"})},
      {{"sample"},
       with_common({"--checkpoint", "--count", "--out", "--seed", "--length", "--label", "--where",
                    "--like", "--covariates", "--start", "--code", "--weights"})},
      {{"config"}, {}},
      {{"config", "show"}, {"--config", "--set"}},
      {{"config", "check"}, {"--config", "--set"}},
      {{"config", "schema"}, {}},
      {{"config", "keys"}, {"--markdown", "--json"}},
      {{"data"}, {}},
      {{"data", "show"}, with_common({"--config", "--set", "--json"})},
      {{"data", "make"}, {"--out", "--count", "--length", "--seed", "--json"}},
      {{"losses"}, {"--json"}},
      {{"inspect"}, {"--json"}},
      {{"completion"}, {}},
  };
  std::vector<Words> command_lines;
  for (const auto& help : all) {
    command_lines.push_back(help.verb);
    command_lines.back().emplace_back("--help");
  }
  const auto outcomes = run_all(command_lines);
  for (size_t i = 0; i < all.size(); ++i) {
    std::string name = "rnngan";
    for (const auto& word : all[i].verb) name += " " + word;
    SCOPED_TRACE(name);
    EXPECT_EQ(outcomes[i].code, 0);
    EXPECT_EQ(outcomes[i].err, "");
    Words options = all[i].options;
    options.emplace_back("--help");
    EXPECT_THAT(options_in(outcomes[i].out), UnorderedElementsAreArray(options));
    EXPECT_THAT(outcomes[i].out, HasSubstr("Usage: " + name + " ["));
  }
}

TEST_F(Program, PrintsItsTablesAsJson) {
  const auto read = [&](Words words) {
    words.emplace_back("--json");
    return nlohmann::json::parse(run_well(words).out);
  };
  const auto losses = read({"losses"});
  EXPECT_GT(losses["presets"].size(), 10U);
  EXPECT_GT(losses["options"].size(), 10U);
  const auto one = read({"losses", "gradient_penalty"});
  EXPECT_EQ(one["presets"].size(), 0U);
  ASSERT_EQ(one["terms"].size(), 1U);
  EXPECT_EQ(one["terms"][0]["weight"], 10);
  const auto metrics = read({"metrics"});
  EXPECT_EQ(metrics["groups"]["all"].size(), read({"metrics", "all"})["groups"]["all"].size());
  EXPECT_EQ(read({"metrics", "mmd2_d1"})["scores"][0]["name"], "mmd2");
  const auto keys = read({"config", "keys"});
  EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [](const auto& key) {
    return key["key"] == "train.batch" && key["default"] == "64";
  }));
  EXPECT_GT(read({"data", "make"}).size(), 3U);
  write(
      "ramp.csv", "a,b\n" + [] {
        std::string rows;
        for (int i = 0; i < 60; ++i) rows += fmt::format("{},{}\n", i, i * i);
        return rows;
      }());
  const auto data = read({"data", "show", "ramp.csv", "--set", "data.window.length=4"});
  EXPECT_EQ(data["rows"], 60);
  EXPECT_EQ(data["columns"][1]["name"], "b");
  EXPECT_TRUE(data["columns"][1]["whole_numbers"]);
}

TEST_F(Program, TellsItsVersion) {
  EXPECT_THAT(run_well({"--version"}).out,
              MatchesRegex("rnngan [0-9.]+ \\(LibTorch [0-9.]+.*\\)\n"));
}

/// The widest line in characters (the texts are ASCII).
size_t width_of(const std::string& text) {
  size_t widest = 0;
  for (const auto& line : lines_of(text)) widest = std::max(widest, line.size());
  return widest;
}

/// The names that `rnngan losses` lists, in order; a preset and a loss may share one.
std::vector<std::string> listed_names(const std::string& list) {
  std::vector<std::string> names;
  for (const auto& line : lines_of(list)) {
    if (!line.starts_with("  ") || line[2] == ' ') continue;
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

TEST_F(Program, ListsLossesInGroups) {
  const std::string list = run_well({"losses"}).out;
  const auto names = listed_names(list);
  std::vector<std::string> titles;
  for (const auto& line : lines_of(list)) {
    if (!line.empty() && line[0] != ' ') titles.push_back(line.substr(0, line.find("  ")));
  }
  titles.pop_back();  // what to ask next
  EXPECT_THAT(titles, ::testing::ElementsAre("presets", "adversarial losses", "terms", "options"));
  EXPECT_THAT(list, AllOf(HasSubstr("\n  r3gan "), HasSubstr("\n  rpgan "), HasSubstr("\n  r1 "),
                          HasSubstr("\n  spectral_norm ")));
  EXPECT_THAT(list, HasSubstr(" 1704.00028\n"));  // gradient_penalty
  EXPECT_LE(width_of(list), 100U);
  // Only a preset may share its name.
  const auto first = std::find(names.begin(), names.end(), "bce");
  const auto second = std::find(first + 1, names.end(), "bce");
  ASSERT_NE(second, names.end());
  EXPECT_EQ(std::set<std::string>(second, names.end()).size(),
            static_cast<size_t>(names.end() - second));
}

// A loss without an arXiv id in the list has none on its sheet either.
TEST_F(Program, ListsPapersAtTheRightMargin) {
  const std::string list = run_well({"losses"}).out;
  const size_t begin = list.find("\nadversarial losses"), end = list.find("\noptions");
  ASSERT_LT(begin, end);
  std::vector<Words> without;
  size_t with = 0;
  std::string name;
  for (const auto& line : lines_of(list.substr(begin, end - begin))) {
    if (!line.starts_with("  ")) continue;
    if (line[2] != ' ' && !name.empty()) without.push_back({"losses", name});
    if (line[2] != ' ') name = line.substr(2, line.find(' ', 2) - 2);
    if (line.size() != 100 || !std::isdigit(static_cast<unsigned char>(line.back()))) continue;
    ++with;
    name.clear();
  }
  if (!name.empty()) without.push_back({"losses", name});
  EXPECT_GT(with, 60U);
  for (const auto& outcome : run_all(without)) EXPECT_THAT(outcome.out, Not(HasSubstr("arXiv:")));
}

// Every seventh name: the program takes a moment to start.
TEST_F(Program, ExplainsLossesOfAllGroups) {
  const auto names = listed_names(run_well({"losses"}).out);
  std::vector<Words> command_lines;
  for (size_t i = 0; i < names.size(); i += 7) command_lines.push_back({"losses", names[i]});
  const auto outcomes = run_all(command_lines);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const std::string& name = command_lines[i][1];
    EXPECT_EQ(outcomes[i].code, 0) << name << outcomes[i].err;
    EXPECT_THAT(outcomes[i].out, AllOf(StartsWith(name + " "), HasSubstr("--set ")));
    EXPECT_LE(width_of(outcomes[i].out), 100U) << outcomes[i].out;
  }
}

TEST_F(Program, ExplainsALoss) {
  // A preset and the loss of the same name are both shown.
  EXPECT_THAT(
      run_well({"losses", "hinge"}).out,
      AllOf(HasSubstr(" preset\n"), HasSubstr("lays this over the defaults"),
            HasSubstr("\n\nhinge "), HasSubstr(" adversarial loss\n"),
            HasSubstr("\n  options      margin = 1.0  (number, greater than 0)\n"),
            HasSubstr("\n  equilibrium  any score"), HasSubstr("\n  watch        d.TV"),
            HasSubstr("\n  \"objective\": {\"adversarial\": {\"type\": \"hinge\", \"margin\": "
                      "1.0}}\n")));
  EXPECT_THAT(
      run_well({"losses", "gradient_penalty"}).out,
      AllOf(HasSubstr("\n  formula      D: + mean"), HasSubstr("\n  paper        "),
            HasSubstr("arXiv:1704.00028"), HasSubstr("\n  needs        scalar_score: one score"),
            HasSubstr("weight = 10  (number, at least 0)"), HasSubstr("center = 1.0  (number"),
            HasSubstr("\n  --set objective.terms.gradient_penalty.weight=10\n")));
  EXPECT_THAT(run_well({"losses", "spectral_norm"}).out,
              AllOf(HasSubstr("\n  keys         model.discriminator.spectral_norm = false"),
                    HasSubstr("\n  --set model.discriminator.spectral_norm=true\n")));
}

// What a sheet offers for pasting is a config that passes its check, and changes only what it says.
TEST_F(Program, LossesCanBePasted) {
  const std::string key = "\"objective\": ";
  for (const char* name :
       {"hinge", "kl_forward", "gradient_penalty", "label_smoothing", "r3gan", "weight_clip",
        "lipschitz_fd", "began", "fisher", "mutual_information"}) {
    const std::string sheet = run_well({"losses", name}).out;
    const size_t begin = sheet.rfind(key);
    ASSERT_NE(begin, std::string::npos) << name;
    const std::string objective =
        sheet.substr(begin + key.size(), sheet.find("\n  --set", begin) - begin - key.size());
    write("pasted.json", tiny_config({{"objective", nlohmann::json::parse(objective)}}));
    EXPECT_EQ(run({"config", "check", "--config", "pasted.json"}).code, 0) << name;
  }
  EXPECT_THAT(run_well({"losses", "lipschitz_fd"}).out,
              HasSubstr("\"preset\": \"wgan_gp\",\n    \"terms\": {\"gradient_penalty\": null, "
                        "\"lipschitz_fd\": {\"weight\": 10.0}}"));
}

TEST_F(Program, ShowsAConfigThatIsComplete) {
  const std::string shown = run_well({"config", "show", "--config", "tiny.json"}).out;
  write("shown.json", shown);
  EXPECT_EQ(run_well({"config", "show", "--config", "shown.json"}).out, shown);
  const auto document = nlohmann::json::parse(shown);
  EXPECT_EQ(document["train"]["batch"], 4);
  EXPECT_EQ(document["objective"]["adversarial"]["type"], "bce");
  // The reference lists each of its keys.
  const std::string keys = run_well({"config", "keys"}).out;
  const auto flat = document.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    std::string key = pointer.substr(1);
    const size_t last = key.rfind('/') + 1;
    const bool of_list = key.find_first_not_of("0123456789", last) == std::string::npos;
    if (of_list) key.resize(last - 1);
    std::replace(key.begin(), key.end(), '/', '.');
    if (key.starts_with("objective.") || value.is_null()) continue;
    EXPECT_THAT(keys, HasSubstr("\n  " + key + " = "));
  }
}

TEST_F(Program, ChecksAConfigWithItsData) {
  const auto before = snapshot(folder());
  const auto lines = lines_of(run_well({"config", "check", "--config", "tiny.json"}).out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "tiny.json: ok");
  EXPECT_THAT(lines[1], StartsWith("sine.csv: 72 rows x 2 columns (x y) -> "));
  EXPECT_EQ(lines[2], "bce");
  const auto changed = lines_of(
      run_well({"config", "check", "--config", "tiny.json", "--set", "objective.terms.r1.weight=3"})
          .out);
  EXPECT_EQ(changed[2], "bce, changed = bce + 3 r1");
  EXPECT_THAT(snapshot(folder()), ::testing::ContainerEq(before));
}

TEST_F(Program, PrintsASchemaForEditors) {
  const auto schema = nlohmann::json::parse(run_well({"config", "schema"}).out);
  EXPECT_THAT(schema.at("$schema").get<std::string>(), HasSubstr("json-schema.org"));
  for (const char* section : {"data", "model", "objective", "train"}) {
    EXPECT_TRUE(schema.at("properties").contains(section)) << section;
  }
}

TEST_F(Program, MakesAndShowsData) {
  EXPECT_THAT(run_well({"data", "make"}).out,
              AllOf(StartsWith("NAME "), HasSubstr("\nsine_classes "), HasSubstr("\nar1 ")));
  const Words make = {"data", "make", "sine_classes", "-n", "6", "--length", "14", "--seed", "3"};
  Words into = make;
  into.insert(into.end(), {"--out", "made.csv"});
  EXPECT_EQ(run_well(into).out, "");
  EXPECT_EQ(run_well(make).out, read("made.csv"));
  const auto lines =
      lines_of(run_well({"data", "show", "made.csv", "--set", "data.label=speed"}).out);
  EXPECT_THAT(lines[0], StartsWith("made.csv: "));
  EXPECT_THAT(lines, ::testing::IsSupersetOf({"  sequences  6", "  split      sequence",
                                              "  label      speed: fast 2, medium 2, slow 2"}));
}

TEST_F(Program, InspectsACheckpoint) {
  add_run();
  const std::string text = run_well({"inspect", "run"}).out;
  EXPECT_THAT(text, AllOf(StartsWith("file      run/checkpoints/20.safetensors\n"),
                          HasSubstr("\nstep      20 of 20\n"), HasSubstr("\nobjective bce\n"),
                          HasSubstr("\ndata      sine.csv (sha256 "),
                          ::testing::ContainsRegex("\n  y .* numbers, standard"),
                          HasSubstr("\ngenerator.lstm.")));
  const auto json =
      nlohmann::json::parse(run_well({"inspect", "run/checkpoints/0.safetensors", "--json"}).out);
  EXPECT_EQ(json.at("config").at("data").at("path"), "sine.csv");
  EXPECT_EQ(json.at("tensors").at("generator.lstm.weight_hh_l0"), nlohmann::json({16, 4}));
  EXPECT_EQ(json.at("schema").at("columns").size(), 2U);
}

}  // namespace catalog_test
}  // namespace rnngan::cli_testing
