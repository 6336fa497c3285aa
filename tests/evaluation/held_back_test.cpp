#include "evaluation/held_back.h"

#include <set>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/evaluated_sets.h"

namespace rnngan {
namespace held_back_test {

using at::Tensor;

SequenceSet windows(const std::vector<int64_t>& first_rows, int64_t steps) {
  const auto count = static_cast<int64_t>(first_rows.size());
  return {at::zeros({count, steps, 1}, at::kDouble),
          at::full({count}, steps, at::kLong),
          {},
          torch::tensor(first_rows, torch::kInt64)};
}

SequenceSet windows(int64_t from, int64_t count, int64_t steps) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < count; ++i) rows.push_back(from + i);
  return windows(rows, steps);
}

std::set<int64_t> rows_of(const SequenceSet& of, const Tensor& indices) {
  std::set<int64_t> rows;
  for (int64_t i = 0; i < indices.size(0); ++i) {
    const auto k = indices[i].item<int64_t>();
    const auto begin = of.first_row[k].item<int64_t>();
    for (int64_t r = begin; r < begin + of.lengths[k].item<int64_t>(); ++r) rows.insert(r);
  }
  return rows;
}

void expect_apart(const std::set<int64_t>& a, const std::set<int64_t>& b) {
  for (const int64_t row : a) ASSERT_EQ(b.count(row), 0U) << row;
}

TEST(HeldBack, SharesNoRowWithWhatIsTrainedOn) {
  const SequenceSet real = windows(0, 1000, 24), other = windows(500, 800, 24);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const HeldBack held = hold_back(real, other, 0.8, seed, "test");
    EXPECT_EQ(held.dealing, Dealing::apart);
    const auto trained = rows_of(real, held.real.first),
               other_trained = rows_of(other, held.synthetic.first),
               tested = rows_of(real, held.real.second),
               other_tested = rows_of(other, held.synthetic.second);
    // Not even with the other set's.
    for (const auto& first : {trained, other_trained}) {
      for (const auto& second : {tested, other_tested}) expect_apart(first, second);
    }
    EXPECT_GT(held.real.first.size(0), 350);
    EXPECT_GT(held.real.second.size(0) + held.synthetic.second.size(0), 250);
    EXPECT_LT(held.real.second.size(0) + held.synthetic.second.size(0), 500);
  }
}

TEST(HeldBack, KeepsStretchesThatOverlapWhole) {
  // Nine stretches of 20 windows: two are held back, and nothing is lost.
  std::vector<int64_t> rows;
  for (int64_t k = 0; k < 180; ++k) rows.push_back(k / 20 * 1000 + k % 20);
  const SequenceSet real = windows(rows, 24);
  const HeldBack held = hold_back(real, white_noise(100, 1), 0.8, 1, "test");
  EXPECT_EQ(held.real.first.size(0), 140);
  EXPECT_EQ(held.real.second.size(0), 40);
  EXPECT_EQ(held.synthetic.first.size(0), 80);
  EXPECT_EQ(held.synthetic.second.size(0), 20);
}

TEST(HeldBack, IsAtRandomWhereNothingOverlaps) {
  std::vector<int64_t> rows;
  for (int64_t k = 0; k < 100; ++k) rows.push_back(24 * k);
  SequenceSet real = windows(rows, 24);
  SequenceSet synthetic = white_noise(100, 1);
  synthetic.first_row = real.first_row + 24 * 1000;  // of other rows
  const HeldBack known = hold_back(real, synthetic, 0.8, 7, "test");
  EXPECT_EQ(known.dealing, Dealing::random);
  const RandomParts parts = halves(real, 3, "test");
  EXPECT_TRUE(parts.first.equal(random_parts(100, 0.5, 3, "test").first));
  real.first_row = synthetic.first_row = Tensor();
  const HeldBack unknown = hold_back(real, synthetic, 0.8, 7, "test");
  const RandomParts random = random_parts(100, 0.8, 7, "test.real");
  for (const HeldBack& held : {known, unknown}) {
    EXPECT_TRUE(std::get<0>(held.real.first.sort()).equal(std::get<0>(random.first.sort())));
    EXPECT_TRUE(std::get<0>(held.real.second.sort()).equal(std::get<0>(random.second.sort())));
    EXPECT_TRUE(held.synthetic.first.equal(unknown.synthetic.first));
  }
}

TEST(HeldBack, GivesEachSetItsShare) {
  std::vector<int64_t> few, many;
  for (int64_t k = 0; k < 100; ++k) few.push_back(k / 20 * 1000 + k % 20);
  for (int64_t k = 0; k < 800; ++k) many.push_back(100000 + k / 20 * 1000 + k % 20);
  const SequenceSet real = windows(few, 24), synthetic = windows(many, 24);
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const HeldBack held = hold_back(real, synthetic, 0.8, seed, "test");
    EXPECT_EQ(held.dealing, Dealing::apart);
    EXPECT_EQ(held.real.second.size(0), 20);
    EXPECT_EQ(held.synthetic.second.size(0), 160);
  }
}

TEST(HeldBack, SaysWhereTooFewWouldBeLeft) {
  const SequenceSet real = windows(0, 60, 100);  // all of them share rows
  const HeldBack held = hold_back(real, white_noise(60, 1), 0.8, 1, "test");
  EXPECT_EQ(held.dealing, Dealing::random_overlapping);
  EXPECT_EQ(held.real.first.size(0), 48);
  EXPECT_EQ(held.real.second.size(0), 12);
}

TEST(HeldBack, HalvesOfOneSetAreApart) {
  const SequenceSet real = windows(0, 400, 10);
  const RandomParts parts = halves(real, 3, "test");
  expect_apart(rows_of(real, parts.first), rows_of(real, parts.second));
  EXPECT_GT(parts.first.size(0), 120);
  EXPECT_NEAR(static_cast<double>(parts.second.size(0)), 200, 40);
}

TEST(HeldBack, SelectionAndDifferencesKnowTheRows) {
  const SequenceSet real = windows(5, 10, 4);
  const SequenceSet two = select(real, torch::tensor({7, 3}, torch::kInt64));
  EXPECT_TRUE(two.first_row.equal(torch::tensor({12, 8}, torch::kInt64)));
  EXPECT_TRUE(differences(two).first_row.equal(two.first_row));
}

TEST(CrossValidation, HoldsEachSequenceBackOnce) {
  const SequenceSet real = windows(0, 1000, 24), other = windows(500, 800, 24),
                    without = white_noise(300, 1);
  for (const SequenceSet& synthetic : {other, without}) {
    const CrossValidation dealt = cross_validation(real, synthetic, 5, 3, "test");
    EXPECT_EQ(dealt.dealing, Dealing::apart);
    ASSERT_EQ(dealt.folds.size(), 5U);
    std::set<int64_t> real_held, synthetic_held;
    for (const Fold& fold : dealt.folds) {
      for (int64_t i = 0; i < fold.real.second.size(0); ++i) {
        EXPECT_TRUE(real_held.insert(fold.real.second[i].item<int64_t>()).second);
      }
      for (int64_t i = 0; i < fold.synthetic.second.size(0); ++i) {
        EXPECT_TRUE(synthetic_held.insert(fold.synthetic.second[i].item<int64_t>()).second);
      }
      EXPECT_GT(fold.real.first.size(0), 320);
      expect_apart(rows_of(real, fold.real.first), rows_of(real, fold.real.second));
      if (!synthetic.first_row.defined()) continue;
      expect_apart(rows_of(synthetic, fold.synthetic.first), rows_of(real, fold.real.second));
      expect_apart(rows_of(real, fold.real.first), rows_of(synthetic, fold.synthetic.second));
    }
    EXPECT_EQ(real_held.size(), 1000U);
    EXPECT_EQ(synthetic_held.size(), static_cast<size_t>(synthetic.count()));
  }
}

TEST(CrossValidation, IsAtRandomWhereNothingOverlaps) {
  const CrossValidation dealt = cross_validation(white_noise(53, 1), white_noise(40, 2), 3, 1, "t");
  EXPECT_EQ(dealt.dealing, Dealing::random);
  int64_t held = 0;
  for (const Fold& fold : dealt.folds) {
    EXPECT_EQ(fold.real.first.size(0) + fold.real.second.size(0), 53);
    held += fold.real.second.size(0);
  }
  EXPECT_EQ(held, 53);
  EXPECT_EQ(cross_validation(windows(0, 60, 100), white_noise(60, 1), 5, 1, "t").dealing,
            Dealing::random_overlapping);
}

TEST(IndependentSequences, ShareNoRows) {
  EXPECT_EQ(independent_sequences(windows(0, 100, 24)), 5);  // of 123 rows
  EXPECT_EQ(independent_sequences(windows({0, 24, 30, 48, 200}, 24)), 4);
  EXPECT_EQ(independent_sequences(white_noise(17, 1)), 17);
}

}  // namespace held_back_test
}  // namespace rnngan
