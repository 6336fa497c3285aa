#include "training/run_directory.h"

#include <fstream>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/training/support.h"

namespace rnngan {
namespace run_directory_test {

using testing_support::fresh_directory;
namespace fs = std::filesystem;

ErrorKind kind_of(const std::function<void()>& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::bug;
}

void touch(const fs::path& file) {
  std::ofstream(file) << "x";
}

TEST(RunDirectory, IsNeverOverwritten) {
  const fs::path base = fresh_directory("exists");
  { const auto run = RunDirectory::create(base / "a" / "b"); }
  EXPECT_TRUE(fs::is_directory(base / "a" / "b" / "checkpoints"));
  EXPECT_EQ(kind_of([&] { RunDirectory::create(base / "a" / "b"); }), ErrorKind::output);
  touch(base / "file");
  EXPECT_EQ(kind_of([&] { RunDirectory::create(base / "file"); }), ErrorKind::output);
  EXPECT_EQ(kind_of([&] { RunDirectory::create(base / "file" / "x"); }), ErrorKind::output);
  fs::create_directory(base / "empty");
  EXPECT_NO_THROW(RunDirectory::create(base / "empty"));
}

TEST(RunDirectory, IsLockedWhileInUse) {
  const fs::path base = fresh_directory("lock");
  const auto run = RunDirectory::create(base / "run");
  EXPECT_EQ(kind_of([&] { RunDirectory::open(base / "run"); }), ErrorKind::output);
}

TEST(RunDirectory, ResumeOfNothingIsACheckpointError) {
  EXPECT_EQ(kind_of([] { RunDirectory::open("/nowhere/run"); }), ErrorKind::checkpoint);
}

TEST(RunDirectory, CutsMetricsBack) {
  const fs::path base = fresh_directory("cut");
  const auto run = RunDirectory::create(base / "run");
  std::ofstream(run.metrics()) << "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"ste";
  run.cut_metrics(2);
  EXPECT_EQ(read_file(run.metrics(), ErrorKind::data), "{\"step\":1}\n{\"step\":2}\n");
}

TEST(RunDirectory, RotationKeepsNewestAndMilestones) {
  const fs::path base = fresh_directory("rotate");
  const auto run = RunDirectory::create(base / "run");
  for (const int64_t step : {0, 5, 10, 15, 20, 25}) touch(run.checkpoint(step));
  touch(run.path() / "checkpoints" / "best.safetensors");
  run.rotate_checkpoints(/*keep=*/2, /*milestone=*/10);
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(run.path() / "checkpoints")) {
    left.insert(entry.path().stem().string());
  }
  EXPECT_EQ(left, (std::set<std::string>{"10", "20", "25", "best"}));
}

TEST(MetricsFile, AppendsWholeLines) {
  const fs::path file = fresh_directory("metrics") / "m.jsonl";
  { MetricsFile(file).append("{\"step\":1}"); }
  { MetricsFile(file).append("{\"step\":2}"); }
  EXPECT_EQ(read_file(file, ErrorKind::data), "{\"step\":1}\n{\"step\":2}\n");
  MetricsFile full("/dev/full");
  EXPECT_EQ(kind_of([&] { full.append("{}"); }), ErrorKind::output);
}

}  // namespace run_directory_test
}  // namespace rnngan
