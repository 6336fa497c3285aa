#include "evaluation/cmp_rmmd.h"

#include <limits>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "evaluation/evaluated_sets.h"
#include "evaluation/golden_sets.h"
#include "evaluation/relative_mmd.h"

namespace rnngan {
namespace cmp_rmmd_test {

TEST(CompareByRmmd, SaysWhichSampleIsCloser) {
  const SequenceSet real = sines(300, 1), good = sines(300, 2), noise = white_noise(300, 3);
  const RmmdComparison first = compare_by_rmmd(real, good, noise);
  EXPECT_EQ(first.closer, CloserModel::a);
  EXPECT_GT(first.p, 0.95);
  EXPECT_LT(first.t, 0);
  const RmmdComparison second = compare_by_rmmd(real, noise, good);
  EXPECT_EQ(second.closer, CloserModel::b);
  EXPECT_NEAR(first.p + second.p, 1, 1e-12);
  const RmmdComparison even = compare_by_rmmd(real, good, good);
  EXPECT_EQ(even.closer, CloserModel::none);
  EXPECT_NEAR(even.p, 0.5, 1e-9);
  EXPECT_STREQ(verdict_text(first.closer), "a closer");
  EXPECT_STREQ(verdict_text(second.closer), "b closer");
  EXPECT_STREQ(verdict_text(even.closer), "none");
}

TEST(CompareByRmmd, AgreesWithTheTestItself) {
  const SequenceSet real = golden_h(), a = golden_b(), b = golden_a();
  MetricInput input{real, real};
  const KernelView view = kernel_view(real, {&real, &a, &b}, input);
  const RelativeMmd test = relative_mmd(view.kernel, view.rows[0], view.rows[1], view.rows[2]);
  const RmmdComparison found = compare_by_rmmd(real, a, b);
  EXPECT_NEAR(found.p, test.p, 1e-12);
  EXPECT_NEAR(found.t, test.t, 1e-12);
  EXPECT_NEAR(found.variance, test.variance, 1e-15);
  const RmmdComparison changes = compare_by_rmmd(differences(real), differences(a), differences(b));
  EXPECT_NEAR(compare_by_rmmd(real, a, b, /*differenced=*/true).p, changes.p, 1e-12);
  EXPECT_NE(changes.p, found.p);
}

// Steps of a shuffled order have the same levels: only differences tell them apart.
TEST(CompareByRmmd, DifferencesSeeTheOrderOfSteps) {
  const auto drift = [](int64_t count, uint64_t seed) {
    SequenceSet set = sines(count, seed, 1);
    set = with_values(
        set, set.padded() * 0.001 + sines(count, seed + 100, 1).padded().narrow(1, 0, 1) * 10);
    return set;
  };
  SequenceSet shuffled = drift(300, 2);
  shuffled = with_values(shuffled, shuffled.padded().index_select(
                                       1, torch::tensor({3, 0, 6, 2, 7, 4, 1, 5}, torch::kInt64)));
  EXPECT_EQ(compare_by_rmmd(drift(300, 1), drift(300, 3), shuffled, true).closer, CloserModel::a);
}

TEST(CompareByRmmd, Guards) {
  const SequenceSet real = sines(40, 1), other = sines(40, 2);
  SequenceSet broken = other;
  broken = with_values(broken, other.padded().clone());
  broken.padded()[0][0][0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(compare_by_rmmd(real, broken, other).reason, "");
  broken.padded()[0][0][0] = -std::numeric_limits<double>::infinity();
  EXPECT_THROW(compare_by_rmmd(broken, other, other), Error);
  EXPECT_THROW(compare_by_rmmd(real, feature_of(other, 0), other), Error);
  EXPECT_EQ(compare_by_rmmd(real, sines(1, 3), other).reason, "needs_n_ge_2");
  EXPECT_EQ(compare_by_rmmd(real, cut(other, 1), other, true).reason, "needs_t_ge_2");
  SequenceSet flat = real;
  flat = with_values(flat, at::ones_like(real.padded()));
  const RmmdComparison none = compare_by_rmmd(flat, other, real);
  EXPECT_EQ(none.reason, "degenerate_reference");
  EXPECT_EQ(none.closer, CloserModel::none);
}

}  // namespace cmp_rmmd_test
}  // namespace rnngan
