#include "core/time_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace time_text_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CivilTime, DaysAreCountedFrom1970) {
  EXPECT_EQ(day_number({1970, 1, 1}), 0);
  EXPECT_EQ(day_number({2000, 3, 1}), 11'017);
  for (const int64_t day : {-1, 0, 59, 11'016, 20'000}) EXPECT_EQ(day_number(civil_day(day)), day);
  EXPECT_EQ(weekday_of(0), 3) << "a Thursday";
  EXPECT_EQ(weekday_of(-4), 6);
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(2023, 12), 31);
  EXPECT_EQ(instant_of(1.5), (Instant{1, 500'000'000}));
  EXPECT_EQ(instant_of(seconds_of({1'583'020'799, 999'999'000})),
            (Instant{1'583'020'799, 999'999'000}));
}

TEST(IsoTime, IsRead) {
  EXPECT_EQ(parse_iso_time("1970-01-02"), (Instant{86'400, 0}));
  EXPECT_EQ(parse_iso_time("1970-01-01T00:01"), (Instant{60, 0}));
  EXPECT_EQ(parse_iso_time("1970-01-01 00:00:01.5Z"), (Instant{1, 500'000'000}));
  EXPECT_EQ(parse_iso_time("1970-01-01T02:00:00+02:00"), (Instant{0, 0}));
  EXPECT_EQ(parse_iso_time("1969-12-31T22:30:00-0130"), (Instant{0, 0}));
  EXPECT_EQ(parse_iso_time("2020-02-29T23:59:59.000000001"), (Instant{1'583'020'799, 1}));
}

TEST(IsoTime, OtherTextsAreNone) {
  for (const char* text : {"", "01/02/2020", "2020-1-2", "2020-13-01", "2019-02-29", "2020-01-01T",
                           "2020-01-01T10:00:00.", "2020-01-01T10:00:00.1234567891", "2020-01-01x",
                           "2020-01-01T10:00 UTC", "10:00", "2020-01-01T10:00+2"}) {
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << text;
  }
}

TEST(IsoTime, IsReadInFull) {
  const auto day = [](int year, int month, int of_month) {
    return Instant{86'400 * day_number({year, month, of_month}), 0};
  };
  EXPECT_EQ(parse_iso_time("1990-01"), day(1990, 1, 1));
  EXPECT_EQ(parse_iso_time("2020-060"), day(2020, 2, 29));
  EXPECT_EQ(parse_iso_time("2020-W53"), day(2020, 12, 28));
  EXPECT_EQ(parse_iso_time("2021-W01-7"), day(2021, 1, 10));
  EXPECT_EQ(parse_iso_time("20200131T0930Z"), (Instant{day(2020, 1, 31).seconds + 34'200, 0}));
  EXPECT_EQ(parse_iso_time("2020-01-31T24:00"), day(2020, 2, 1));
  EXPECT_EQ(parse_iso_time("2020-01-31 09+02"), (Instant{day(2020, 1, 31).seconds + 25'200, 0}));
  for (const char* const text : {"2021-W53", "2020-367", "2019-366", "20200131", "2020-13",
                                 "2020-01-31T24:01", "2020-02-30", "2020-1-1", "2020"}) {
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << text;
  }
}

TEST(TimeFormat, ReadsAndWrites) {
  const auto goes_round = [](const char* text, const char* format) {
    const auto time = parse_time(text, format);
    EXPECT_TRUE(time) << text;
    EXPECT_EQ(format_time(time.value_or(Instant{}), format), text) << format;
  };
  goes_round("16/12/2006 17:24:00", "%d/%m/%Y %H:%M:%S");
  goes_round("1/2/2011 0:05", "%-m/%-d/%Y %-H:%M");
  goes_round("3 Mar 99, 12:30 AM", "%-d Mar %y, %I:%M %p");
  goes_round("2020-W53-5", "%G-W%V-%u");
  goes_round("2020-060", "%Y-%j");
  goes_round("Thu, 01 Jan 2015", "%a, %d %b %Y");
  goes_round("Monday 2024-02-26", "%A %Y-%m-%d");
  goes_round("2020-01-31T09:30:00.250+01:00", "%Y-%m-%dT%H:%M:%S.%3f%{+01:00}");
  goes_round("1969-12-31 23:59:59", "%Y-%m-%d %H:%M:%S");
  EXPECT_EQ(parse_time("2020-06-01T00:00+02:00", "%Y-%m-%dT%H:%M%{+01:00}"),
            parse_iso_time("2020-06-01T00:00+02:00"))
      << "any zone is read, one is written";
  EXPECT_EQ(parse_time("12 pm", "%I %p"), (Instant{43'200, 0}));
  EXPECT_EQ(parse_time("31/04/2020", "%d/%m/%Y"), std::nullopt);
  EXPECT_EQ(parse_time("Fri, 01 Jan 2015", "%a, %d %b %Y"), std::nullopt) << "a Thursday";
  EXPECT_EQ(parse_time("1/1/2020 x", "%d/%m/%Y"), std::nullopt);
  EXPECT_EQ(format_problem("%d/%m/%Y"), "");
  EXPECT_EQ(format_problem("%d/%Q"), "\"%Q\" is no directive");
  EXPECT_EQ(format_problem("day"), "says nothing of the time");
}

TEST(TimeFormats, AreFoundInTexts) {
  const auto formats = [](std::vector<std::vector<std::string>> columns) {
    return find_time_formats(columns).formats;
  };
  EXPECT_THAT(formats({{"2020-01-31T09:30:00.25Z"}}), ElementsAre("%Y-%m-%dT%H:%M:%S.%2f%{Z}"));
  EXPECT_THAT(formats({{"1990-01", "1990-02"}}), ElementsAre("%Y-%m"));
  EXPECT_THAT(formats({{"16/12/2006", "17/12/2006"}, {"17:24:00", "00:00:00"}}),
              ElementsAre("%d/%m/%Y", "%H:%M:%S"));
  EXPECT_THAT(formats({{"1/13/2011 0:00", "1/13/2011 12:00"}}), ElementsAre("%-m/%-d/%Y %-H:%M"));
  EXPECT_THAT(formats({{"2020-01-31"}, {"7"}}), ElementsAre("%Y-%m-%d", "%-H"));
  EXPECT_THAT(formats({{"2010", "2010"}, {"1", "2"}, {"31", "1"}, {"23", "0"}}),
              ElementsAre("%Y", "%-m", "%-d", "%-H"));
  EXPECT_THAT(formats({{"Jan 3, 2020"}}), ElementsAre("%b %-d, %Y"));
  EXPECT_THAT(formats({{"Fri, 3 Jan 2020 10:00:00"}}), ElementsAre("%a, %-d %b %Y %H:%M:%S"));
  EXPECT_THAT(formats({{"Friday 2020-01-03"}}), ElementsAre("%A %Y-%m-%d"));
  const TimeFormats none = find_time_formats({{"16/12/2006", "16/12/2006", "soon"}});
  EXPECT_THAT(none.formats, IsEmpty());
  EXPECT_EQ(none.unread, 2);
}

TEST(TimeFormats, DayAndMonthAreToldApartOrAsked) {
  const auto both = find_time_formats({{"03/04/2020", "02/03/2020", "01/05/2020"}});
  EXPECT_THAT(both.formats, ElementsAre("%d/%m/%Y"));
  EXPECT_THAT(both.rival, ElementsAre("%m/%d/%Y"));
  // In the order of the file one of them goes back and forth.
  const auto days = find_time_formats({{"01/02/2020", "02/02/2020", "03/02/2020", "01/03/2020"}});
  EXPECT_THAT(days.formats, ElementsAre("%d/%m/%Y"));
  EXPECT_THAT(days.rival, IsEmpty());
}

}  // namespace time_text_test
}  // namespace rnngan
