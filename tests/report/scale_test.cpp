// Axes.
#include "report/scale.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace scale_test {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ticks, AreRoundNumbersWithinTheAxis) {
  EXPECT_THAT(nice_ticks(0, 1, 5), ElementsAre(0, DoubleEq(0.2), DoubleEq(0.4),
                                               DoubleEq(0.6000000000000001), DoubleEq(0.8), 1));
  EXPECT_THAT(nice_ticks(-13, 27, 4), ElementsAre(-10, 0, 10, 20));
  EXPECT_THAT(nice_ticks(1628, 6186, 4), ElementsAre(2000, 3000, 4000, 5000, 6000));
}

TEST(Ticks, AreAtLeastTwoWhereverTheAxisLies) {
  for (const double low : {-7.3, 0.0, 0.999, 1e-7, 12345.678, -1e9}) {
    for (const double span : {1e-6, 0.013, 0.3, 1.0, 7.7, 1e4, 3.3e8}) {
      const double high = low + span;
      const auto ticks = nice_ticks(low, high, 2);
      ASSERT_GE(ticks.size(), 2U) << low << " " << span;
      EXPECT_LE(ticks.size(), 12U) << low << " " << span;
      for (const double tick : ticks) {
        EXPECT_GE(tick, low - 1e-6 * span);
        EXPECT_LE(tick, high + 1e-6 * span);
      }
    }
  }
}

TEST(Ticks, OfNoRangeAreNone) {
  EXPECT_THAT(nice_ticks(1, 1, 5), IsEmpty());
  EXPECT_THAT(nice_ticks(0, INFINITY, 5), IsEmpty());
  EXPECT_THAT(nice_ticks(NAN, 1, 5), IsEmpty());
}

TEST(Ticks, HaveTheDecimalsThatTellThemApart) {
  EXPECT_THAT(tick_texts({0, 0.25, 0.5}), ElementsAre("0.00", "0.25", "0.50"));
  EXPECT_THAT(tick_texts({-10, 0, 10}), ElementsAre("−10", "0", "10"));
  EXPECT_THAT(tick_texts({0, 20000, 40000}), ElementsAre("0", "20k", "40k"));
  EXPECT_THAT(tick_texts({0, 1e-6, 2e-6}), ElementsAre("0", "1e-06", "2e-06"));
  EXPECT_THAT(tick_texts({1000, 2000}), ElementsAre("1000", "2000"));
}

TEST(AScale, MapsItsDomainAndHoldsTheRest) {
  const Scale scale({10, 20, false}, 100, 0);
  EXPECT_DOUBLE_EQ(scale(10), 100);
  EXPECT_DOUBLE_EQ(scale(15), 50);
  EXPECT_DOUBLE_EQ(scale(20), 0);
  EXPECT_DOUBLE_EQ(scale(1000), 0);
  EXPECT_FALSE(scale.contains(20.1));
}

TEST(AnExtent, IsUsableWhateverItWasShown) {
  Extent none;
  none.include(NAN);
  none.include(INFINITY);
  EXPECT_TRUE(none.empty);
  EXPECT_GT(none.usable().span(), 0);
  Extent one;
  one.include(4.0);
  EXPECT_DOUBLE_EQ(one.usable().low, 2);
  EXPECT_DOUBLE_EQ(one.usable().high, 6);
  Extent huge;
  huge.include(std::vector<double>{-1e308, 1e308});
  EXPECT_TRUE(std::isfinite(huge.usable().span()));
}

TEST(ACoordinate, HasOneDecimalAtMost) {
  EXPECT_EQ(coordinate(12.34), "12.3");
  EXPECT_EQ(coordinate(12.04), "12");
  EXPECT_EQ(coordinate(-0.04), "0");
  EXPECT_EQ(coordinate(-0.06), "-0.1");
  EXPECT_EQ(coordinate(1e300), "100000");
}

}  // namespace scale_test
}  // namespace rnngan
