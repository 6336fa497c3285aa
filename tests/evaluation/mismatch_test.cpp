#include "evaluation/mismatch.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/evaluated_sets.h"
#include "evaluation/golden_sets.h"
#include "evaluation/mixed_sets.h"

namespace rnngan {
namespace mismatch_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

SequenceSet uniform(double low, double high) {
  const auto x = torch::linspace(low, high, 400, torch::kDouble).reshape({50, 8, 1});
  return {x, torch::full({50}, 8, torch::kInt64)};
}

TEST(Mismatches, AreNoneBetweenAlikeSets) {
  EXPECT_THAT(mismatches(sines(60, 1), sines(40, 2)), IsEmpty());
  EXPECT_THAT(mismatches(named(uniform(0, 1), {"v"}), uniform(0.3, 5)), IsEmpty());
  EXPECT_THAT(mismatches(named(uniform(0, 0), {"v"}), uniform(7, 9)), IsEmpty());  // no scale
}

TEST(Mismatches, AreNoneOfClasses) {
  std::vector<std::string> classes;
  for (int v = 0; v < 200; ++v) classes.push_back(std::to_string(v));
  const auto codes = [&](double low, double high) {
    return with_kinds(uniform(low, high), {{"station", classes}});
  };
  EXPECT_THAT(mismatches(codes(0, 1), codes(150, 190)), IsEmpty());
}

TEST(Mismatches, AreNoneWhereOneSideHasMoreZeros) {
  const auto with_zeros = [](double share) {
    SequenceSet of = uniform(1, 9);
    of = with_values(of, of.padded().clone());
    of.padded().flatten().narrow(0, 0, static_cast<int64_t>(400 * share)).fill_(0);
    return of;
  };
  EXPECT_THAT(mismatches(named(with_zeros(0.4), {"rain"}), with_zeros(0.8)), IsEmpty());
  EXPECT_THAT(mismatches(named(with_zeros(0.8), {"rain"}), with_zeros(0.4)), IsEmpty());
}

TEST(Mismatches, NameTheColumnOfAnotherScale) {
  const SequenceSet real = uniform(1000, 2000);
  EXPECT_THAT(mismatches(named(real, {"price"}), uniform(1, 2)),
              ElementsAre("price: the middle half of distinct synthetic values is 1.251 to 1.752, "
                          "of real ones 1251 to 1752: another unit or scale?"));
  EXPECT_THAT(mismatches(named(real, {"v"}), uniform(20000, 21000)),
              ElementsAre(StartsWith("v: ")));
  EXPECT_THAT(mismatches(named(uniform(1400, 1405), {"v"}), real), ElementsAre(StartsWith("v: ")));
  SequenceSet broken = real;
  broken = with_values(broken, real.padded().clone());
  broken.padded()[0].fill_(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(mismatches(named(real, {"v"}), broken),
              ElementsAre("v: 2 % of the synthetic cells are empty, none of the real ones: scores "
                          "are of the others"));
  EXPECT_THAT(mismatches(named(broken, {"v"}), broken), IsEmpty());
  broken.padded().fill_(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(mismatches(named(real, {"v"}), broken), ElementsAre(StartsWith("v: 100 % of")));
}

TEST(Mismatches, SayWhenAllLengthsDiffer) {
  SequenceSet shorter = uniform(0, 1);
  shorter = with_values(shorter, shorter.padded().narrow(1, 0, 5).contiguous());
  shorter.lengths = torch::full({50}, 5, torch::kInt64);
  EXPECT_THAT(mismatches(named(uniform(0, 1), {"v"}), shorter),
              ElementsAre(StartsWith("synthetic sequences have 5 steps, real ones 8: ")));
  shorter.lengths[0] = 4;  // lengths of many kinds
  EXPECT_THAT(mismatches(named(uniform(0, 1), {"v"}), shorter), IsEmpty());
}

}  // namespace mismatch_test
}  // namespace rnngan
