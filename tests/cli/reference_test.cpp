// docs/reference is what the program writes, and names what is in the files it describes; links and
// numbers of the other pages hold.
#include <cstring>
#include <regex>

#include "cli/support.h"

namespace rnngan::cli_testing {
namespace reference_test {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

const fs::path kReference = fs::path(RNNGAN_SOURCE_DIR) / "docs/reference";

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

TEST_F(Program, WritesTheReferenceThatIsInTheDocs) {
  run_well({"reference", "new"});
  EXPECT_EQ(files_in(path("new")), files_in(kReference));
  for (const std::string& file : files_in(path("new"))) {
    EXPECT_TRUE(read("new/" + file) == read_text(kReference / file))
        << "docs/reference/" << file
        << " is out of date: build/release/rnngan reference docs/reference";
  }
}

TEST_F(Program, DescribesEveryFileOfARun) {
  add_run();
  const std::string page = read_text(kReference / "file_formats.md");
  for (const auto& entry : fs::recursive_directory_iterator(path("run"))) {
    if (!entry.is_regular_file()) continue;
    std::string name = entry.path().lexically_relative(path("run")).string();
    const size_t digit = name.find_first_of("0123456789");
    const char* const what = name.starts_with("events.") ? "NUMBER" : "STEP";
    if (digit != std::string::npos) name = name.replace(digit, name.find('.', digit) - digit, what);
    EXPECT_THAT(page, HasSubstr("| `" + name + "` |"));
  }
}

TEST_F(Program, DescribesEveryPartOfACheckpoint) {
  add_run();
  const std::string page = read_text(kReference / "file_formats.md");
  const std::string bytes = read("run/checkpoints/20.safetensors");
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  const auto header = nlohmann::json::parse(bytes.substr(sizeof header_bytes, header_bytes));
  for (const auto& [name, tensor] : header.items()) {
    if (name == "__metadata__") continue;
    EXPECT_THAT(page, HasSubstr(name.substr(0, name.find('.') + 1)));
  }
  for (const auto& [name, text] : header.at("__metadata__").items()) {
    EXPECT_THAT(page, ContainsRegex("`([a-z_]+, )*" + name + "(, [a-z_]+)*`"));
  }
}

TEST_F(Program, DescribesEveryColumnOfTheLog) {
  add_run();
  const std::string page = read_text(kReference / "file_formats.md");
  for (const std::string& line : lines_of(read("run/metrics.jsonl"))) {
    const auto row = nlohmann::json::parse(line);
    for (const auto& [name, value] : row.items()) {
      // "d.adversarial.share" is described as "d.NAME.share".
      const size_t dot = name.find('.');
      std::string pattern = name;
      if (dot != std::string::npos) {
        const size_t next = std::min(name.find('.', dot + 1), name.size());
        pattern.replace(dot + 1, next - dot - 1, name.starts_with("score.") ? "METRIC" : "NAME");
      }
      EXPECT_TRUE(page.find(name) != std::string::npos || page.find(pattern) != std::string::npos)
          << "docs/reference/file_formats.md says nothing of " << name;
    }
  }
}

/// Markdown files that people wrote, and those that the program did.
std::vector<fs::path> pages() {
  const fs::path root = RNNGAN_SOURCE_DIR;
  std::vector<fs::path> all = {root / "README.md", root / "CONTRIBUTING.md", root / "CHANGELOG.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  }
  return all;
}

TEST(Docs, LinksLeadSomewhere) {
  const std::regex link(R"(\]\(([^)#]+)(#[^)]*)?\))");
  for (const fs::path& page : pages()) {
    const std::string text = read_text(page);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      const std::string target = (*at)[1];
      if (target.starts_with("http")) continue;
      EXPECT_TRUE(fs::exists(page.parent_path() / target)) << page << ": " << target;
    }
  }
}

TEST(Docs, TheReadmeIsShortAndCountsTheLosses) {
  const std::string readme = read_text(fs::path(RNNGAN_SOURCE_DIR) / "README.md");
  EXPECT_LT(readme.size(), 10000U);
  std::map<std::string, int> rows;  // by the section that they stand in
  std::string section;
  for (const std::string& line : lines_of(read_text(kReference / "losses.md"))) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (line.starts_with("### ")) ++rows[section];
  }
  EXPECT_THAT(readme,
              HasSubstr(fmt::format("**{} presets, {} adversarial losses, {} terms**",
                                    rows["Presets"], rows["Adversarial losses"], rows["Terms"])));
}

}  // namespace reference_test
}  // namespace rnngan::cli_testing
