// A folder of its own for each test, small data, and what every refusal must look like.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/process.h"
#include "temporary_folder.h"

namespace rnngan::cli_testing {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

inline std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// Name -> size and time of every file below a folder, of a link where it leads.
inline std::map<std::string, std::string> snapshot(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink()) {
      all[entry.path().lexically_relative(folder).string()] =
          fs::read_symlink(entry.path()).string();
      continue;
    }
    const auto size = entry.is_regular_file() ? entry.file_size() : 0;
    all[entry.path().lexically_relative(folder).string()] =
        fmt::format("{} bytes at {}", size, entry.last_write_time().time_since_epoch().count());
  }
  return all;
}

/// `sequences` sines of `steps` steps with the columns x and y, in the layout of samples.
inline std::string sine_csv(int sequences = 12, int steps = 6) {
  std::string text = "sequence_id,step,x,y\n";
  for (int s = 0; s < sequences; ++s) {
    for (int t = 0; t < steps; ++t) {
      text += fmt::format("{},{},{:.3f},{:.3f}\n", s, t, std::sin(s + t), std::cos(s + 0.5 * t));
    }
  }
  return text;
}

/// A config that trains in a moment; `changes` is merged over it.
inline std::string tiny_config(const nlohmann::json& changes = nlohmann::json::object()) {
  auto config = nlohmann::json::parse(R"({
    "data": {"path": "sine.csv"},
    "objective": "bce",
    "model": {"generator": {"hidden": 4, "noise_step": 2, "noise_global": 2},
              "discriminator": {"hidden": 4, "head": 4}},
    "train": {"steps": 20, "batch": 4, "threads": 1, "schedule": {"kind": "constant"},
              "log": {"every": 5}, "checkpoint": {"every": 10}, "sample": {"count": 2}}
  })");
  config.merge_patch(changes);
  return config.dump(2);
}

using testing_files::read_text;
using testing_files::TemporaryFolder;
using testing_files::write_text;

/// A complete run of the tiny config, trained once for all tests.
inline const fs::path& trained_run() {
  static const TemporaryFolder folder;
  static const fs::path run = [] {
    write_text(folder.path() / "sine.csv", sine_csv());
    write_text(folder.path() / "tiny.json", tiny_config());
    const Outcome outcome =
        run_program({{"train", "--config", "tiny.json", "--out", "run"}, folder.path()});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return folder.path() / "run";
  }();
  return run;
}

/// One command line that must be refused: its exit code, its first two lines on standard error
/// (without "error: " and "hint:  "). A hint of "" means that there is no hint.
struct Refusal {
  Words arguments;
  int code;
  ::testing::Matcher<std::string> error;
  ::testing::Matcher<std::string> hint;
};

/// The test's folder holds sine.csv and tiny.json.
class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    write("sine.csv", sine_csv());
    write("tiny.json", tiny_config());
  }

  const fs::path& folder() const { return folder_.path(); }
  fs::path path(const std::string& name) const { return folder() / name; }
  void write(const std::string& name, const std::string& text) const {
    write_text(path(name), text);
  }
  std::string read(const std::string& name) const { return read_text(path(name)); }
  /// Puts a complete run into the folder as "run".
  void add_run() const { fs::copy(trained_run(), path("run"), fs::copy_options::recursive); }

  Outcome run(const Words& arguments) const { return run_program({arguments, folder()}); }
  /// The same, for what must succeed.
  Outcome run_well(const Words& arguments) const {
    Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << fmt::format("{}", fmt::join(arguments, " ")) << "\n"
                               << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome;
  }

  static void expect_refusal(const Refusal& refusal, const Outcome& outcome) {
    SCOPED_TRACE(fmt::format("rnngan {}", fmt::join(refusal.arguments, " ")));
    EXPECT_EQ(outcome.code, refusal.code);
    EXPECT_EQ(outcome.out, "");
    const auto lines = lines_of(outcome.err);
    ASSERT_FALSE(lines.empty());
    constexpr std::string_view kError = "error: ";
    constexpr std::string_view kHint = "hint:  ";
    EXPECT_TRUE(lines[0].starts_with(kError)) << lines[0];
    EXPECT_THAT(lines[0].substr(std::min(kError.size(), lines[0].size())), refusal.error);
    const bool hinted = lines.size() > 1 && lines[1].starts_with(kHint);
    EXPECT_THAT(hinted ? lines[1].substr(kHint.size()) : "", refusal.hint);
  }

  /// Runs all of them, two at a time.
  std::vector<Outcome> run_all(const std::vector<Words>& command_lines) const {
    std::vector<Outcome> outcomes(command_lines.size());
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < outcomes.size(); i = next++) outcomes[i] = run(command_lines[i]);
    };
    std::thread other(work);
    work();
    other.join();
    return outcomes;
  }

  /// Runs all of them and checks that the folder is as before.
  void expect_refusals(const std::vector<Refusal>& refusals) const {
    const auto before = snapshot(folder());
    std::vector<Words> command_lines;
    for (const auto& refusal : refusals) command_lines.push_back(refusal.arguments);
    const auto outcomes = run_all(command_lines);
    for (size_t i = 0; i < refusals.size(); ++i) expect_refusal(refusals[i], outcomes[i]);
    EXPECT_THAT(snapshot(folder()), ::testing::ContainerEq(before));
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace rnngan::cli_testing
