#include "core/append_file.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace append_file_test {

TEST(AppendFile, GrowsAndNamesAFullDisk) {
  const testing_files::TemporaryFolder folder;
  const auto file = folder.path() / "m.jsonl";
  { AppendFile(file).append("{\"step\":1}\n"); }
  { AppendFile(file).append("{\"step\":2}\n"); }
  EXPECT_EQ(read_file(file, ErrorKind::data), "{\"step\":1}\n{\"step\":2}\n");
  AppendFile full("/dev/full");
  try {
    full.append("{}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
    EXPECT_EQ(error.problems().front().hint, "free some space, then resume the run");
  }
}

}  // namespace append_file_test
}  // namespace rnngan
