// Drawings.
#include "report/chart.h"

#include "report/support.h"

namespace rnngan {
namespace chart_test {

using ::testing::HasSubstr;
using ::testing::Not;

// A plot of 100 by 100 units at (0, 0) in data coordinates 0 ... 10.
ChartFrame frame() {
  return {.heading = "a<b",
          .description = "what \"it\" shows",
          .x = {0, 10, false},
          .y = {0, 10, false},
          .width = 118,
          .height = 138,
          .x_axis = false,
          .y_axis = false};
}

TEST(AChart, SaysWhatItShowsAndEscapesIt) {
  const std::string svg = Chart(frame()).svg();
  MarkupReader reader(svg);
  EXPECT_NO_THROW(reader.read());
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-label=\"what &quot;it&quot; shows\"><title>what"));
  EXPECT_THAT(svg, HasSubstr(">a&lt;b</text>"));
}

TEST(ALine, GoesThroughItsPoints) {
  Chart chart(frame());
  chart.line(std::vector<double>{0, 5, 10}, std::vector<double>{0, 10, 5}, "real");
  EXPECT_THAT(chart.svg(), HasSubstr("<path class=\"l real\" d=\"M8 120L58 20L108 70\"/>"));
}

TEST(ALine, IsInterruptedByWhatIsNotFinite) {
  Chart chart(frame());
  chart.line(std::vector<double>{0, 2, 4, 6, 8}, std::vector<double>{0, 1, NAN, 3, 4}, "real");
  EXPECT_THAT(chart.svg(), HasSubstr("d=\"M8 120L28 110M68 90L88 80\""));
}

TEST(ALine, IsCutWhereItLeavesTheFrame) {
  Chart chart(frame());
  chart.line(std::vector<double>{0, 2, 4}, std::vector<double>{5, 15, 5}, "real");
  EXPECT_THAT(chart.svg(), HasSubstr("d=\"M8 70L18 20M38 20L48 70\""));
}

TEST(ALine, OutsideTheFrameIsNotDrawn) {
  Chart chart(frame());
  chart.line(std::vector<double>{0, 2, 4}, std::vector<double>{50, 50, 60}, "real");
  EXPECT_THAT(chart.svg(), Not(HasSubstr("l real")));
}

TEST(Points, BeyondTheFrameStandOnItsEdge) {
  Chart chart(frame());
  chart.dots(std::vector<double>{5, NAN}, std::vector<double>{99, 1}, "real");
  EXPECT_THAT(chart.svg(), HasSubstr("<path class=\"p real\" d=\"M58 20h0\"/>"));
}

TEST(Bars, StandOnTheAxis) {
  Chart chart(frame());
  chart.bars(std::vector<double>{0, 5, 10}, std::vector<double>{10, 5}, "real", true);
  EXPECT_THAT(chart.svg(), HasSubstr("<path class=\"b real\" d=\"M8 120V20H58V70H108V120Z\""));
}

}  // namespace chart_test
}  // namespace rnngan
