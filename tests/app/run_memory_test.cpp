#include "app/run_memory.h"

#include <new>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/train.h"
#include "core/error.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace run_memory_test {

using testing_files::TemporaryFolder;
using testing_files::write_text;

TEST(MemoryOfReading, FollowsTheNumberOfCells) {
  const TemporaryFolder folder;
  const auto need = [&](const std::string& name, const std::string& text) {
    write_text(folder.path() / name, text);
    return memory_of_reading(folder.path() / name).value_or(-1);
  };
  std::string rows;
  for (int row = 0; row < 1000; ++row) rows += "1.25,-3\n";
  EXPECT_NEAR(need("a.csv", rows), 2000 * 18 + 1000 * 80, 1);
  for (char& c : rows) c = c == ',' ? ';' : c == '.' ? ',' : c;
  EXPECT_NEAR(need("b.csv", rows), 2000 * 18 + 1000 * 80, 1);
  const std::string header = "\x93NUMPY" + std::string(2, '\1') + "v {'descr': '<f4', ";
  EXPECT_NEAR(need("a.npy", header + std::string(40'000, '\0')), 10'000 * 22, 300);
  EXPECT_EQ(need("a.csv.gz", rows), -1);
  EXPECT_EQ(memory_of_reading(folder.path() / "none.csv"), std::nullopt);
}

/// Whose fault it is where memory does not suffice after all.
TEST(OutOfMemory, IsTheFaultOfModelOrData) {
  const TemporaryFolder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  std::string rows = "x\n";
  for (int row = 0; row < 100'000; ++row) rows += row % 2 == 0 ? "1\n" : "2\n";
  write_text(path("rows.csv"), rows);
  write_text(path("config.json"), R"({"data": {"path": ")" + path("rows.csv") + R"("},
      "model": {"generator": {"hidden": 4}, "discriminator": {"hidden": 4}},
      "train": {"steps": 1, "batch": 4}, "evaluate": {"every": 0}})");
  const auto kind_of = [&](const TrainSinks& sinks) {
    try {
      train({.config = path("config.json"), .out = path("run"), .report = false}, sinks);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::bug;
  };
  TrainSinks sinks;
  sinks.on_rows = [](int64_t) { throw std::bad_alloc(); };
  EXPECT_EQ(kind_of(sinks), ErrorKind::data);
  sinks = {};
  sinks.on_start = [](const RunStart& start) {
    EXPECT_GT(start.memory.total(), 0);
    throw std::bad_alloc();
  };
  EXPECT_EQ(kind_of(sinks), ErrorKind::config);
}

}  // namespace run_memory_test
}  // namespace rnngan
