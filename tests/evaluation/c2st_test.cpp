// The classifier two-sample test, its trees, and what it says gives samples away.
#include "evaluation/c2st.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/boosted_trees.h"
#include "evaluation/degradations.h"
#include "evaluation/evaluated_sets.h"
#include "evaluation/giveaway.h"
#include "evaluation/scoring.h"
#include "tests/named.h"

namespace rnngan {
namespace c2st_test {

using at::Tensor;
using nlohmann::json;
using ::testing::HasSubstr;

MetricResult test(const SequenceSet& real, const SequenceSet& synthetic, bool why = false,
                  const MetricRow& row = c2st_row()) {
  const SequenceSet weather = named(real, {"rain", "wet", "temp", "guests"}, {"summer", "winter"});
  MetricInput input{weather, synthetic};
  input.value_only = !why;
  return row.compute(input);
}

TEST(BoostedTrees, LearnWhatNoSingleColumnTells) {
  at::Generator generator = stream_generator(1, "trees", 0);
  const Tensor x = at::rand({400, 3}, generator, at::TensorOptions(at::kFloat)) - 0.5;
  const Tensor positive = (x.select(1, 0) * x.select(1, 1) > 0).to(at::kFloat);
  const BoostingOptions options{.trees = 60, .rate = 0.3, .column_share = 1};
  const BoostedTrees trees(x, positive, options);
  const Tensor right = (trees.log_odds(x) > 0).to(at::kFloat).eq(positive);
  EXPECT_GT(right.to(at::kFloat).mean().item<double>(), 0.95);
  const BoostedTrees again(x, positive, options);
  EXPECT_TRUE(at::equal(trees.log_odds(x), again.log_odds(x)));
}

TEST(BoostedTrees, TakeMissingValuesForAValueOfTheirOwn) {
  Tensor x = at::ones({100, 1}, at::kFloat);
  x.narrow(0, 0, 50).fill_(std::nanf(""));
  Tensor positive = at::zeros({100}, at::kFloat);
  positive.narrow(0, 0, 50).fill_(1);
  // Both classes weigh the same, so that few of one do not tip the scale.
  const Tensor x_more = at::cat({x, at::ones({300, 1}, at::kFloat)});
  const BoostedTrees trees(x_more, at::cat({positive, at::zeros({300}, at::kFloat)}),
                           {.trees = 20, .column_share = 1});
  const Tensor answers = trees.log_odds(x);
  EXPECT_GT(answers[0].item<double>(), 1);
  EXPECT_LT(answers[99].item<double>(), -1);
}

TEST(C2st, CannotTellRealFromReal) {
  const MetricResult result = test(weather_sequences(300, 1), weather_sequences(260, 2));
  EXPECT_NEAR(result.value.value(), 0.5, 0.08);
  EXPECT_LT(result.detail.at("low").get<double>(), 0.5);
  EXPECT_GT(result.detail.at("high").get<double>(), 0.5);
  EXPECT_GT(result.detail.at("p_value").get<double>(), 0.01);
  EXPECT_TRUE(
      test(weather_sequences(300, 1), weather_sequences(260, 2), true).giveaways->features.empty());
  EXPECT_EQ(result.descriptive, false);
  EXPECT_EQ(result.detail.at("independent_sequences"), 300);
}

TEST(C2st, SaysWhatGivesSamplesAway) {
  const SequenceSet real = weather_sequences(300, 1);
  const MetricResult result =
      test(real, degradations::zeros_moved(weather_sequences(300, 2), real, 0.5), true);
  EXPECT_GT(result.value.value(), 0.95);
  EXPECT_LT(result.detail.at("p_value").get<double>(), 1e-6);
  const std::vector<Giveaway>& clues = result.giveaways.value().features;
  ASSERT_GT(clues.size(), 3U);
  bool zeros_lead = false;
  for (size_t i = 0, leaders = 0; i < clues.size() && leaders < 5; ++i) {
    if (!clues[i].leads) continue;
    ++leaders;
    zeros_lead = zeros_lead || clues[i].about.key == "rain/zeros";
  }
  EXPECT_TRUE(zeros_lead);
  for (const Giveaway& clue : clues) {
    EXPECT_GE(clue.auc, 0.5);
    if (clue.about.key != "rain/zeros") continue;
    EXPECT_NEAR(clue.real, 0.6, 0.05);
    EXPECT_NEAR(clue.synthetic, 0.3, 0.05);
    EXPECT_THAT(clue.sentence, HasSubstr("rain: exact zeros "));
    EXPECT_THAT(clue.sentence, HasSubstr(" % real, "));
  }
}

// Steps alone cannot tell: each sequence is given an attribute that real ones do not have.
TEST(C2st, SeesAttributes) {
  SequenceSet real = weather_sequences(200, 1), synthetic = weather_sequences(200, 2);
  at::Generator generator = stream_generator(1, "heights", 0);
  real.attribute_columns.resize(1);
  real.attribute_columns[0].name = "height";
  real.attributes = at::rand({200, 1}, generator, at::kDouble);
  synthetic.attributes = at::rand({200, 1}, generator, at::kDouble);
  EXPECT_LT(test(real, synthetic).value.value(), 0.65);
  synthetic.attributes = synthetic.attributes + 2;
  const MetricResult result = test(real, synthetic, true);
  EXPECT_GT(result.value.value(), 0.99);
  EXPECT_THAT(result.giveaways.value().features.at(0).sentence,
              HasSubstr("height: value of the whole sequence"));
}

// Nothing but the zeros is wrong: once what tells of them is out, little is left.
TEST(C2st, TellsWhatIsLeftWithoutTheBestClues) {
  const SequenceSet real = weather_sequences(300, 1);
  const MetricResult result =
      test(real, degradations::ties_broken(weather_sequences(300, 2), real, 1), true);
  const Giveaways& found = result.giveaways.value();
  EXPECT_GT(result.value.value(), 0.99);
  EXPECT_EQ(found.features.at(0).about.subject, "temp");
  ASSERT_TRUE(found.features.at(0).leads);
  const json clues = to_json(found);
  std::vector<double> left;
  for (size_t i = 0; i < clues.size(); ++i) {
    const auto without = found.without(found.features[i]);
    if (without) left.push_back(*without);
    EXPECT_EQ(clues[i].at("auc_without"), without ? json(*without) : json());
  }
  ASSERT_FALSE(left.empty());
  EXPECT_LE(left.size(), 3U);
  EXPECT_LT(left.back(), 0.8);
}

// What else follows from a broken rule tells more in area, but is its consequence.
TEST(C2st, NamesTheRuleThatIsBroken) {
  const SequenceSet real = weather_sequences(300, 1);
  const MetricResult result =
      test(real, degradations::rule_broken(weather_sequences(300, 2), real, 0.3), true);
  const Giveaway& first = result.giveaways.value().features.at(0);
  EXPECT_TRUE(first.leads);
  EXPECT_THAT(first.sentence, HasSubstr(" is 0, too: 100 % real, "));
}

TEST(C2st, NamesTheClassThatIsMissing) {
  const SequenceSet real = weather_sequences(300, 1);
  const MetricResult result =
      test(real, degradations::mode_dropped(weather_sequences(300, 2), real, 1), true);
  bool named = false;
  for (const Giveaway& clue : result.giveaways.value().features) {
    named = named || clue.sentence == "label summer: share of sequences 50 % real, 0 % synthetic";
  }
  EXPECT_TRUE(named);
}

TEST(C2st, DoesNotDependOnTheNumberOfThreads) {
  const SequenceSet real = weather_sequences(80, 1), other = weather_sequences(80, 2);
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = test(real, other).value;
  at::set_num_threads(2);
  const auto two = test(real, other).value;
  at::set_num_threads(threads);
  EXPECT_EQ(one, two);
}

TEST(C2st, SuspectsCopiesOfTheReference) {
  const SequenceSet real = weather_sequences(300, 1);
  const MetricResult copies = test(real, real);
  EXPECT_EQ(copies.copy_suspected, true);
  EXPECT_FALSE(copies.telling) << "a norm would call copies better than real";
  EXPECT_EQ(test(real, weather_sequences(300, 2)).copy_suspected, false);
}

TEST(C2st, CannotTellFromFewStretches) {
  SequenceSet real = sines(100, 1), synthetic = white_noise(100, 2);
  real.first_row = at::arange(100, at::kLong);  // 13 windows of 8 steps share no rows
  const MetricResult result = test(real, synthetic);
  EXPECT_EQ(result.descriptive, true);
  EXPECT_EQ(result.detail.at("independent_sequences"), 13);
  EXPECT_FALSE(result.telling);
  EXPECT_EQ(result.reason, "few_independent_sequences");
  EXPECT_GT(result.value.value(), 0.95) << "the value is there all the same";
  EXPECT_EQ(test(sines(40, 1), sines(40, 2)).reason, "needs_n_ge_50");
}

TEST(C2st, EndsWhenAsked) {
  StopFlag stop;
  stop.request(2);
  const SequenceSet real = weather_sequences(60, 1), other = weather_sequences(60, 2);
  MetricInput input{real, other};
  input.stop = &stop;
  EXPECT_EQ(c2st_row().compute(input).reason, "stopped");
}

/// Two features of 40 sequences each: `a` differs, `b` only varies less among synthetic ones.
FeatureTable made_table() {
  FeatureTable table;
  table.features = {{"a", "rain", "exact zeros", FeatureUnit::share},
                    {"b", "temp", "mean", FeatureUnit::value},
                    {"c", "rain", "longest run of zeros", FeatureUnit::steps}};
  const Tensor steps = at::arange(40, at::kDouble);
  const Tensor zigzag = (steps % 2) * 2 - 1;
  table.real = at::stack({0.503 + steps / 100, zigzag * (10 + steps), 3 + steps}, 1);
  table.synthetic = at::stack({0.203 + steps / 100, zigzag * (1 + steps / 100), 1 + steps}, 1);
  return table;
}

TEST(Giveaways, RankSayAndGroup) {
  std::vector<size_t> asked;
  const Giveaways found = giveaways(made_table(), {40, 40}, [&](const std::vector<int64_t>& used) {
    asked.push_back(used.size());
    return std::optional(0.5 + 0.1 * static_cast<double>(used.size()));
  });
  ASSERT_EQ(found.features.size(), 2U) << "c is within chance";
  EXPECT_EQ(found.features[0].about.key, "b");
  EXPECT_TRUE(found.features[0].spread);
  EXPECT_EQ(found.features[0].auc, 1);
  EXPECT_THAT(found.features[0].sentence,
              HasSubstr("; from sequence to sequence \u00b131.7 and \u00b11.2"));
  EXPECT_EQ(found.features[1].sentence, "rain: exact zeros 70 % real, 40 % synthetic");
  EXPECT_EQ(asked, (std::vector<size_t>{2, 1})) << "without b, then without a and b";
  EXPECT_EQ(found.auc_without, (std::vector<double>{0.7, 0.6}));
}

TEST(Giveaways, AreNoneAmongFewIndependentSequences) {
  const auto none = [](const std::vector<int64_t>&) { return std::optional(0.5); };
  FeatureTable table = made_table();
  table.synthetic = table.real + torch::tensor({0.15, 0.0, 0.0}, at::kDouble);
  EXPECT_EQ(giveaways(table, {40, 40}, none).features.size(), 1U);
  EXPECT_TRUE(giveaways(table, {4, 4}, none).features.empty());
}

}  // namespace c2st_test
}  // namespace rnngan
