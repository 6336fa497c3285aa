#include "training/schedule.h"

#include <gtest/gtest.h>

namespace rnngan {
namespace schedule_test {

TEST(Schedule, ConstantStaysAtOne) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::constant;
  for (const int64_t step : {0, 50, 99}) EXPECT_EQ(schedule_factor(schedule, step, 100), 1.0);
}

TEST(Schedule, LinearHoldsThenFallsToItsEnd) {
  ScheduleConfig schedule;  // hold .5, final .02
  EXPECT_EQ(schedule_factor(schedule, 0, 101), 1.0);
  EXPECT_EQ(schedule_factor(schedule, 50, 101), 1.0);
  EXPECT_NEAR(schedule_factor(schedule, 75, 101), 0.51, 1e-12);
  EXPECT_NEAR(schedule_factor(schedule, 100, 101), 0.02, 1e-12);
}

TEST(Schedule, CosineIsHalfWayInTheMiddle) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::cosine;
  schedule.hold = 0;
  schedule.final = 0;
  EXPECT_NEAR(schedule_factor(schedule, 50, 101), 0.5, 1e-12);
  EXPECT_NEAR(schedule_factor(schedule, 100, 101), 0.0, 1e-12);
}

TEST(Schedule, WarmUpRisesFromOneStep) {
  ScheduleConfig schedule;
  schedule.kind = ScheduleKind::constant;
  schedule.warmup = 4;
  EXPECT_DOUBLE_EQ(schedule_factor(schedule, 0, 100), 0.25);
  EXPECT_DOUBLE_EQ(schedule_factor(schedule, 3, 100), 1.0);
}

}  // namespace schedule_test
}  // namespace rnngan
