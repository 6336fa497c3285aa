#include "data/csv_text.h"

#include <gtest/gtest.h>

namespace rnngan {
namespace csv_text_test {

TEST(CsvText, IsoTimes) {
  EXPECT_EQ(parse_iso_time("1970-01-02"), (Instant{86'400, 0}));
  EXPECT_EQ(parse_iso_time("1970-01-01T00:01"), (Instant{60, 0}));
  EXPECT_EQ(parse_iso_time("1970-01-01 00:00:01.5Z"), (Instant{1, 500'000'000}));
  EXPECT_EQ(parse_iso_time("1970-01-01T02:00:00+02:00"), (Instant{0, 0}));
  EXPECT_EQ(parse_iso_time("1969-12-31T22:30:00-0130"), (Instant{0, 0}));
  EXPECT_EQ(parse_iso_time("2020-02-29T23:59:59.000000001"), (Instant{1'583'020'799, 1}));
}

TEST(CsvText, OtherTimesAreNone) {
  for (const char* text :
       {"", "01/02/2020", "2020-1-2", "2020-13-01", "2019-02-29", "2020-01-01T", "2020-01-01T24:00",
        "2020-01-01T10", "2020-01-01T10:00:00.", "2020-01-01T10:00:00.1234567891", "2020-01-01x",
        "2020-01-01T10:00 UTC", "10:00", "2020-01-01T10:00+2"}) {
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << text;
  }
}

}  // namespace csv_text_test
}  // namespace rnngan
