// Two sets of independent sequences of one distribution, 200 times: intervals and p-values hold
// their level.
#include <functional>
#include <vector>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/metric_support.h"
#include "evaluation/relative_mmd.h"
#include "evaluation/scoring.h"
#include "tensor/random.h"

namespace rnngan {
namespace null_level_test {

constexpr int kDraws = 200;
// Of 200 draws at a level of 5 %, 10 are expected to fall beyond it; more than 18 do so in less
// than one of 100 cases.
constexpr int kMostBeyond = 18;

SequenceSet draw(uint64_t seed) {
  at::Generator generator = stream_generator(seed, "null", 0);
  const at::Tensor noise = at::randn({50, 8, 2}, generator, at::kDouble);
  return {((noise.cumsum(1) * 10).round() / 10).clamp_min(0), at::full({50}, 8, at::kLong)};
}

MetricResult score_of_draw(const char* metric, int i) {
  const auto seed = static_cast<uint64_t>(3 * i);
  const SequenceSet real = draw(seed), synthetic = draw(seed + 1);
  MetricInput input{real, synthetic};
  input.seed = seed + 1;
  return metric_row(metric).compute(input);
}

void expect_level(const char* metric, const std::function<bool(const MetricResult&)>& beyond) {
  int count = 0;
  for (int i = 0; i < kDraws; ++i) count += beyond(score_of_draw(metric, i)) ? 1 : 0;
  EXPECT_LE(count, kMostBeyond) << metric;
}

TEST(NullLevel, OfTheClassifierTest) {
  int beyond = 0, outside = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto detail = score_of_draw("c2st_fast", i).detail;
    beyond += detail.at("p_value").get<double>() < 0.05 ? 1 : 0;
    const bool covers =
        detail.at("low").get<double>() <= 0.5 && detail.at("high").get<double>() >= 0.5;
    outside += covers ? 0 : 1;
  }
  EXPECT_LE(beyond, kMostBeyond);
  EXPECT_LE(outside, kMostBeyond);
}

TEST(NullLevel, OfTheKernelTest) {
  expect_level("mmd2", [](const MetricResult& result) {
    return result.detail.at("p_value").get<double>() < 0.05;
  });
}

// Which of two sets is closer, where neither is: small p-values are as rare as large ones.
TEST(NullLevel, OfTheRelativeKernelTest) {
  int small = 0, large = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto seed = static_cast<uint64_t>(3 * i);
    const SequenceSet real = draw(seed), train = draw(seed + 1), synthetic = draw(seed + 2);
    MetricInput input{real, synthetic};
    input.train = &train;
    input.hold_out = &real;
    const double p = *metric_row("mem_rmmd").compute(input).value;
    small += p < 0.05 ? 1 : 0;
    large += p > 0.95 ? 1 : 0;
  }
  EXPECT_LE(small, kMostBeyond);
  EXPECT_LE(large, kMostBeyond);
}

}  // namespace null_level_test
}  // namespace rnngan
