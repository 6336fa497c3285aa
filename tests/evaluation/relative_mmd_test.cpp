#include "evaluation/relative_mmd.h"

#include <cmath>

#include <gtest/gtest.h>

#include "evaluation/evaluated_sets.h"
#include "evaluation/golden_sets.h"

namespace rnngan {
namespace relative_mmd_test {

RelativeMmd of_sets(const SequenceSet& reference, const SequenceSet& x, const SequenceSet& y,
                    const SequenceSet& z) {
  MetricInput input{reference, x};
  input.subsampling = false;
  const KernelView view = kernel_view(reference, {&x, &y, &z}, input);
  return relative_mmd(view.kernel, view.rows[0], view.rows[1], view.rows[2]);
}

void expect_test(const RelativeMmd& found, double t, double variance, double p) {
  EXPECT_NEAR(found.t, t, 1e-8);
  EXPECT_NEAR(found.variance, variance, 1e-8 * 1e-2);
  EXPECT_NEAR(found.p / p, 1, 1e-3);
}

TEST(RelativeMmd, GoldenLevels) {
  const SequenceSet a = golden_a(), b = golden_b(), h = golden_h(), mix = golden_mix();
  expect_test(of_sets(a, b, h, a), 0.0813975179, 2.2853700524e-4, 3.635442e-8);
  expect_test(of_sets(a, mix, h, a), 0.0851327575, 3.2500362911e-4, 1.166023e-6);
  expect_test(of_sets(a, h, b, a), 0.0336142511, 1.9077927141e-4, 0.007474);
}

TEST(RelativeMmd, GoldenDifferences) {
  const SequenceSet a = differences(golden_a()), b = differences(golden_b()),
                    h = differences(golden_h()), mix = differences(golden_mix());
  expect_test(of_sets(a, b, h, a), 0.0743407546, 1.7112394446e-4, 6.620695e-9);
  expect_test(of_sets(a, mix, h, a), 0.0834873251, 2.6283386387e-4, 1.304686e-7);
  expect_test(of_sets(a, h, b, a), 0.0195614205, 1.6272793162e-4, 0.062583);
}

TEST(RelativeMmd, ExchangedSetsExchangeTheVerdict) {
  const SequenceSet a = golden_a(), b = golden_b(), h = golden_h();
  const RelativeMmd one = of_sets(a, h, b, a), other = of_sets(a, h, a, b);
  EXPECT_NEAR(one.t, -other.t, 1e-12);
  EXPECT_NEAR(one.variance, other.variance, 1e-12);
  EXPECT_NEAR(one.p + other.p, 1, 1e-12);
}

TEST(RelativeMmd, NothingBetweenEqualSets) {
  const SequenceSet a = golden_a(), b = golden_b();
  const RelativeMmd same = of_sets(a, b, a, a);
  EXPECT_NEAR(same.t, 0, 1e-12);
  EXPECT_TRUE(std::isfinite(same.p));
  // All alike: no variance at all.
  SequenceSet flat = golden_a();
  flat = with_values(flat, at::ones_like(flat.padded()));
  EXPECT_EQ(of_sets(a, flat, flat, flat).p, 0.5);
}

MetricResult memorisation(const SequenceSet& train, const SequenceSet& hold_out,
                          const SequenceSet& synthetic) {
  MetricInput input{hold_out, synthetic};
  input.train = &train;
  input.hold_out = &hold_out;
  return mem_rmmd_row().compute(input);
}

TEST(MemRmmd, AccusesCopiesOnly) {
  const SequenceSet train = sines(400, 1), hold_out = sines(400, 2), fresh = sines(400, 3);
  const MetricResult copy = memorisation(train, hold_out, train);
  EXPECT_LT(copy.value.value(), 0.05);
  EXPECT_TRUE(copy.detail["memorisation_suspected"].get<bool>());
  EXPECT_GT(copy.detail["t"].get<double>(), 0);
  const MetricResult other = memorisation(train, hold_out, hold_out);
  EXPECT_GT(other.value.value(), 0.95);
  EXPECT_FALSE(other.detail["memorisation_suspected"].get<bool>());
  EXPECT_GT(memorisation(train, hold_out, fresh).value.value(), 0.01);
  EXPECT_EQ(copy.params["kernel"], "rbf_mix5");
}

TEST(MemRmmd, TakesEqualNumbersOfBoth) {
  EXPECT_EQ(memorisation(sines(300, 1), sines(100, 2), sines(50, 3)).params["count"], 100);
  EXPECT_EQ(memorisation(sines(90, 1), sines(100, 2), sines(50, 3)).detail["warning"],
            "few_sequences");
}

TEST(MemRmmd, Guards) {
  const SequenceSet fine = sines(10, 1);
  EXPECT_EQ(skip_reason(evaluated(mem_rmmd_row(), fine, fine)), "needs_train");
  EXPECT_EQ(skip_reason(memorisation(sines(1, 1), fine, fine)), "needs_n_ge_2");
  EXPECT_EQ(skip_reason(memorisation(fine, fine, sines(1, 1))), "needs_n_ge_2");
  SequenceSet flat = fine;
  flat = with_values(flat, at::ones_like(fine.padded()));
  EXPECT_EQ(skip_reason(memorisation(flat, fine, fine)), "degenerate_reference");
}

}  // namespace relative_mmd_test
}  // namespace rnngan
