// Sets of sequences: layouts, parts, and what is made of them.
#include "data/sequence_set.h"

#include <torch/types.h>

#include "data_test_util.h"
#include "tests/named.h"

namespace rnngan {
namespace sequence_set_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::problem_of;

std::vector<double> numbers(const at::Tensor& of) {
  const at::Tensor flat = of.to(at::kDouble).flatten().contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// 0 1 2 | 3 4, one after the other, with labels and attributes.
SequenceSet two_sequences() {
  SequenceSet set = named({}, {"v"}, {"calm", "wild"});
  set.rows = torch::arange(5, at::kDouble).view({5, 1});
  set.begins = set.first_row = torch::tensor({0, 3}, at::kLong);
  set.lengths = torch::tensor({3, 2}, at::kLong);
  set.padded_steps = 3;
  set.labels = torch::tensor({1, 0}, at::kLong);
  set.attribute_columns.resize(1);
  set.attributes = torch::tensor({10.0, 20.0}, at::kDouble).view({2, 1});
  set.names = {"A", "B"};
  return set;
}

TEST(SequenceSet, IsPaddedWithZeros) {
  const SequenceSet set = two_sequences();
  EXPECT_TRUE(set.ragged());
  EXPECT_THAT(numbers(set.padded()), ElementsAre(0, 1, 2, 3, 4, 0));
  EXPECT_THAT(numbers(set.mask()), ElementsAre(1, 1, 1, 1, 1, 0));
  EXPECT_THAT(numbers(unshared(set).rows), ElementsAre(0, 1, 2, 3, 4, 0));
}

TEST(SequenceSet, PaddedLayoutIsAView) {
  const at::Tensor x = torch::ones({2, 3, 1}, at::kDouble);
  const SequenceSet set(x, torch::tensor({3, 2}, at::kLong));
  EXPECT_EQ(set.padded().data_ptr(), x.data_ptr());
  EXPECT_EQ(unshared(set).rows.data_ptr(), x.data_ptr());
  EXPECT_EQ(set.padded(2).size(1), 2);
}

TEST(SequenceSet, PartsKeepWhatBelongsToThem) {
  for (const SequenceSet& set : {two_sequences(), unshared(two_sequences())}) {
    const SequenceSet part = select(set, torch::tensor({1}, at::kLong));
    EXPECT_EQ(part.steps(), 3) << "rows of parts have one width";
    EXPECT_THAT(numbers(part.padded()), ElementsAre(3, 4, 0));
    EXPECT_THAT(numbers(part.labels), ElementsAre(0));
    EXPECT_THAT(numbers(part.attributes), ElementsAre(20));
    EXPECT_THAT(numbers(part.first_row), ElementsAre(3));
    EXPECT_THAT(part.names, ElementsAre("B"));
  }
}

TEST(SequenceSet, WindowsShareRows) {
  for (const SequenceSet& set : {two_sequences(), unshared(two_sequences())}) {
    const SequenceSet windows = cut(set, 2, 1);
    EXPECT_EQ(windows.rows.data_ptr(), set.rows.data_ptr());
    EXPECT_THAT(numbers(windows.padded()), ElementsAre(0, 1, 1, 2, 3, 4));
    EXPECT_THAT(numbers(windows.labels), ElementsAre(1, 1, 0));
    EXPECT_THAT(numbers(windows.first_row), ElementsAre(0, 1, 3));
    EXPECT_EQ(cut(set, 2, 2).count(), 2);
    EXPECT_EQ(cut(set, 4, 1).count(), 0);
  }
}

TEST(SequenceSet, Concatenates) {
  const SequenceSet set = two_sequences();
  const SequenceSet both = concatenate({select(set, torch::tensor({1}, at::kLong)), set});
  EXPECT_THAT(numbers(both.padded()), ElementsAre(3, 4, 0, 0, 1, 2, 3, 4, 0));
  EXPECT_THAT(numbers(both.labels), ElementsAre(0, 1, 0));
  EXPECT_THAT(numbers(both.attributes), ElementsAre(20, 10, 20));
}

TEST(SequenceSet, TakesTheTermsOfAnother) {
  SequenceSet samples(torch::arange(4, at::kDouble).view({1, 2, 2}), torch::tensor({2}, at::kLong),
                      torch::tensor({0}, at::kLong));
  samples = named(samples, {"other", "v"}, {"wild"});
  const SequenceSet real = two_sequences();
  const SequenceSet told = in_terms_of(samples, real, "file.csv");
  EXPECT_THAT(numbers(told.padded()), ElementsAre(1, 3));
  EXPECT_THAT(numbers(told.labels), ElementsAre(1));
  EXPECT_EQ(told.class_name(1), "wild");
  EXPECT_FALSE(told.attributes.defined()) << "it has none";
  EXPECT_THAT(problem_of([&] {
                in_terms_of(named(samples, {"a", "b"}), real, "file.csv");
              }).message(),
              HasSubstr("file.csv: has no column v (a, b)"));
  EXPECT_THAT(problem_of([&] {
                in_terms_of(named(samples, {"other", "v"}, {"mild"}), real, "file.csv");
              }).message(),
              HasSubstr("label mild is not among those of the real sequences (calm, wild)"));
}

/// One column `k` of [1,T] values; classes: a category.
SequenceSet one_column(const std::vector<double>& values, const std::vector<std::string>& classes) {
  const auto steps = static_cast<int64_t>(values.size());
  SequenceSet set(torch::tensor(values, at::kDouble).view({1, steps, 1}),
                  torch::tensor({steps}, at::kLong));
  set.columns.resize(1);
  set.columns[0].name = "k";
  set.columns[0].classes = classes;
  if (!classes.empty()) set.columns[0].kind = ColumnKind::category;
  return set;
}

TEST(SequenceSet, ClassesTakeTheCodesOfAnother) {
  const auto real = one_column({0, 1, 2}, {"a", "b", "c"});
  const auto told =
      in_terms_of(one_column({0, 1, std::nan(""), 2}, {"b", "d", "a"}), real, "f.csv");
  EXPECT_THAT(numbers(told.rows.nan_to_num(-9)), ElementsAre(1, -1, -9, 0)) << "d is unknown";
  EXPECT_EQ(told.columns[0].classes, real.columns[0].classes);
  EXPECT_THAT(problem_of([&] {
                in_terms_of(one_column({1, 2}, {}), real, "f.csv");
              }).message(),
              HasSubstr("f.csv: column k holds numbers, but text in the real sequences (a, b, c)"));
  EXPECT_THAT(problem_of([&] {
                in_terms_of(real, one_column({1, 2}, {}), "f.csv");
              }).message(),
              HasSubstr("f.csv: column k holds text (\"a\"), but numbers in the real sequences"));
  const auto levels = one_column({0, 1}, {"1", "2.5"});
  EXPECT_THAT(numbers(in_terms_of(one_column({2.5, 3, 1}, {}), levels, "f.csv").rows),
              ElementsAre(1, -1, 0));
}

TEST(SequenceSet, ALabelOfSamplesMayBeAColumnOfTheReal) {
  SequenceSet samples = two_sequences();
  samples.label_name = "mood";
  SequenceSet real = one_column({0, 1}, {"calm", "wild"});
  real.columns[0].name = samples.label_name;
  const auto told = in_terms_of(samples, real, "f.csv");
  EXPECT_FALSE(told.labels.defined());
  EXPECT_THAT(numbers(told.padded().select(1, 0)), ElementsAre(1, 0));
}

TEST(SequenceSet, NamesWhatHasNone) {
  const SequenceSet set(torch::zeros({1, 1, 2}, at::kDouble), torch::ones({1}, at::kLong));
  EXPECT_EQ(set.column_name(1), "column 2");
  EXPECT_EQ(set.class_name(4), "4");
  EXPECT_EQ(set.sequence_name(0), "sequence 0");
  EXPECT_EQ(two_sequences().sequence_name(1), "sequence \"B\"");
}

}  // namespace sequence_set_test
}  // namespace rnngan
