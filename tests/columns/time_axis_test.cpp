#include "columns/time_axis.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/time_text.h"

namespace rnngan::columns_test {

/// The axis of these rows of one sequence.
TimeAxis axis_of(const std::vector<std::string>& texts) {
  TimeAxis axis;
  axis.names = {"day"};
  axis.formats = find_time_formats({texts}).formats;
  std::vector<double> times;
  for (const std::string& text : texts) times.push_back(axis.read(text).value());
  std::vector<bool> follows(times.size(), true);
  follows[0] = false;
  fit_grid(axis, times, follows);
  return axis;
}

std::string after(const TimeAxis& axis, const std::string& text) {
  return axis.text(axis.next(axis.read(text).value()));
}

TEST(TimeAxis, RegularGridsAreContinued) {
  const TimeAxis hours = axis_of({"2020-02-28T22:00", "2020-02-28T23:00", "2020-02-29T00:00"});
  EXPECT_EQ(hours.grid_text(), "every 1 h");
  EXPECT_EQ(after(hours, "2020-12-31T23:00"), "2021-01-01T00:00");
  EXPECT_EQ(axis_of({"2020-01-01", "2020-01-08", "2020-01-15"}).grid_text(), "every week");
}

TEST(TimeAxis, MonthsAreOfUnequalLength) {
  const TimeAxis months = axis_of({"1990-01", "1990-02", "1990-03", "1990-04"});
  EXPECT_EQ(months.grid_text(), "every month");
  EXPECT_EQ(after(months, "1990-12"), "1991-01");
  const TimeAxis ends = axis_of({"31/01/2020", "29/02/2020", "31/03/2020", "30/04/2020"});
  EXPECT_EQ(after(ends, "30/04/2020"), "31/05/2020");
  EXPECT_EQ(axis_of({"2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01"}).grid_text(),
            "every 3 months");
  EXPECT_EQ(axis_of({"2019-02-03", "2020-02-03", "2021-02-03"}).grid_text(), "every year");
}

TEST(TimeAxis, WeekendsAreLeftOut) {
  const TimeAxis days = axis_of({"2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"});
  EXPECT_EQ(days.grid_text(), "weekdays");
  EXPECT_EQ(after(days, "2024-01-12"), "2024-01-15");
  EXPECT_EQ(after(days, "2024-01-15"), "2024-01-16");
}

TEST(TimeAxis, AFewHolesLeaveAGridRegular) {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) {
    if (i != 20 && i != 21) texts.push_back(format_time({i * 60, 0}, "%Y-%m-%d %H:%M:%S"));
  }
  EXPECT_EQ(axis_of(texts).grid_text(), "every 1 min");
  EXPECT_EQ(axis_of({"2020-01-01", "2020-01-03", "2020-01-04", "2020-01-09"}).grid,
            TimeGrid::irregular);
}

TEST(TimeAxis, GridsMayBeFinerThanTheirDigits) {
  TimeAxis serial;  // days, of hours
  serial.names = {"t"};
  serial.decimals = 6;
  std::vector<double> times;
  std::vector<bool> follows;
  for (int i = 0; i < 48; ++i) {
    times.push_back(std::round((45'292 + i / 24.0) * 1e6) / 1e6);
    follows.push_back(i > 0);
  }
  fit_grid(serial, times, follows);
  EXPECT_EQ(serial.grid, TimeGrid::regular);
  EXPECT_NEAR(serial.step, 1 / 24.0, 1e-7);
  TimeAxis fast;  // of today, in seconds: a double resolves .24 microseconds
  fast.names = {"t"};
  fast.formats = {"%Y-%m-%dT%H:%M:%S.%6f"};
  for (int i = 0; i < 48; ++i) times[static_cast<size_t>(i)] = 1.7e9 + i * 250e-6;
  fit_grid(fast, times, follows);
  EXPECT_EQ(fast.grid, TimeGrid::regular);
}

TEST(TimeAxis, GridsSayWhereTheyMayBegin) {
  const TimeAxis days = axis_of({"2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"});
  EXPECT_TRUE(days.may_begin(days.read("2026-02-27").value()));
  EXPECT_FALSE(days.may_begin(days.read("2026-02-28").value()));
  const TimeAxis ends = axis_of({"31/01/2020", "29/02/2020", "31/03/2020", "30/04/2020"});
  EXPECT_TRUE(ends.may_begin(ends.read("28/02/2026").value()));
  EXPECT_FALSE(ends.may_begin(ends.read("27/02/2026").value()));
}

TEST(TimeAxis, NumbersKeepTheirDigits) {
  TimeAxis axis;
  axis.names = {"t"};
  axis.decimals = 2;
  fit_grid(axis, {0, 0.25, 0.5, 0.75}, {false, true, true, true});
  EXPECT_EQ(axis.grid_text(), "every 0.25");
  EXPECT_EQ(axis.text(axis.next(0.5)), "0.75");
  EXPECT_EQ(axis.read("0.5"), 0.5);
  EXPECT_EQ(axis.read("soon"), std::nullopt);
  axis.step = 0.8 - 0.7;
  EXPECT_EQ(axis.grid_text(), "every 0.1");
  fit_grid(axis, {0, 86400000000, 172800000000}, {false, true, true});
  EXPECT_EQ(axis.grid_text(), "every 86400000000");
}

}  // namespace rnngan::columns_test
