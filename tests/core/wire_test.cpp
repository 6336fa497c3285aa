#include "core/wire.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rnngan {
namespace wire_test {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

// The examples of protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2,
// the former as field 3 of another message, packed 3, 270, 86942 in field 6.
TEST(Wire, GoldenBytes) {
  WireMessage first;
  first.integer(1, 150);
  EXPECT_EQ(first.bytes(), bytes({0x08, 0x96, 0x01}));
  EXPECT_EQ(WireMessage().text(2, "testing").bytes(), bytes({0x12, 0x07}) + "testing");
  EXPECT_EQ(WireMessage().message(3, first).bytes(), bytes({0x1a, 0x03, 0x08, 0x96, 0x01}));
  EXPECT_EQ(WireMessage().integers(6, std::vector<int64_t>{3, 270, 86942}).bytes(),
            bytes({0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05}));
  EXPECT_EQ(WireMessage().integer(1, -1).bytes(),
            bytes({0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}));
  EXPECT_EQ(WireMessage().real32(2, -2.0F).bytes(), bytes({0x15, 0, 0, 0, 0xc0}));
  EXPECT_EQ(WireMessage().real(1, 1.0).bytes(), bytes({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
  EXPECT_EQ(WireMessage().reals(7, std::vector<double>{1.0}).bytes(),
            bytes({0x3a, 0x08, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
  EXPECT_EQ(WireMessage().reals(7, {}).bytes(), "");
  EXPECT_EQ(WireMessage().integer(20, 7).bytes(), bytes({0xa0, 0x01, 0x07}));
}

TEST(Wire, FindsAnInteger) {
  WireMessage message;
  message.real(1, 3.5).text(3, "\x10\x05").integer(2, 70000).real32(4, 1.0F);
  EXPECT_EQ(integer_in(message.bytes(), 2), 70000);
  EXPECT_EQ(integer_in(message.bytes(), 5), 0);
  EXPECT_EQ(integer_in(WireMessage().integer(2, -4).bytes(), 2), -4);
  EXPECT_FALSE(integer_in(bytes({0x12, 0x07, 'x'}), 2));  // shorter than it says
  EXPECT_FALSE(integer_in(bytes({0x13}), 2));             // a type that there is not
}

}  // namespace wire_test
}  // namespace rnngan
