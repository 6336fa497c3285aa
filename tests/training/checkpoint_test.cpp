#include "training/checkpoint.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "tests/training/support.h"

namespace rnngan {
namespace checkpoint_test {

using testing_support::fresh_directory;
using testing_support::SmallRun;

std::string refusal(const std::function<void()>& function) {
  try {
    function();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::checkpoint);
    return error.what();
  }
  return "";
}

TEST(Checkpoint, RoundTripsEverything) {
  SmallRun run("checkpoint", {});
  const Checkpoint written = run.trainer()->capture();
  const auto file = run.directory / "c.safetensors";
  write_checkpoint(file, written);
  const Checkpoint back = read_checkpoint(file);
  EXPECT_EQ(back.config, written.config);
  EXPECT_EQ(back.schema, written.schema);
  EXPECT_EQ(back.data_hash, written.data_hash);
  EXPECT_EQ(back.program, program_version());
  EXPECT_EQ(back.counter("step"), 0);
  ASSERT_EQ(back.tensors.size(), written.tensors.size());
  for (const auto& [name, tensor] : written.tensors) {
    EXPECT_TRUE(torch::equal(back.tensors.at(name), tensor)) << name;
  }
}

// Its program had no such keys, and made networks without what they choose.
TEST(Checkpoint, AnOlderConfigKeepsItsNetworks) {
  SmallRun run("older", {});
  Checkpoint older = run.trainer()->capture();
  older.config["model"]["generator"].erase("noise_to_head");
  older.config["model"]["generator"].erase("state_feedback");
  older.config["model"]["discriminator"].erase("input_variance");
  const auto file = run.directory / "c.safetensors";
  write_checkpoint(file, older);
  const nlohmann::json model = read_checkpoint(file).config["model"];
  EXPECT_EQ(model["generator"]["noise_to_head"], false);
  EXPECT_EQ(model["generator"]["state_feedback"], false);
  EXPECT_EQ(model["discriminator"]["input_variance"], 0);
}

TEST(Checkpoint, HoldsTheNamesThatTheFormatPromises) {
  SmallRun run("names", {});
  const auto tensors = run.trainer()->capture().tensors;
  for (const char* name : {"generator.lstm.weight_ih_l0", "discriminator.lstm.weight_hh_l0_reverse",
                           "ema.generator.lstm.bias_hh_l0", "optim.generator.exp_avg.head.weight",
                           "optim.discriminator.exp_avg_sq.lstm.weight_ih_l0", "state.step",
                           "state.discriminator_step", "state.optim.generator.step"}) {
    EXPECT_TRUE(tensors.contains(name)) << name;
  }
}

TEST(Checkpoint, ANewerVersionIsRefused) {
  const auto file = fresh_directory("newer") / "c.safetensors";
  TensorFile newer;
  newer.metadata["format_version"] = "999";
  write_safetensors(file, newer);
  EXPECT_NE(refusal([&] { read_checkpoint(file); }).find("is newer than this program's"),
            std::string::npos);
  TensorFile foreign;
  write_safetensors(file, foreign);
  EXPECT_NE(refusal([&] { read_checkpoint(file); }).find("not an rnngan checkpoint"),
            std::string::npos);
}

TEST(Checkpoint, ARunDirectoryMeansItsBestElseItsNewest) {
  const auto run = fresh_directory("find");
  EXPECT_NE(refusal([&] { find_checkpoint(run); }), "");
  EXPECT_NE(refusal([&] { find_checkpoint(run / "none"); }).find("no such file"),
            std::string::npos);
  std::filesystem::create_directory(run / "checkpoints");
  for (const char* name : {"9.safetensors", "10.safetensors", "x.safetensors", "11.tmp"}) {
    write_file(run / "checkpoints" / name, "x");
  }
  EXPECT_EQ(find_checkpoint(run), run / "checkpoints" / "10.safetensors");
  write_file(run / "checkpoints" / "best.safetensors", "x");
  EXPECT_EQ(find_checkpoint(run), run / "checkpoints" / "best.safetensors");
  EXPECT_EQ(newest_checkpoint(run), run / "checkpoints" / "10.safetensors");
}

}  // namespace checkpoint_test
}  // namespace rnngan
