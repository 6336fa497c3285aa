// What losses ask of the networks and the loop, and options that exclude each other.
#include "support.h"

namespace rnngan {
namespace network_checks_test {

using testing::only_message;
using testing::only_problem;
using testing::problems;
using testing::problems_of;
using testing::resolve;
using testing::small_catalogs;

TEST(NetworkChecks, WhatALossNeedsOfTheNetworks) {
  struct Case {
    std::string set, message, hint, remedy;
  };
  const std::string unnamed = " (in ";
  for (const Case& c : std::vector<Case>{
           {"objective.terms.forced={}",
            "objective.terms.forced: forced needs a generator that sees its last step",
            "set model.generator.autoregressive to true", "model.generator.autoregressive=true"},
           {"objective.terms.codes={}", "objective.terms.codes: codes needs an information code",
            "set model.generator.code_categories to a number of classes",
            "model.generator.code_continuous=1"},
           {"objective.terms.dropped={}",
            "objective.terms.dropped: dropped needs dropout in the discriminator",
            "set model.discriminator.dropout to 0.2", "model.discriminator.dropout=0.5"},
           {"objective.terms.finds={}",
            "objective.terms.finds: finds needs a discriminator that is not told the label it is "
            "to "
            "find",
            "set model.discriminator.condition to none", "model.discriminator.condition=none"},
           {"objective.adversarial.type=energies",
            "objective.adversarial: energies needs a discriminator that is an autoencoder",
            "set model.discriminator.score to energy", "model.discriminator.score=energy"}}) {
    const Problem problem = only_problem("{}", {c.set});
    EXPECT_TRUE(problem.message().starts_with(c.message)) << problem.message();
    EXPECT_EQ(problem.hint, c.hint);
    EXPECT_TRUE(problems("{}", {c.set, c.remedy}).empty()) << c.set;
  }
  EXPECT_TRUE(only_message("{}", {"objective.terms.rebuilt={}", "model.generator.noise_global=0"})
                  .starts_with("objective.terms.rebuilt: rebuilt needs global noise"));
  EXPECT_TRUE(only_message("{}", {"objective.terms.paths={}", "model.generator.noise_global=0"})
                  .starts_with("objective.terms.paths: paths needs global noise to take"));
}

TEST(NetworkChecks, AnEnergyIsNotAScore) {
  EXPECT_EQ(only_problem("{}", {"model.discriminator.score=energy"}).message(),
            "model.discriminator.score: energy is low for real sequences, which hinge does not "
            "expect (in model.discriminator.score=energy)");
}

TEST(NetworkChecks, OptionsOfTheDiscriminatorThatExcludeEachOther) {
  EXPECT_FALSE(problems("{}", {"model.discriminator.minibatch=deviation",
                               "model.discriminator.score=seq_last"})
                   .empty());
  EXPECT_TRUE(problems("{}", {"model.discriminator.minibatch=deviation"}).empty());
  EXPECT_FALSE(problems("{}", {"model.discriminator.condition=outputs"}).empty());
  EXPECT_FALSE(problems("{}", {"model.discriminator.condition=projection"}).empty());
  EXPECT_TRUE(
      problems("{}", {"model.discriminator.condition=projection", "data.static=[\"s\"]"}).empty());
  EXPECT_TRUE(only_message("{}", {"model.discriminator.pac=3"})
                  .starts_with("model.discriminator.pac: train.batch 64 is not a multiple of 3"));
  EXPECT_TRUE(problems("{}", {"model.discriminator.pac=4"}).empty());
  EXPECT_FALSE(problems("{}", {"model.discriminator.pac=4", "data.label=k",
                               "model.discriminator.condition=projection"})
                   .empty());
  EXPECT_FALSE(
      problems("{}", {"model.discriminator.pac=4", "data.label=k", "objective.terms.classes={}"})
          .empty());
}

TEST(NetworkChecks, SeveralScoresNeedAHeadThatGivesThem) {
  const std::vector<std::string> vector = {"objective.adversarial.type=vectors"};
  EXPECT_TRUE(problems("{}", vector).empty());
  for (const std::string set :
       {"model.discriminator.score=step", "model.discriminator.score=seq_mean",
        "model.discriminator.condition=outputs"}) {
    EXPECT_EQ(problems("{}", {vector[0], set, "data.label=k"}).size(), 1U) << set;
    EXPECT_TRUE(problems("{}", {set, "data.label=k"}).empty()) << set;
  }
  EXPECT_TRUE(problems("{}", {vector[0], "model.discriminator.score=seq_last",
                              "model.discriminator.condition=none"})
                  .empty());
}

// What only the data tell is checked once they have been read.
TEST(NetworkChecks, RulesOnTheDataWaitForThem) {
  const RunConfig config =
      resolve("{}", {"data.label=k", "model.discriminator.condition=outputs"}).config;
  EXPECT_NO_THROW(require_model(config, {2, 3, 0}, small_catalogs()));
  const auto found = problems_of([&] { require_model(config, {2, 0, 0}, small_catalogs()); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message(),
            "model.discriminator.condition: outputs needs classes, but data.label names no column");
}

TEST(NetworkChecks, ARowBringsRulesOfItsOwn) {
  EXPECT_TRUE(problems("{}", {"objective.terms.own={}"}).empty());
  EXPECT_EQ(only_problem("{}", {"objective.terms.own.points=4"}),
            (Problem{"objective.terms.own",
                     "4 points are too many (in objective.terms.own.points=4)", "use 3"}));
  EXPECT_TRUE(
      problems("{}", {"objective.terms.own.points=4", "objective.terms.own.weight=0"}).empty())
      << "it is off";
  const RunConfig config = resolve("{}", {"objective.terms.own={}"}).config;
  EXPECT_EQ(problems_of([&] { require_model(config, {100, 0, 0}, small_catalogs()); }).size(), 1U);
}

TEST(LoopChecks, RulesThatReadScoresNeedAnAdversarialLoss) {
  const std::string text = R"({"objective": {"adversarial": null, "terms": {"r1": {}}}})";
  EXPECT_TRUE(problems(text).empty());
  for (const char* set :
       {"train.unroll.steps=1", "train.topk.keep=0.5", "train.freeze.discriminator_above=0.9",
        "train.freeze.generator_below=0.5"}) {
    EXPECT_EQ(problems(text, {set}).size(), 1U) << set;
    EXPECT_TRUE(problems("{}", {set}).empty()) << set;
  }
}

TEST(LoopChecks, WhatCannotChooseFakesOrLookAhead) {
  EXPECT_TRUE(only_message("{}", {"objective.adversarial.type=pairs", "train.topk.keep=0.5"})
                  .starts_with("train.topk.keep: cannot be combined with pairs"));
  EXPECT_TRUE(only_message("{}", {"train.pretrain=5"})
                  .starts_with("train.pretrain: there is no term to pretrain with"));
}

TEST(LoopChecks, AugmentationIsLedByLogitsAlone) {
  const std::vector<std::string> sets = {"train.augment.target=0.6", "train.augment.shift=0.1"};
  EXPECT_TRUE(only_message("{}", sets)
                  .starts_with("train.augment.target: needs scores that are logits, but "
                               "objective.adversarial is hinge"));
  EXPECT_TRUE(problems(R"({"objective": "plain"})", sets).empty());
  EXPECT_TRUE(only_message(R"({"objective": "plain"})", {sets[0]})
                  .starts_with("train.augment.target: has no effect: no augmentation"));
}

TEST(LoopChecks, SettingsThatWouldLeaveNothingToDo) {
  const std::vector<std::vector<std::string>> refused = {
      {"train.freeze.generator_below=0.9", "train.freeze.discriminator_above=0.8"},
      {"train.instance_noise.sd=1", "train.instance_noise.share=0"},
      {"train.topk.keep=0.5", "objective.g_weight=0", "objective.terms.mmd={}"},
      {"objective.terms.mmd={}", "model.discriminator.pac=32"}};
  for (const auto& sets : refused) EXPECT_EQ(problems("{}", sets).size(), 1U) << sets[0];
  EXPECT_TRUE(only_message("{}", {"objective.terms.forced={}", "train.pretrain=4000",
                                  "model.generator.autoregressive=true"})
                  .starts_with("train.pretrain: 4000 is not less than train.steps 4000"));
}

}  // namespace network_checks_test
}  // namespace rnngan
