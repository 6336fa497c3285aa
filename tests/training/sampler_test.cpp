#include "training/sampler.h"

#include <cmath>
#include <map>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "tensor/random.h"
#include "tests/training/support.h"
#include "training/conditions.h"

namespace rnngan {
namespace sampler_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::SmallRun;

/// The valid steps of one sequence, [T,F].
at::Tensor steps_of(const SequenceSet& set, int64_t i) {
  return set.padded()[i].narrow(0, 0, set.lengths[i].item<int64_t>());
}

class SamplerTest : public ::testing::Test {
 protected:
  SamplerTest() : run_("sampler", {}), trainer_(run_.trainer()) { trainer_->run(); }

  SequenceSet draw(const SampleRequest& request) {
    const Checkpoint checkpoint = trainer_->capture();
    const auto generator = load_generator(checkpoint, run_.config.config.model.generator,
                                          Weights::averaged, torch::kCPU, "test");
    return sample(*generator, checkpoint.schema, request, torch::kCPU);
  }

  SmallRun run_;
  std::unique_ptr<Trainer> trainer_;
};

TEST_F(SamplerTest, ASequenceDependsOnSeedAndNumberOnly) {
  const SequenceSet few = draw({.count = 3, .seed = 5});
  const SequenceSet many = draw({.count = 2000, .seed = 5});
  const SequenceSet other = draw({.count = 3, .seed = 6});
  ASSERT_EQ(few.count(), 3);
  ASSERT_EQ(many.count(), 2000);
  for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(torch::equal(steps_of(few, i), steps_of(many, i)));
  EXPECT_FALSE(torch::equal(steps_of(few, 0), steps_of(other, 0)));
  EXPECT_FALSE(torch::equal(steps_of(many, 1500), steps_of(many, 1501)));
}

TEST_F(SamplerTest, LengthsAndLabelsAreDistributedAsInTraining) {
  const SequenceSet drawn = draw({.count = 3000, .seed = 1});
  std::map<int64_t, double> expected, found;
  int64_t total = 0;
  for (const auto& line : run_.data.schema.distribution) total += line.count;
  for (const auto& line : run_.data.schema.distribution) {
    expected[line.label * 1000 + line.length] +=
        static_cast<double>(line.count) / static_cast<double>(total);
  }
  for (int64_t i = 0; i < drawn.count(); ++i) {
    const at::Tensor key = drawn.labels[i] * 1000 + drawn.lengths[i];
    found[key.item<int64_t>()] += 1.0 / 3000;
  }
  for (const auto& [key, share] : found) {
    ASSERT_TRUE(expected.contains(key))
        << "a pair of label and length that no training sequence has";
    EXPECT_NEAR(share, expected[key], 0.05);
  }
}

TEST_F(SamplerTest, LengthAndLabelCanBeChosen) {
  const SequenceSet drawn = draw({.count = 20, .seed = 1, .length = 40, .label = "slow"});
  const auto& labels = run_.data.schema.labels;
  for (int64_t i = 0; i < 20; ++i) {
    EXPECT_EQ(drawn.lengths[i].item<int64_t>(), 40);
    EXPECT_EQ(labels[static_cast<size_t>(drawn.labels[i].item<int64_t>())], "slow");
  }
  EXPECT_THROW(draw({.count = 1, .label = "slwo"}), Error);
}

/// The message of what is thrown.
template <class Action>
Problem problem_of(Action action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.problems().front();
  }
  ADD_FAILURE() << "nothing is thrown";
  return {};
}

/// Two classes, ages that depend on them, sites.
Schema conditional_schema() {
  Schema schema;
  schema.label_name = "kind";
  schema.labels = {"a", "b", "c"};
  Column age, site;
  age.name = "age";
  age.min = 2;
  age.max = 9;
  site.name = "site";
  site.kind = ColumnKind::category;
  site.classes = {"north", "south"};
  schema.statics = {age, site};
  schema.distribution = {
      {5, 0, {2, 0}, 4}, {5, 0, {3, 1}, 1}, {7, 0, {3, 0}, 2}, {6, 1, {9, 1}, 3}};
  return schema;
}

/// Conditions of 400 sequences: (label, age, site, length) -> how often.
std::map<std::tuple<int64_t, double, double, int64_t>, int64_t> drawn(
    const SampleRequest& request) {
  const Schema schema = conditional_schema();
  at::Generator stream = stream_generator(1, "test", 0);
  const SequenceSet set = Conditions(schema, request).draw(0, 400, stream);
  std::map<std::tuple<int64_t, double, double, int64_t>, int64_t> counts;
  for (int64_t i = 0; i < 400; ++i) {
    ++counts[{set.labels[i].item<int64_t>(), set.attributes[i][0].item<double>(),
              set.attributes[i][1].item<double>(), set.lengths[i].item<int64_t>()}];
  }
  return counts;
}

std::vector<std::tuple<int64_t, double, double, int64_t>> kinds_of(const SampleRequest& request) {
  std::vector<std::tuple<int64_t, double, double, int64_t>> kinds;
  for (const auto& [kind, count] : drawn(request)) kinds.push_back(kind);
  return kinds;
}

TEST(Conditions, WishesRestrictTheJointDistribution) {
  using Kind = std::tuple<int64_t, double, double, int64_t>;
  const Kind first{0, 2, 0, 5}, second{0, 3, 1, 5}, third{0, 3, 0, 7}, fourth{1, 9, 1, 6};
  EXPECT_THAT(kinds_of({}), ElementsAre(first, third, second, fourth));
  EXPECT_THAT(kinds_of({.where = {{"kind", "a"}}}), ElementsAre(first, third, second));
  EXPECT_THAT(kinds_of({.where = {{"age", "3"}}}), ElementsAre(third, second));
  EXPECT_THAT(kinds_of({.where = {{"age", "2.5..9"}}}), ElementsAre(third, second, fourth));
  EXPECT_THAT(kinds_of({.where = {{"age", "4.."}}}), ElementsAre(fourth));
  EXPECT_THAT(kinds_of({.where = {{"age", "..3"}, {"site", "north"}}}), ElementsAre(first, third));
  EXPECT_THAT(kinds_of({.where = {{"age", "2"}, {"age", "9"}}}), ElementsAre(first, fourth));
  EXPECT_THAT(kinds_of({.label = "a", .where = {{"age", "3"}}}), ElementsAre(third, second));
  EXPECT_THAT(kinds_of({.length = 40, .where = {{"kind", "b"}}}), ElementsAre(Kind{1, 9, 1, 40}));
  // As often as in training, among those that are asked for: 4 of 7, 2 of 7, 1 of 7.
  const auto counts = drawn({.where = {{"kind", "a"}}});
  EXPECT_NEAR(static_cast<double>(counts.at(first)), 400 * 4 / 7.0, 40);
  EXPECT_NEAR(static_cast<double>(counts.at(second)), 400 * 1 / 7.0, 30);
}

TEST(Conditions, WhatNeverOccursIsRefusedWithWhatDoes) {
  const auto refusal = [](const std::vector<Wish>& wishes) {
    const Problem problem = problem_of([&] { drawn({.where = wishes}); }, ErrorKind::usage);
    EXPECT_EQ(problem.place, "where");
    return problem.fact + " | " + problem.hint;
  };
  EXPECT_EQ(refusal({{"kin", "a"}}),
            "no label or attribute \"kin\" (kind, age, site) | did you "
            "mean kind?");
  EXPECT_EQ(refusal({{"site", "nort"}}),
            "site: no class \"nort\" (north, south) | did you mean "
            "north?");
  EXPECT_EQ(refusal({{"kind", "c"}}), "no training sequence has kind=c | kind is a, b there");
  EXPECT_EQ(refusal({{"age", "4"}}),
            "no training sequence has age=4 | age is 2, 3, 9 there; nearest are 3 and 9; 3..9 is "
            "the range between them");
  EXPECT_EQ(refusal({{"age", "1"}}),
            "no training sequence has age=1 | age is 2, 3, 9 there; nearest is 2");
  EXPECT_EQ(refusal({{"age", "10..12"}}),
            "no training sequence has age=10..12 | age is 2, 3, 9 there");
  for (const char* wrong : {"x", "9..2", "..", "1..x"}) {
    EXPECT_THAT(refusal({{"age", wrong}}), HasSubstr("is neither a number nor a range of numbers"));
  }
  EXPECT_EQ(refusal({{"kind", "a"}, {"age", "9"}}),
            "no training sequence has kind=a and age=9 | with kind=a, age is 2, 3");
  const Problem unknown = problem_of([] { drawn({.label = "c"}); }, ErrorKind::usage);
  EXPECT_EQ(unknown.message(), "label: no training sequence has the label c");
  EXPECT_EQ(unknown.hint, "those that occur are a, b");
}

/// Three sequences with conditions in terms of their own.
SequenceSet other_sequences() {
  SequenceSet set(torch::zeros({3, 9, 1}, torch::kDouble), torch::tensor({4, 9, 1}, torch::kLong),
                  torch::tensor({0, 1, 0}, torch::kLong));
  set.label_name = "type";
  set.classes = {"b", "a"};
  set.attribute_columns.resize(3);
  set.attribute_columns[0].name = "unused";
  set.attribute_columns[1].name = "site";
  set.attribute_columns[1].classes = {"south", "north"};
  set.attribute_columns[2].name = "age";
  set.attributes =
      torch::tensor({0.0, 0.0, 2.5, 0.0, 1.0, 40.0, 0.0, 1.0, 9.0}, torch::kDouble).view({3, 3});
  return set;
}

TEST(Conditions, AreThoseOfOtherSequencesInTheirOrder) {
  const Schema schema = conditional_schema();
  SampleRequest request{.like = other_sequences()};
  EXPECT_EQ(max_steps(schema, request), 9);
  at::Generator stream = stream_generator(1, "test", 0);
  const SequenceSet set = Conditions(schema, request).draw(1, 4, stream);
  EXPECT_TRUE(torch::equal(set.labels, torch::tensor({0, 1, 1, 0}, torch::kLong)));
  EXPECT_TRUE(torch::equal(set.lengths, torch::tensor({9, 1, 4, 9}, torch::kLong)));
  EXPECT_TRUE(torch::equal(set.attributes.select(1, 0),
                           torch::tensor({40.0, 9.0, 2.5, 40.0}, torch::kDouble)));
  EXPECT_TRUE(torch::equal(set.attributes.select(1, 1),
                           torch::tensor({0.0, 0.0, 1.0, 0.0}, torch::kDouble)));
  EXPECT_THAT(beyond_training(schema, request),
              ElementsAre("1 of 3 sequences is longer than those that the model was trained on (7 "
                          "steps)",
                          "1 of 3 sequences is outside the training range of age (2 to 9)"));
  request.length = 8;
  EXPECT_EQ(max_steps(schema, request), 8);
  EXPECT_THAT(beyond_training(schema, {.length = 8}),
              ElementsAre("8 steps are more than the model was trained on (7)"));
  EXPECT_THAT(beyond_training(schema, {.length = 7}), ElementsAre());
}

TEST(Conditions, OtherSequencesMustFitTheModel) {
  const auto refusal = [](const SequenceSet& set) {
    const auto read = [&] { conditions_like(set, conditional_schema(), "file.csv"); };
    return problem_of(read, ErrorKind::data).message();
  };
  SequenceSet set = other_sequences();
  set.classes = {"b", "c"};
  EXPECT_EQ(refusal(set), "file.csv: kind: no training sequence is of the class \"c\" (a, b)");
  set.labels = at::Tensor();
  EXPECT_EQ(refusal(set), "file.csv: has no label kind");
  set = other_sequences();
  set.attribute_columns[2].name = "ages";
  EXPECT_EQ(refusal(set), "file.csv: has no attribute age");
  set = other_sequences();
  set.attributes[0][2] = std::nan("");
  EXPECT_EQ(refusal(set), "file.csv: attribute age: a sequence has no number or class");
  EXPECT_EQ(problem_of([] { drawn({.label = "a", .like = other_sequences()}); }, ErrorKind::usage)
                .message(),
            "label: labels and attributes are to be those of the sequences that are given");
}

TEST_F(SamplerTest, TakesConditionsOfOtherSequencesOneByOne) {
  const SequenceSet& train = run_.data.train;
  const SequenceSet few = draw({.count = 5, .seed = 2, .like = train});
  const SequenceSet many = draw({.count = train.count() + 3, .seed = 2, .like = train});
  for (int64_t i = 0; i < many.count(); ++i) {
    const int64_t j = i % train.count();
    EXPECT_EQ(many.lengths[i].item<int64_t>(), train.lengths[j].item<int64_t>());
    EXPECT_EQ(many.labels[i].item<int64_t>(), train.labels[j].item<int64_t>());
  }
  for (int64_t i = 0; i < 5; ++i) EXPECT_TRUE(torch::equal(steps_of(few, i), steps_of(many, i)));
}

TEST_F(SamplerTest, SamplesStayInTheTrainingRange) {
  const auto& columns = run_.data.schema.columns;
  const SequenceSet drawn = draw({.count = 200});
  for (int64_t i = 0; i < drawn.count(); ++i) {
    for (size_t f = 0; f < columns.size(); ++f) {
      const auto column = steps_of(drawn, i).select(1, static_cast<int64_t>(f));
      EXPECT_GE(column.min().item<double>(), columns[f].min);
      EXPECT_LE(column.max().item<double>(), columns[f].max);
    }
  }
}

}  // namespace sampler_test
}  // namespace rnngan
