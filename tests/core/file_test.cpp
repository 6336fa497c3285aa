#include "core/file.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/period.h"

namespace rnngan {
namespace file_test {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(::testing::TempDir()) /
                 (std::string("rnngan-file-") +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  size_t entries() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  fs::path directory_;
};

template <class Function>
Error error_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::bug, "", "nothing was thrown"};
}

TEST_F(FileTest, WritesWholeAndReadsBack) {
  const fs::path target = directory_ / "a.txt";
  write_file(target, "hello");
  EXPECT_EQ(read_file(target, ErrorKind::data), "hello");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(FileTest, NothingStandsAtTheTargetBeforeCommit) {
  const fs::path target = directory_ / "a.txt";
  write_file(target, "old");
  {
    AtomicFile file(target);
    file.write("new");
    EXPECT_EQ(read_file(target, ErrorKind::data), "old");
  }
  EXPECT_EQ(read_file(target, ErrorKind::data), "old");
  EXPECT_EQ(entries(), 1U) << "a temporary was left behind";
}

TEST_F(FileTest, WritesThroughALink) {
  write_file(directory_ / "real.txt", "old");
  fs::create_symlink("real.txt", directory_ / "link.txt");
  write_file(directory_ / "link.txt", "new");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link.txt"));
  EXPECT_EQ(read_file(directory_ / "real.txt", ErrorKind::data), "new");
}

TEST_F(FileTest, WritesThroughALinkToNothing) {
  fs::create_directory(directory_ / "sub");
  fs::create_symlink("sub/real.txt", directory_ / "link.txt");
  write_file(directory_ / "link.txt", "new");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link.txt"));
  EXPECT_EQ(read_file(directory_ / "sub" / "real.txt", ErrorKind::data), "new");
  fs::create_symlink("none/real.txt", directory_ / "lost.txt");
  EXPECT_STREQ(error_of([&] { write_file(directory_ / "lost.txt", "x"); }).what(),
               ((directory_ / "lost.txt").string() + ": there is no directory " +
                (directory_ / "none").string())
                   .c_str());
}

TEST_F(FileTest, KeepsModeAndOwnerOfATarget) {
  const fs::path target = directory_ / "a.txt";
  write_file(target, "old");
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chown(target.c_str(), 12, 34), 0);
  }
  write_file(target, "new");
  struct stat status {};
  ASSERT_EQ(::stat(target.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0604U);
  if (root) {
    EXPECT_EQ(status.st_uid, 12U);
  }
  if (root) {
    EXPECT_EQ(status.st_gid, 34U);
  }
}

TEST_F(FileTest, NewFilesFollowTheUmask) {
  const mode_t before = ::umask(0027);
  write_file(directory_ / "a.txt", "x");
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat((directory_ / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

/// As somebody who may not look into a folder.
TEST_F(FileTest, DeniedIsNotAbsent) {
  const fs::path locked = directory_ / "locked";
  fs::create_directory(locked);
  write_file(locked / "a.txt", "x");
  fs::permissions(locked, fs::perms::none);
  const bool root = ::geteuid() == 0;
  constexpr uid_t kNobody = 65534;
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const Error read = error_of([&] { read_file(locked / "a.txt", ErrorKind::data); });
  const Error there = error_of([&] { is_there(locked / "a.txt", ErrorKind::config); });
  const Error writable = error_of([&] { require_writable(locked / "b" / "a.txt"); });
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  fs::permissions(locked, fs::perms::owner_all);
  const std::string name = (locked / "a.txt").string();
  EXPECT_EQ(read.what(), name + ": cannot be read: Permission denied");
  EXPECT_EQ(there.what(), name + ": cannot be opened: Permission denied");
  EXPECT_EQ(there.kind(), ErrorKind::config);
  EXPECT_EQ(writable.problems().front().fact, "cannot be opened: Permission denied");
  EXPECT_FALSE(is_there(directory_ / "none", ErrorKind::data));
}

TEST_F(FileTest, AFullDiskIsAnError) {
  const Error error = error_of([] { write_file("/dev/full", "x"); });
  EXPECT_EQ(error.kind(), ErrorKind::output);
  EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
  EXPECT_TRUE(fs::exists("/dev/full")) << "the device was replaced";
}

TEST_F(FileTest, RefusesTargetsThatCannotBe) {
  const Error missing = error_of([&] { require_writable(directory_ / "no" / "a.txt"); });
  EXPECT_EQ(missing.kind(), ErrorKind::output);
  EXPECT_NE(std::string(missing.what()).find("there is no directory"), std::string::npos);
  EXPECT_EQ(error_of([&] { require_writable(directory_); }).kind(), ErrorKind::output);
  EXPECT_NO_THROW(require_writable(directory_ / "a.txt"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(FileTest, ReadingSaysWhatIsWrong) {
  const Error missing = error_of([&] { read_file(directory_ / "none", ErrorKind::config); });
  EXPECT_EQ(missing.kind(), ErrorKind::config);
  EXPECT_EQ(std::string(missing.what()), (directory_ / "none").string() + ": no such file");
  const Error directory = error_of([&] { read_file(directory_, ErrorKind::data); });
  EXPECT_EQ(std::string(directory.what()), directory_.string() + ": is a directory");
}

TEST_F(FileTest, HashesAsTheStandardSays) {
  // FIPS 180-2, appendix B.1
  const char* const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(sha256_hex({"a", "bc"}), abc);
  write_file(directory_ / "abc", "abc");
  EXPECT_EQ(sha256_file(directory_ / "abc", ErrorKind::data), abc);
}

TEST_F(FileTest, OneHolderOfALock) {
  {
    const auto first = DirectoryLock::acquire(directory_);
    ASSERT_TRUE(first.has_value());
    EXPECT_FALSE(DirectoryLock::acquire(directory_).has_value());
  }
  EXPECT_TRUE(DirectoryLock::acquire(directory_).has_value());
}

TEST(Period, FiresWhenABoundaryIsCrossed) {
  EXPECT_FALSE(crossed(0, 9, 10));
  EXPECT_TRUE(crossed(9, 10, 10));
  EXPECT_FALSE(crossed(10, 11, 10));
  EXPECT_TRUE(crossed(8, 31, 10));
  EXPECT_FALSE(crossed(0, 100, 0));
}

}  // namespace file_test
}  // namespace rnngan
