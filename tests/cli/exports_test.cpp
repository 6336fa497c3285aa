// Event files, and models for other runtimes. What they say is read by Python in .ci/run.
#include "cli/support.h"
#include "core/wire.h"

namespace rnngan::cli_testing {
namespace exports_test {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;

/// The steps of the events of a file, one after the other.
std::vector<int64_t> steps_of(const fs::path& file) {
  const std::string bytes = read_text(file);
  std::vector<int64_t> steps;
  for (size_t at = 0; at < bytes.size();) {
    const size_t size = fixed64_in(std::string_view(bytes).substr(at));
    steps.push_back(integer_in(std::string_view(bytes).substr(at + 12, size), 2).value());
    at += 16 + size;
  }
  return steps;
}

std::vector<std::string> event_files_in(const fs::path& run) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("events.")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

constexpr const char* kFirst = "events.out.tfevents.000001.rnngan";
constexpr const char* kSecond = "events.out.tfevents.000002.rnngan";

TEST_F(Program, WritesEventFilesUnlessTold) {
  add_run();
  EXPECT_THAT(event_files_in(path("run")), ElementsAre(kFirst));
  EXPECT_THAT(steps_of(path("run") / kFirst), ElementsAre(0, 1, 5, 10, 15, 20));
  run_well({"train", "--config", "tiny.json", "--out", "b", "--set", "train.log.tensorboard=false",
            "--no-report"});
  EXPECT_THAT(event_files_in(path("b")), IsEmpty());
}

TEST_F(Program, CutsEventFilesBackToTheCheckpointThatItResumes) {
  add_run();
  const std::string before = read(std::string("run/") + kFirst);
  run_well({"train", "--resume", "run/checkpoints/10.safetensors", "--no-report"});
  EXPECT_THAT(steps_of(path("run") / kFirst), ElementsAre(0, 1, 5, 10));
  EXPECT_THAT(steps_of(path("run") / kSecond), ElementsAre(0, 11, 15, 20));
  EXPECT_EQ(read(std::string("run/abandoned-1/") + kFirst), before);
}

TEST_F(Program, ExportsAGenerator) {
  add_run();
  const Outcome outcome =
      run_well({"export", "run", "--out", "g.onnx", "--example", "g.safetensors"});
  EXPECT_THAT(lines_of(outcome.out),
              Contains("input    noise_step float32 [batch, steps, 2]: standard normal"));
  EXPECT_THAT(outcome.out, HasSubstr("output   sequences float64 [batch, steps, 2]: "));
  EXPECT_THAT(read("g.onnx"),
              HasSubstr(R"([{"name":"x","decimals":3},{"name":"y","decimals":3}])"));
  EXPECT_THAT(read("g.safetensors"), HasSubstr("noise_global"));
  const std::string averaged = read("g.onnx");
  run_well({"export", "run", "--out", "g.onnx", "--weights", "raw", "--quiet"});
  EXPECT_NE(read("g.onnx"), averaged);
}

// Gates and classes are decided in a graph within the graph where states are fed back.
TEST_F(Program, ExportsAGeneratorWhoseStatesAreFedBack) {
  run_well({"data", "make", "mixed", "-n", "20", "--out", "mixed.csv"});
  const auto scans_of = [&](const std::string& name, const std::string& feedback) {
    run_well({"train", "--config", "tiny.json", "--set", "data.path=mixed.csv", "--set",
              "data.id=sequence_id", "--set", "data.time=step", "--set", "train.steps=2", "--set",
              "model.generator.state_feedback=" + feedback, "--out", name, "--no-report"});
    run_well({"export", name, "--out", name + ".onnx"});
    return read(name + ".onnx").find("num_scan_inputs") != std::string::npos;
  };
  EXPECT_TRUE(scans_of("fed", "true"));
  EXPECT_FALSE(scans_of("free", "false"));
}

TEST_F(Program, RefusesToExport) {
  add_run();
  write("broken.safetensors", "x");
  const std::string kind = "that is the kind of file that is written";
  expect_refusals({
      {{"export", "run", "--out", "g.pt"}, 2, "g.pt: is not called *.onnx", kind},
      {{"export", "run", "--out", "g.onnx", "--example", "g.npy"},
       2,
       "g.npy: is not called *.safetensors",
       kind},
      {{"export", "run", "--out", "nowhere/g.onnx"},
       6,
       "nowhere/g.onnx: there is no directory nowhere",
       "create it first: mkdir -p nowhere"},
      {{"export", "broken.safetensors", "--out", "g.onnx"},
       5,
       HasSubstr("broken.safetensors: "),
       ::testing::_},
      {{"export", "run"}, 2, HasSubstr("--out"), ::testing::_},
  });
}

}  // namespace exports_test
}  // namespace rnngan::cli_testing
