#include "core/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace rnngan {
namespace crc32c_test {

// RFC 3720, B.4.
TEST(Crc32c, GoldenVectors) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  std::string rising, falling;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  for (int i = 31; i >= 0; --i) falling += static_cast<char>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eU);
  EXPECT_EQ(crc32c(falling), 0x113fdb5cU);
  std::string command(
      "\x01\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\0\0\0\0\0\x04\0\0\0\0\x14\0\0\0\x18"
      "\x28\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0",
      48);
  EXPECT_EQ(crc32c(command), 0xd9963a56U);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
}

}  // namespace crc32c_test
}  // namespace rnngan
