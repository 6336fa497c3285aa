// The relative test between the first row and the others, of samples in memory and on disk.
#include "comparison/relative_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "comparison/support.h"
#include "core/error.h"

namespace rnngan::comparison_testing {
namespace relative_tests_test {

using ::testing::HasSubstr;

SequenceSet random_walks(uint64_t seed, double drift) {
  torch::manual_seed(seed);
  const auto x = (torch::randn({80, 6, 2}, torch::kDouble) + drift).cumsum(1);
  return {x, torch::full({80}, 6, torch::kInt64)};
}

LeaderboardRow row(const std::string& name) {
  LeaderboardRow row;
  row.variant = name;
  row.runs = {{{}, "runs/" + name + "-1"}, {{}, "runs/" + name + "-2"}};
  return row;
}

TEST(RelativeTests, SayWhichVariantIsCloserBySeed) {
  const RunSamples samples = {{"runs/good-1", random_walks(2, 0)},
                              {"runs/good-2", random_walks(3, 0)},
                              {"runs/bad-1", random_walks(4, 2)},
                              {"runs/bad-2", random_walks(5, 2)}};
  const auto tests = relative_tests({row("good"), row("bad")}, random_walks(1, 0), samples);
  ASSERT_EQ(tests.size(), 2U);
  EXPECT_EQ(tests[0].metric, "cmp_rmmd");
  EXPECT_EQ(tests[1].metric, "cmp_rmmd_d1");
  for (const auto& test : tests) {
    EXPECT_EQ(test.a, "good");
    EXPECT_EQ(test.b, "bad");
    EXPECT_EQ(test.a_closer, 2);
    EXPECT_EQ(test.b_closer, 0);
    for (const auto& p : test.p) EXPECT_GT(p, 0.95);
  }
  const auto turned = relative_tests({row("bad"), row("good")}, random_walks(1, 0),
                                     {{"runs/good-1", random_walks(2, 0)},
                                      {"runs/bad-1", random_walks(4, 2)},
                                      {"runs/bad-2", random_walks(5, 2)}});
  EXPECT_LT(turned[0].p[0], 0.05);
  EXPECT_EQ(turned[0].p[1], std::nullopt);  // one of them has no samples
  EXPECT_EQ(turned[0].b_closer, 1);
}

TEST(RelativeTests, ReadTheSamplesOfAFolder) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "runs/good-2/samples.csv";
  fs::create_directories(file.parent_path());
  write_text(file, "sequence_id,step,y,x\n0,0,1,2\n0,1,3,4\n1,0,5,6\n1,1,7,8.5\n");
  SequenceSet real;
  real.columns.resize(2);
  real.columns[0].name = "x";
  real.columns[1].name = "y";
  const RunGrid runs = {row("good").runs, row("bad").runs};
  const RunSamples samples = read_run_samples(runs, folder.path(), {}, real);
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_TRUE(
      torch::equal(samples.at("runs/good-2").padded(),
                   torch::tensor({{{2., 1.}, {4., 3.}}, {{6., 5.}, {8.5, 7.}}}, torch::kDouble)));
  real.columns[0].name = "z";
  EXPECT_THROW(read_run_samples(runs, folder.path(), {}, real), Error);
}

}  // namespace relative_tests_test
}  // namespace rnngan::comparison_testing
