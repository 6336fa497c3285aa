#include "core/free_memory.h"

#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace rnngan {
namespace free_memory_test {

using testing_files::TemporaryFolder;
using testing_files::write_text;

/// A system that says what a test writes.
class FreeMemory : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    const auto file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    write_text(file, text);
  }
  void write_available(const std::string& kilobytes) const {
    write("proc/meminfo", "MemTotal: 99 kB\nMemFree: 7 kB\nMemAvailable:   " + kilobytes + " kB\n");
  }
  std::optional<int64_t> free() const {
    return free_memory({folder_.path() / "proc", folder_.path() / "cgroup"});
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(FreeMemory, IsWhatTheSystemHasAvailable) {
  EXPECT_EQ(free(), std::nullopt);
  write_available("1000");
  EXPECT_EQ(free(), 1'024'000);
}

TEST_F(FreeMemory, IsWhatEachGroupAboveLeaves) {
  write_available("1000");
  write("proc/self/cgroup", "0::/a/b\n");
  write("cgroup/a/b/memory.max", "max\n");
  write("cgroup/a/b/memory.current", "5000\n");
  EXPECT_EQ(free(), 1'024'000);
  write("cgroup/a/memory.max", "90000\n");
  write("cgroup/a/memory.current", "50000\n");
  write("cgroup/a/memory.stat", "anon 1\ninactive_file_x 7\ninactive_file 20000\n");
  EXPECT_EQ(free(), 60'000);
  write("cgroup/a/b/memory.max", "5500\n");
  EXPECT_EQ(free(), 500);
  write("cgroup/a/b/memory.max", "4000\n");
  EXPECT_EQ(free(), 0);
}

TEST_F(FreeMemory, KnowsGroupsOfTheFirstVersion) {
  write_available("1000");
  write("proc/self/cgroup", "4:cpu,memory:/elsewhere/c\n0::/\n");
  write("cgroup/memory/memory.limit_in_bytes", "100000\n");
  write("cgroup/memory/memory.usage_in_bytes", "70000\n");
  write("cgroup/memory/memory.stat", "inactive_file 9\ntotal_inactive_file 10000\n");
  EXPECT_EQ(free(), 40'000);
  write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");  // none
  EXPECT_EQ(free(), 1'024'000);
}

TEST_F(FreeMemory, IsKnownHere) {
#ifdef __linux__
  EXPECT_GT(free_memory().value_or(0), 1'000'000);
#endif
}

TEST(MemoryText, HasTwoDigitsOrMore) {
  EXPECT_EQ(memory_text(480.3e9), "480 GB");
  EXPECT_EQ(memory_text(1.54e9), "1.5 GB");
  EXPECT_EQ(memory_text(22e6), "22 MB");
  EXPECT_EQ(memory_text(999.7e6), "1.0 GB");
  EXPECT_EQ(memory_text(0), "0 kB");
}

}  // namespace free_memory_test
}  // namespace rnngan
