// Checkpoints that must be refused: absent, damaged, foreign, too new.
#include <cstring>

#include "cli/support.h"
#include "core/file.h"

namespace rnngan::cli_testing {
namespace checkpoint_errors_test {

using ::testing::StartsWith;

constexpr const char* kDamaged = "use another file of the run's checkpoints/ folder";
Outcome without_start(Outcome outcome) {
  outcome.out.clear();
  return outcome;
}

constexpr const char* kGiveARun = "give a run directory, or a .safetensors file in it";

std::string checkpoint_bytes() {
  return read_text(trained_run() / "checkpoints" / "20.safetensors");
}

// The digest covers the file with its own 64 digits zeroed.
std::string with_digest(std::string bytes) {
  constexpr std::string_view kKey = "\"digest\":\"";
  const size_t position = bytes.find(kKey) + kKey.size();
  bytes.replace(position, 64, 64, '0');
  return bytes.replace(position, 64, sha256_hex({bytes}));
}

std::string replaced(std::string bytes, std::string_view from, std::string_view to) {
  EXPECT_EQ(from.size(), to.size());  // the header's length stays
  const size_t position = bytes.find(from);
  EXPECT_NE(position, std::string::npos) << from;
  return bytes.replace(position, from.size(), to);
}

TEST_F(Program, RefusesACheckpointThatIsNotThere) {
  fs::create_directory(path("folder"));
  expect_refusals({
      {{"sample", "nope"}, 5, "nope: no such file or directory", kGiveARun},
      {{"inspect", "./nope.safetensors"},
       5,
       "./nope.safetensors: no such file or directory",
       kGiveARun},
      {{"sample", "--checkpoint", "folder"}, 5, "folder: holds no checkpoint", kGiveARun},
  });
}

TEST_F(Program, RefusesADamagedCheckpoint) {
  const std::string bytes = checkpoint_bytes();
  write("empty.safetensors", "");
  write("stub.safetensors", bytes.substr(0, 4));
  write("header.safetensors", bytes.substr(0, 3000));
  write("cut.safetensors", bytes.substr(0, bytes.size() - 1));
  std::string flipped = bytes;
  flipped[bytes.size() - 9] ^= 1;
  write("flipped.safetensors", flipped);
  std::string renamed = bytes;
  renamed[renamed.find("generator.head") + 2] ^= 1;
  write("renamed.safetensors", renamed);
  write("absurd.safetensors", std::string(8, '\xff') + bytes.substr(8));
  expect_refusals({
      {{"inspect", "empty.safetensors"}, 5, "empty.safetensors: the file is empty", kDamaged},
      {{"inspect", "stub.safetensors"}, 5, "stub.safetensors: truncated: no header", kDamaged},
      {{"inspect", "header.safetensors"},
       5,
       StartsWith("header.safetensors: truncated: the header needs "),
       kDamaged},
      {{"sample", "cut.safetensors"},
       5,
       "cut.safetensors: its digest does not match: the file was altered or truncated",
       kDamaged},
      {{"sample", "flipped.safetensors"},
       5,
       "flipped.safetensors: its digest does not match: the file was altered or truncated",
       kDamaged},
      {{"inspect", "renamed.safetensors"},
       5,
       "renamed.safetensors: its digest does not match: the file was altered or truncated",
       kDamaged},
      {{"inspect", "absurd.safetensors"},
       5,
       "absurd.safetensors: the header claims 18446744073709551615 bytes: not a safetensors file",
       kDamaged},
      {{"sample", "sine.csv"}, 5, StartsWith("sine.csv: the header claims "), kDamaged},
  });
}

TEST_F(Program, RefusesACheckpointThatItDoesNotUnderstand) {
  const std::string bytes = checkpoint_bytes();
  ASSERT_EQ(with_digest(bytes), bytes);
  write("newer.safetensors",
        with_digest(replaced(bytes, R"("format_version":"1")", R"("format_version":"9")")));
  write("foreign.safetensors", with_digest(replaced(bytes, "format_version", "format_nothing")));
  write("wider.safetensors", with_digest(replaced(bytes, R"(code_continuous\":0,\"hidden\":4)",
                                                  R"(code_continuous\":0,\"hidden\":8)")));
  expect_refusals({
      {{"sample", "newer.safetensors"},
       5,
       "newer.safetensors: format version 9 is newer than this program's (1)",
       "use the version that wrote it, or a newer one"},
      {{"inspect", "foreign.safetensors"},
       5,
       "foreign.safetensors: not an rnngan checkpoint",
       "give a file from the checkpoints/ folder of a run, or the run directory"},
      {{"sample", "wider.safetensors"},
       5,
       StartsWith("wider.safetensors: ema.generator.head.weight has shape ["),
       "it belongs to another architecture"},
  });
}

/// The trained checkpoint with another value of an int64 counter.
std::string with_counter(const std::string& name, int64_t value) {
  std::string bytes = checkpoint_bytes();
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  const size_t begin = header.at("state." + name).at("data_offsets").at(0);
  std::memcpy(bytes.data() + 8 + length + begin, &value, sizeof value);
  return with_digest(bytes);
}

/// The same with other metadata; the header's length changes with it.
std::string with_metadata(const std::string& name, const std::string& text) {
  const std::string bytes = checkpoint_bytes();
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  auto header = nlohmann::json::parse(bytes.substr(8, length));
  header["__metadata__"][name] = text;
  const std::string changed = header.dump();
  const uint64_t size = changed.size();
  std::string head(8, '\0');
  std::memcpy(head.data(), &size, sizeof size);
  return with_digest(head + changed + bytes.substr(8 + length));
}

TEST_F(Program, RefusesACheckpointThatWasCrafted) {
  write("minus.safetensors", with_counter("step", -1));
  write("largest.safetensors", with_counter("step", INT64_MAX));
  write("optim.safetensors", with_counter("optim.generator.step", INT64_MAX));
  write("log.safetensors", with_metadata("log", R"({"a": 1})"));
  write("row.safetensors", with_metadata("log", R"([{"side": "d."}])"));
  write("best.safetensors", with_metadata("best", R"({"best_step": -3})"));
  write("schema.safetensors", with_metadata("schema", "[]"));
  write("text.safetensors", with_metadata("config", "{"));
  write("config.safetensors", with_metadata("config", R"({"train": {"stops": 3}})"));
  write("huge.safetensors",
        with_metadata(
            "config",
            R"({"data": {"path": "sine.csv"}, "model": {"generator": {"hidden": 60000}}})"));
  const auto inspect = [](const std::string& name) { return Words{"inspect", name}; };
  expect_refusals({
      {inspect("minus.safetensors"), 5,
       "minus.safetensors: state.step is -1, which is no number of steps", kDamaged},
      {{"sample", "largest.safetensors"},
       5,
       "largest.safetensors: state.step is 9223372036854775807, which is no number of steps",
       kDamaged},
      {inspect("optim.safetensors"), 5,
       StartsWith("optim.safetensors: state.optim.generator.step is 9223372036854775807"),
       kDamaged},
      {inspect("log.safetensors"), 5, "log.safetensors: log: {\"a\":1} is not a list", ""},
      {inspect("row.safetensors"), 5, "row.safetensors: log: [0].names: is missing", ""},
      {inspect("best.safetensors"), 5,
       "best.safetensors: best: best_step: -3 is not a whole number of at least 0", ""},
      {inspect("schema.safetensors"), 5, "schema.safetensors: schema: must be an object",
       ::testing::_},
      {inspect("text.safetensors"), 5, StartsWith("text.safetensors: config:1:"), ::testing::_},
      {inspect("config.safetensors"), 5, "config.safetensors: config: train.stops: unknown key",
       "did you mean train.steps?"},
      {{"sample", "huge.safetensors"},
       5,
       StartsWith("huge.safetensors: a generator of its config has at least 144"),
       "it belongs to another architecture"},
  });
}

/// Each is looked at before anything is written.
TEST_F(Program, RefusesARunWhoseFilesWereAltered) {
  add_run();
  write("run/metrics.jsonl", "{\"step\": 5}\n{\"step\": \"x\"}\n");
  const Words resume = {"train", "--resume", "run", "--set", "train.steps=30"};
  const std::string remove = "remove the line: the run goes on without it";
  expect_refusal(
      {resume, 6, "run/metrics.jsonl:2: step: \"x\" is not a whole number of at least 0", remove},
      without_start(run(resume)));
  write("run/metrics.jsonl", "{\"stop\": 5}\n");
  expect_refusal({resume, 6, "run/metrics.jsonl:1: step: is missing", remove},
                 without_start(run(resume)));
  write("run/metrics.jsonl", "[]\n");
  expect_refusal({resume, 6, "run/metrics.jsonl:1: [] is not an object", remove},
                 without_start(run(resume)));
}

TEST_F(Program, RefusesLinksOutOfARun) {
  add_run();
  write("victim", "mine");
  const Words resume = {"train", "--resume", "run", "--set", "train.steps=30"};
  for (const char* name : {"run/checkpoints/30.safetensors", "run/config.json", "run/report.html",
                           "run/metrics.jsonl", "run/samples/30.csv"}) {
    fs::remove(path(name));
    fs::create_symlink(path("victim"), path(name));
    expect_refusals({{resume, 6, fmt::format("{}: is a link that leads out of run", name),
                      "put the file itself in its place"}});
    fs::remove(path(name));
  }
  EXPECT_EQ(read("victim"), "mine");
}

TEST_F(Program, RefusesADamagedRunWhenResuming) {
  add_run();
  write("run/checkpoints/20.safetensors", checkpoint_bytes().substr(0, 9000));
  expect_refusals({
      {{"train", "--resume", "run", "--set", "train.steps=30"},
       5,
       StartsWith("run/checkpoints/20.safetensors: "),
       kDamaged},
  });
}

}  // namespace checkpoint_errors_test
}  // namespace rnngan::cli_testing
