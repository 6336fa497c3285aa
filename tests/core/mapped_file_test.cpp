#include "core/mapped_file.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"

namespace rnngan {

namespace fs = std::filesystem;

class MappedFiles : public ::testing::Test {
 protected:
  MappedFiles() { std::ofstream(path_, std::ios::binary) << "twelve bytes"; }
  ~MappedFiles() override { fs::remove(path_); }

  fs::path path_ = fs::path(::testing::TempDir()) / "rnngan-mapped-file";
};

TEST_F(MappedFiles, WritesStayInTheProcess) {
  const MappedFile file(path_, ErrorKind::data);
  EXPECT_EQ(std::string_view(file.data(), file.size()), "twelve bytes");
  file.data()[0] = 'T';
  file.release();
  EXPECT_EQ(std::string_view(file.data(), file.size()), "Twelve bytes");
  EXPECT_EQ(read_file(path_, ErrorKind::data), "twelve bytes");
}

TEST_F(MappedFiles, AnEmptyFileHasNoBytes) {
  std::ofstream(path_, std::ios::binary | std::ios::trunc);
  const MappedFile file(path_, ErrorKind::data);
  EXPECT_EQ(file.size(), 0U);
  file.release();
}

TEST_F(MappedFiles, OthersAreRefused) {
  const auto message = [](const fs::path& path) -> std::string {
    try {
      const MappedFile file(path, ErrorKind::data);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(message(path_ / "below"), testing::HasSubstr("cannot be read: Not a directory"));
  EXPECT_THAT(message(::testing::TempDir()), testing::HasSubstr("is not a regular file"));
}

}  // namespace rnngan
