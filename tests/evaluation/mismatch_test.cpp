#include "evaluation/mismatch.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/judged_sets.h"

namespace rnngan {
namespace mismatch_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Sequences uniform(double low, double high) {
  const auto x = torch::linspace(low, high, 400, torch::kDouble).reshape({50, 8, 1});
  return {x, torch::full({50}, 8, torch::kInt64)};
}

TEST(Mismatches, AreNoneBetweenAlikeSets) {
  EXPECT_THAT(mismatches(sines(60, 1), sines(40, 2), {"x", "y"}), IsEmpty());
  EXPECT_THAT(mismatches(uniform(0, 1), uniform(0.3, 5), {"v"}), IsEmpty());
  EXPECT_THAT(mismatches(uniform(0, 0), uniform(7, 9), {"v"}), IsEmpty());  // no scale
}

TEST(Mismatches, NameTheColumnOfAnotherScale) {
  const Sequences real = uniform(1000, 2000);
  EXPECT_THAT(mismatches(real, uniform(1, 2), {"price"}),
              ElementsAre("price: the middle half of synthetic values is 1.251 to 1.752, of real "
                          "ones 1251 to 1752: another unit or scale?"));
  EXPECT_THAT(mismatches(real, uniform(20000, 21000), {"v"}), ElementsAre(StartsWith("v: ")));
  EXPECT_THAT(mismatches(uniform(1400, 1405), real, {"v"}), ElementsAre(StartsWith("v: ")));
  Sequences broken = real;
  broken.x = real.x.clone();
  broken.x[0].fill_(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(mismatches(real, broken, {"v"}), IsEmpty());
}

TEST(Mismatches, SayWhenAllLengthsDiffer) {
  Sequences shorter = uniform(0, 1);
  shorter.x = shorter.x.narrow(1, 0, 5).contiguous();
  shorter.lengths = torch::full({50}, 5, torch::kInt64);
  EXPECT_THAT(mismatches(uniform(0, 1), shorter, {"v"}),
              ElementsAre(StartsWith("synthetic sequences have 5 steps, real ones 8: ")));
  shorter.lengths[0] = 4;  // lengths of many kinds
  EXPECT_THAT(mismatches(uniform(0, 1), shorter, {"v"}), IsEmpty());
}

}  // namespace mismatch_test
}  // namespace rnngan
