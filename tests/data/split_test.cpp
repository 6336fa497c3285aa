#include "data/split.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "data_test_util.h"

namespace rnngan {
namespace split_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::problem_of;

SplitInput one_series(int64_t rows, int64_t window, int64_t stride = 1) {
  SplitInput input;
  input.place = "file.csv";
  input.offsets = {0, rows};
  input.window = window;
  input.stride = stride;
  return input;
}

SplitInput sequences(const std::vector<int64_t>& lengths, int64_t window = 0) {
  SplitInput input = one_series(0, window);
  input.several = true;
  input.offsets = {0};
  for (const int64_t length : lengths) input.offsets.push_back(input.offsets.back() + length);
  return input;
}

std::set<int64_t> rows_of(const std::vector<Span>& spans) {
  std::set<int64_t> rows;
  for (const Span& span : spans) {
    for (int64_t r = span.begin; r < span.begin + span.length; ++r) rows.insert(r);
  }
  return rows;
}

void expect_disjoint_rows(const Split& split) {
  std::vector<int64_t> all;
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    const auto rows = rows_of(*part);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  EXPECT_EQ(std::set<int64_t>(all.begin(), all.end()).size(), all.size());
}

void expect_inside_sequences(const Split& split, const SplitInput& input) {
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    for (const Span& span : *part) {
      EXPECT_GE(span.begin, input.offsets[static_cast<size_t>(span.source)]);
      EXPECT_LE(span.begin + span.length, input.offsets[static_cast<size_t>(span.source) + 1]);
    }
  }
}

SplitConfig with_policy(SplitPolicy policy, int64_t seed = 1) {
  SplitConfig config;
  config.policy = policy;
  config.seed = seed;
  return config;
}

TEST(Split, NoRowIsInTwoParts) {
  for (const auto policy : {SplitPolicy::blocks, SplitPolicy::time, SplitPolicy::sequence}) {
    for (int64_t seed = 1; seed <= 5; ++seed) {
      for (const int64_t stride : {1, 3, 30}) {
        for (const int64_t window : {1, 7, 24}) {
          auto input = policy == SplitPolicy::sequence ? sequences({40, 90, 100, 30, 55}, window)
                                                       : one_series(1860, window, stride);
          input.stride = stride;
          const Split split = split_windows(input, with_policy(policy, seed));
          EXPECT_FALSE(split.train.empty());
          EXPECT_FALSE(split.validation.empty());
          EXPECT_FALSE(split.test.empty());
          expect_disjoint_rows(split);
          expect_inside_sequences(split, input);
        }
      }
    }
  }
}

TEST(Split, BlocksOfSeveralSequencesStayInsideThem) {
  const auto input = sequences({500, 300, 700}, 10);
  const Split split = split_windows(input, with_policy(SplitPolicy::blocks));
  expect_disjoint_rows(split);
  expect_inside_sequences(split, input);
}

TEST(Split, BlockSizes) {
  // 34 blocks of 143 rows and a little more; three each are held out and hold 120 windows each.
  const Split split = split_windows(one_series(34 * 143, 24), with_policy(SplitPolicy::automatic));
  EXPECT_EQ(split.policy, SplitPolicy::blocks);
  EXPECT_EQ(split.validation.size(), 360U);
  EXPECT_EQ(split.test.size(), 360U);
  EXPECT_GE(split.train.size(), 3800U) << "windows across borders of training blocks are kept";
}

TEST(Split, ShortSeriesGetsSmallerBlocks) {
  const Split split = split_windows(one_series(500, 24), with_policy(SplitPolicy::blocks));
  EXPECT_EQ(rows_of(split.validation).size(), 50U);  // 10 blocks, no less than 2 * 24 - 1 rows each
  const Split longer = split_windows(one_series(1860, 24), with_policy(SplitPolicy::blocks));
  EXPECT_EQ(rows_of(longer.validation).size(), 3U * 62);  // 30 blocks
}

TEST(Split, HoldsOutBlocksOfEveryStretch) {
  for (int64_t seed = 1; seed <= 20; ++seed) {
    SplitConfig config = with_policy(SplitPolicy::blocks, seed);
    config.block = 10;
    config.test = 0.2;
    const Split split = split_windows(one_series(1000, 11), config);  // 50 blocks of 20 rows
    const auto test = rows_of(split.test), validation = rows_of(split.validation);
    ASSERT_EQ(test.size(), 200U);
    ASSERT_EQ(validation.size(), 100U);
    for (int64_t k = 0; k < 10; ++k) {
      EXPECT_EQ(std::distance(test.lower_bound(100 * k), test.lower_bound(100 * (k + 1))), 20)
          << seed << " " << k;
    }
    for (int64_t k = 0; k < 5; ++k) {
      EXPECT_EQ(
          std::distance(validation.lower_bound(200 * k), validation.lower_bound(200 * (k + 1))), 20)
          << seed << " " << k;
    }
  }
  const auto test_of = [](int64_t seed) {
    return rows_of(
        split_windows(one_series(1860, 24), with_policy(SplitPolicy::blocks, seed)).test);
  };
  EXPECT_EQ(test_of(1), test_of(1));
  EXPECT_NE(test_of(1), test_of(2));
}

TEST(Split, HoldsOutSequencesOfEveryStretch) {
  for (int64_t seed = 1; seed <= 20; ++seed) {
    const auto split = split_windows(sequences(std::vector<int64_t>(100, 3)),
                                     with_policy(SplitPolicy::sequence, seed));
    ASSERT_EQ(split.test.size(), 10U);
    for (size_t k = 0; k < 10; ++k) {  // one of each ten
      EXPECT_EQ(split.test[k].source / 10, static_cast<int64_t>(k)) << seed;
    }
  }
}

/// How many members of each class a part has.
std::vector<int64_t> members(const std::vector<Span>& part, const std::vector<int64_t>& labels) {
  std::vector<int64_t> counts(static_cast<size_t>(*std::ranges::max_element(labels)) + 1);
  for (const Span& span : part) {
    ++counts[static_cast<size_t>(labels[static_cast<size_t>(span.source)])];
  }
  return counts;
}

TEST(Split, EveryPartHasItsShareOfEveryClass) {
  std::vector<int64_t> labels;
  for (int64_t n = 0; n < 100; ++n) labels.push_back(n % 10 < 5 ? 0 : n % 10 < 8 ? 1 : 2);
  auto input = sequences(std::vector<int64_t>(100, 3));
  input.labels = labels;
  for (int64_t seed = 1; seed <= 20; ++seed) {
    const auto split = split_windows(input, with_policy(SplitPolicy::sequence, seed));
    EXPECT_THAT(members(split.test, labels), ElementsAre(5, 3, 2)) << seed;
    EXPECT_THAT(members(split.validation, labels), ElementsAre(5, 3, 2)) << seed;
    expect_disjoint_rows(split);
    EXPECT_EQ(split.train.size(), 80U);
  }
}

TEST(Split, AStratifiedSplitStaysAsItIs) {
  // Each stretch of ten is one class, and each gives one sequence to each part.
  auto input = sequences(std::vector<int64_t>(100, 3));
  for (int64_t seed = 1; seed <= 10; ++seed) {
    const auto config = with_policy(SplitPolicy::sequence, seed);
    input.labels.clear();
    const auto plain = split_windows(input, config);
    for (int64_t n = 0; n < 100; ++n) input.labels.push_back(n / 10);
    const auto labelled = split_windows(input, config);
    EXPECT_EQ(labelled.test, plain.test);
    EXPECT_EQ(labelled.validation, plain.validation);
    EXPECT_EQ(labelled.train, plain.train);
  }
}

TEST(Split, AClassOfThreeIsEverywhereAndOneOfOneInTraining) {
  std::vector<int64_t> labels(60, 0);
  labels[7] = labels[8] = labels[50] = 1;
  labels[20] = 2;
  labels[30] = labels[31] = 3;
  auto input = sequences(std::vector<int64_t>(60, 3));
  input.labels = labels;
  for (int64_t seed = 1; seed <= 50; ++seed) {
    const auto split = split_windows(input, with_policy(SplitPolicy::sequence, seed));
    const auto train = members(split.train, labels);
    EXPECT_EQ(train[1], 1) << seed;
    EXPECT_EQ(members(split.validation, labels)[1], 1) << seed;
    EXPECT_EQ(members(split.test, labels)[1], 1) << seed;
    EXPECT_EQ(train[2], 1) << seed;
    EXPECT_GE(train[3], 1) << seed;
    EXPECT_EQ(split.test.size(), 6U) << seed;
    EXPECT_EQ(split.validation.size(), 6U) << seed;
  }
}

TEST(Split, APartGrowsUntilItHasEveryClass) {
  std::vector<int64_t> labels;
  for (int64_t n = 0; n < 27; ++n) labels.push_back(n % 9);
  auto input = sequences(std::vector<int64_t>(27, 3));
  input.labels = labels;
  const auto split = split_windows(input, with_policy(SplitPolicy::sequence));
  EXPECT_THAT(members(split.test, labels), testing::Each(1));
  EXPECT_THAT(members(split.validation, labels), testing::Each(1));
  auto config = with_policy(SplitPolicy::sequence);
  config.validation = 0;
  EXPECT_TRUE(split_windows(input, config).validation.empty());
}

TEST(Split, LabelsHaveNoPartInOtherPolicies) {
  auto input = sequences({500, 300, 700}, 10);
  const auto plain = split_windows(input, with_policy(SplitPolicy::blocks));
  input.labels = {0, 1, 1};
  EXPECT_EQ(split_windows(input, with_policy(SplitPolicy::blocks)).train, plain.train);
}

TEST(Split, TooShortForBlocks) {
  const auto problem =
      problem_of([] { split_windows(one_series(100, 24), with_policy(SplitPolicy::blocks)); });
  EXPECT_THAT(problem.message(), HasSubstr("100 rows are too few for 3 blocks"));
  EXPECT_THAT(problem.hint, HasSubstr("\"none\""));
}

TEST(Split, TimeIsInOrder) {
  const Split split = split_windows(one_series(100, 5), with_policy(SplitPolicy::time));
  EXPECT_EQ(split.train.size(), 76U);
  EXPECT_EQ(split.validation.front().begin, 80);
  EXPECT_EQ(split.validation.back(), (Span{85, 5, 0}));
  EXPECT_EQ(split.test.front().begin, 90);
  EXPECT_EQ(split.test.back(), (Span{95, 5, 0}));
}

TEST(Split, SequencesAreDealtWhole) {
  const auto input = sequences(std::vector<int64_t>(20, 3));
  const Split split = split_windows(input, with_policy(SplitPolicy::automatic));
  EXPECT_EQ(split.policy, SplitPolicy::sequence);
  EXPECT_EQ(split.train.size(), 16U);
  EXPECT_EQ(split.validation.size(), 2U);
  EXPECT_EQ(split.test.size(), 2U);
  EXPECT_EQ(split_windows(input, with_policy(SplitPolicy::automatic)).train, split.train);
  EXPECT_NE(split_windows(input, with_policy(SplitPolicy::automatic, 2)).train, split.train);
}

TEST(Split, TooFewSequences) {
  EXPECT_THAT(problem_of([] {
                split_windows(sequences({3, 3}), with_policy(SplitPolicy::sequence));
              }).message(),
              HasSubstr("2 sequences are too few"));
}

TEST(Split, WholeSequencesCannotBeCut) {
  EXPECT_THAT(problem_of([] {
                split_windows(sequences({3, 3, 3}), with_policy(SplitPolicy::time));
              }).hint,
              HasSubstr("data.window.length"));
}

TEST(Split, FractionsOfZeroAreEmptyAndOthersAreNot) {
  auto config = with_policy(SplitPolicy::sequence);
  config.validation = 0;
  config.test = 0.01;
  const Split split = split_windows(sequences({3, 3, 3, 3}), config);
  EXPECT_TRUE(split.validation.empty());
  EXPECT_EQ(split.test.size(), 1U);
}

TEST(Split, PartWithoutAWindowIsAnError) {
  EXPECT_THAT(problem_of([] {
                split_windows(one_series(100, 24), with_policy(SplitPolicy::time));
              }).message(),
              HasSubstr("no window of 24 steps is left for the validation split"));
}

TEST(Split, NoneGivesEverythingToAll) {
  const Split split = split_windows(one_series(10, 4), with_policy(SplitPolicy::none));
  EXPECT_EQ(split.train.size(), 7U);
  EXPECT_EQ(split.train, split.validation);
  EXPECT_EQ(split.train, split.test);
}

TEST(Split, MissingRowsAreNeverInASpan) {
  auto input = one_series(12, 3, 2);
  input.missing.assign(12, 0);
  input.missing[5] = 1;
  const Split split = split_windows(input, with_policy(SplitPolicy::none));
  EXPECT_THAT(split.train, ElementsAre(Span{0, 3, 0}, Span{2, 3, 0}, Span{6, 3, 0}, Span{8, 3, 0}));
}

TEST(Split, PermutationIsOneAndDependsOnTheSeed) {
  auto order = seeded_permutation(50, 3);
  EXPECT_EQ(order, seeded_permutation(50, 3));
  EXPECT_NE(order, seeded_permutation(50, 4));
  std::sort(order.begin(), order.end());
  std::vector<int64_t> counting(50);
  std::iota(counting.begin(), counting.end(), 0);
  EXPECT_EQ(order, counting);
}

TEST(Split, HugeStridesAndBlocksDoNotOverflow) {
  SplitInput input = one_series(100, 5, INT64_MAX);
  EXPECT_THAT(split_windows(input, with_policy(SplitPolicy::none)).train,
              ElementsAre(Span{0, 5, 0}));
  auto config = with_policy(SplitPolicy::blocks);
  config.block = INT64_MAX;
  EXPECT_EQ(split_windows(input, config).test.size(), 1U);
}

}  // namespace split_test
}  // namespace rnngan
