#include "training/run_directory.h"

#include <fstream>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/training/support.h"
#include "training/event_messages.h"

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

TEST(RunDirectory, IsSeenOnceItIsWhole) {
  const fs::path base = fresh_directory("stage");
  { const auto given_up = RunDirectory::stage(base / "a" / "run"); }
  EXPECT_TRUE(fs::is_empty(base));
  auto run = RunDirectory::stage(base / "a" / "run");
  touch(run.checkpoint(0));
  EXPECT_FALSE(fs::exists(base / "a" / "run"));
  run.publish();
  EXPECT_EQ(run.path(), base / "a" / "run");
  EXPECT_TRUE(fs::exists(base / "a" / "run" / "checkpoints" / "0.safetensors"));
  EXPECT_EQ(kind_of([&] { RunDirectory::open(base / "a" / "run"); }), ErrorKind::output);
}

TEST(RunDirectory, IsSweptWhenItIsOpened) {
  const fs::path base = fresh_directory("sweep");
  { const auto run = RunDirectory::create(base / "run"); }
  const std::vector<fs::path> left = {base / "run" / temporary_beside("config.json"),
                                      base / "run" / "samples" / temporary_beside("5.csv"),
                                      base / "run" / "checkpoints" / temporary_beside("x")};
  for (const fs::path& file : left) touch(file);
  touch(base / "run" / ".mine");
  const auto run = RunDirectory::open(base / "run");
  for (const fs::path& file : left) EXPECT_FALSE(fs::exists(file)) << file;
  EXPECT_TRUE(fs::exists(base / "run" / ".mine"));
}

TEST(RunDirectory, SetsLaterWorkAside) {
  const fs::path base = fresh_directory("aside");
  const auto run = RunDirectory::create(base / "run");
  for (const int64_t step : {0, 5, 10, 15}) touch(run.checkpoint(step));
  for (const char* name : {"5.csv", "15.csv"}) touch(run.samples() / name);
  write_file(run.metrics(), "{\"step\":5}\n{\"step\":10}\n{\"st");
  const std::string event = event_record(start_event(0, 12));
  write_file(run.path() / "events.out.tfevents.000001.rnngan", event + "begun");
  EXPECT_EQ(run.set_aside(15), "");
  EXPECT_EQ(run.set_aside(5), "abandoned-1");
  const fs::path aside = run.path() / "abandoned-1";
  EXPECT_EQ(checkpoint_steps(run.path()), (std::vector<int64_t>{5, 0}));
  EXPECT_EQ(checkpoint_steps(aside), (std::vector<int64_t>{15, 10}));
  EXPECT_TRUE(fs::exists(aside / "samples" / "15.csv"));
  EXPECT_TRUE(fs::exists(run.samples() / "5.csv"));
  EXPECT_FALSE(fs::exists(run.samples() / "15.csv"));
  EXPECT_EQ(read_file(aside / "metrics.jsonl", ErrorKind::data), "{\"step\":5}\n{\"step\":10}\n");
  EXPECT_EQ(read_file(aside / "events.out.tfevents.000001.rnngan", ErrorKind::data), event);
  EXPECT_EQ(run.set_aside(0), "abandoned-2");
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

}  // namespace run_directory_test
}  // namespace rnngan
