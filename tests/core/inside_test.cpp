#include "core/inside.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace rnngan {
namespace inside_test {

namespace fs = std::filesystem;

std::string refusal(const fs::path& folder, const fs::path& path) {
  try {
    require_inside(folder, path, ErrorKind::output);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::output);
    return error.problems().front().fact;
  }
  return "";
}

TEST(PlainName, IsThatOfAFolder) {
  for (const char* name : {"a", "r3gan-1", "A_b.c"}) EXPECT_TRUE(is_plain_name(name)) << name;
  for (const char* name : {"", ".", "..", ".a", "a/b", "../a", "a b", "ä", "a\n"}) {
    EXPECT_FALSE(is_plain_name(name)) << name;
  }
  EXPECT_TRUE(is_plain_name(std::string(100, 'a')));
  EXPECT_FALSE(is_plain_name(std::string(101, 'a')));
  EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3)));
}

TEST(RequireInside, TakesWhatStaysBelow) {
  const testing_files::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "f";
  fs::create_directories(folder / "a" / "b");
  fs::create_directory_symlink("a", folder / "link");
  fs::create_directory_symlink("f", temporary.path() / "whole");
  EXPECT_EQ(refusal(folder, folder / "a" / "b" / "new" / "file"), "");
  EXPECT_EQ(refusal(folder, folder / "link" / "b"), "");
  EXPECT_EQ(refusal(temporary.path() / "whole", temporary.path() / "whole" / "a"), "");
}

TEST(RequireInside, RefusesWaysOut) {
  const testing_files::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "f";
  fs::create_directories(folder / "a");
  fs::create_directory(temporary.path() / "fa");
  const std::string out = fmt::format("leads out of {}", folder.string());
  EXPECT_EQ(refusal(folder, folder / ".." / "x"), out);
  EXPECT_EQ(refusal(folder, folder / "a" / ".." / ".." / "x"), out);
  EXPECT_EQ(refusal(folder, temporary.path() / "x"), out);
  fs::create_directory_symlink("../fa", folder / "out");
  EXPECT_EQ(refusal(folder, folder / "out" / "x"), "is a link that " + out);
  fs::create_symlink("../none", folder / "nowhere");
  EXPECT_EQ(refusal(folder, folder / "nowhere"), "is a link that leads nowhere");
  fs::create_symlink("loop", folder / "loop");
  EXPECT_EQ(refusal(folder, folder / "loop" / "x"), "is a link that leads nowhere");
}

}  // namespace inside_test
}  // namespace rnngan
