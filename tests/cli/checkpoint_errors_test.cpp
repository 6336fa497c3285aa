// Checkpoints that must be refused: absent, damaged, foreign, too new.
#include "cli/support.h"
#include "core/file.h"

namespace rnngan::cli_testing {
namespace checkpoint_errors_test {

using ::testing::StartsWith;

constexpr const char* kDamaged = "use another file of the run's checkpoints/ folder";
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
