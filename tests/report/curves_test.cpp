// The course of runs.
#include "report/curves.h"

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "report/support.h"

namespace rnngan {
namespace curves_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::filesystem::path log_of(const std::string& text) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "rnngan_metrics.jsonl";
  std::ofstream(file) << text;
  return file;
}

TEST(ARunLog, HasTheNumbersOfEveryRow) {
  const RunLog log =
      read_run_log(log_of("{\"step\":5,\"d.total\":1,\"g.total\":null}\n{\"step\":10,\"d.total\":2,"
                          "\"score.acf\":0.5}\n{\"ste"));
  ASSERT_EQ(log.size(), 2U);
  EXPECT_THAT(log.at("d.total").step, ElementsAre(5, 10));
  EXPECT_THAT(log.at("d.total").value, ElementsAre(1, 2));
  EXPECT_THAT(log.at("score.acf").step, ElementsAre(10));
}

TEST(ARunLog, IsRefusedWhereTheProgramDidNotWriteIt) {
  for (const char* row : {"{}\n", "null\n", "{\"step\":6,\"g.total\":\"x\"}\n"}) {
    EXPECT_THROW(read_run_log(log_of(row)), Error) << row;
  }
}

TEST(ARunLog, OfNoFileIsEmpty) {
  EXPECT_THAT(read_run_log("/nowhere/metrics.jsonl"), IsEmpty());
  EXPECT_EQ(training_figures({}), "");
}

TEST(ABand, SpansTheRunsAtEqualSteps) {
  const Curve a{{5, 10, 15}, {1, 2, 3}}, b{{5, 10}, {3, NAN}};
  const CurveBand band = band_of({&a, &b});
  EXPECT_THAT(band.step, ElementsAre(5, 10, 15));
  EXPECT_THAT(band.mean, ElementsAre(2, 2, 3));
  EXPECT_THAT(band.low, ElementsAre(1, 2, 3));
  EXPECT_THAT(band.high, ElementsAre(3, 2, 3));
}

TEST(ThinnedCurves, KeepTheirMean) {
  Curve curve;
  for (int i = 1; i <= 1000; ++i) {
    curve.step.push_back(i);
    curve.value.push_back(i);
  }
  const Curve thin = thinned(curve, 100);
  ASSERT_EQ(thin.step.size(), 100U);
  EXPECT_DOUBLE_EQ(thin.step.back(), 1000);
  EXPECT_DOUBLE_EQ(thin.value.front(), 5.5);
}

TEST(TrainingFigures, ShowScoresWithTheirFloorAndEveryColumn) {
  RunLog log;
  for (const char* name : {"d.total", "g.total", "d.r1", "d.r1.grad_norm", "score.acf",
                           "score.acf.floor", "d.pair JSD", "steps_per_second"}) {
    log[name] = {{5, 10}, {1, 2}};
  }
  const std::string text = training_figures(log);
  const std::string whole = "<div>" + text + "</div>";
  MarkupReader whole_reader(whole);
  EXPECT_NO_THROW(whole_reader.read());
  EXPECT_THAT(text, HasSubstr(">acf</text>"));
  EXPECT_THAT(text, HasSubstr("class=\"l floor\""));
  for (const char* name : {">d.r1<", ">d.r1.grad_norm<", ">d.pair JSD<", ">steps_per_second<"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
}

TEST(TheRangeOfACurve, CutsRarePeaks) {
  std::vector<double> values(200, 0);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 10);
  values[77] = 1e9;
  EXPECT_LT(curve_range(values).high, 100);
  EXPECT_GT(curve_range({1, 2, 3}).high, 3);
}

}  // namespace curves_test
}  // namespace rnngan
