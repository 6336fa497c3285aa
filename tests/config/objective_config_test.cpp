// The objective: presets, what extends them, and the rows of the catalogs.
#include "config/objective_config.h"

#include "support.h"

namespace rnngan {
namespace objective_config_test {

using testing::HingeOptions;
using testing::only_message;
using testing::only_problem;
using testing::PenaltyOptions;
using testing::problems;
using testing::resolve;

ObjectiveConfig objective(const std::string& text, const std::vector<std::string>& sets = {}) {
  return resolve(text, sets).config.objective;
}

double margin(const ObjectiveConfig& config) {
  return static_cast<const HingeOptions*>(config.adversarial.options.get())->margin;
}

int64_t points(const ObjectiveConfig& config, const std::string& term) {
  return static_cast<const PenaltyOptions*>(config.terms.at(term).options.get())->points;
}

TEST(Objective, AbsentMeansTheDefaultPreset) {
  const ObjectiveConfig config = objective("{}");
  EXPECT_EQ(config.preset, "hinge_r1");
  EXPECT_EQ(config.adversarial.type, "hinge");
  EXPECT_EQ(margin(config), 2);
  ASSERT_EQ(config.terms.size(), 1U);
  EXPECT_EQ(config.terms.at("r1").weight, 10);
  EXPECT_EQ(points(config, "r1"), 3);
}

TEST(Objective, APresetMaySetTheRestOfTheConfig) {
  EXPECT_EQ(resolve("{}").config.train.n_critic, 2);
  EXPECT_EQ(resolve(R"({"objective": "plain"})").config.train.n_critic, 1);
}

TEST(Objective, AStringReplacesEverything) {
  const ObjectiveConfig config = objective(
      R"({"objective": {"adversarial": {"type": "hinge"}, "terms": {"mmd": {}}, "g_weight": 3}})",
      {"objective=plain"});
  EXPECT_EQ(config.preset, "plain");
  EXPECT_EQ(config.adversarial.type, "bce");
  EXPECT_TRUE(config.terms.empty());
  EXPECT_EQ(config.g_weight, 1);
}

TEST(Objective, AnObjectOverAStringExtendsThatPreset) {
  const ObjectiveConfig config = objective(
      R"({"objective": "plain"})", {"objective.g_weight=0.5", "objective.terms.r1.points=7"});
  EXPECT_EQ(config.preset, "plain");
  EXPECT_EQ(config.adversarial.type, "bce");
  EXPECT_EQ(config.g_weight, 0.5);
  EXPECT_EQ(points(config, "r1"), 7);
}

TEST(Objective, ASetOverNothingExtendsTheDefaultPreset) {
  const ObjectiveConfig config = objective("{}", {"objective.adversarial.type=bce"});
  EXPECT_EQ(config.preset, "hinge_r1");
  EXPECT_EQ(config.adversarial.type, "bce");
  EXPECT_EQ(config.terms.at("r1").weight, 10);
}

TEST(Objective, AnObjectWithoutPresetAndAdversarialExtendsTheDefaultPreset) {
  const ObjectiveConfig config = objective(R"({"objective": {"terms": {"r1": {"weight": 2}}}})");
  EXPECT_EQ(config.preset, "hinge_r1");
  EXPECT_EQ(config.adversarial.type, "hinge");
  EXPECT_EQ(config.terms.at("r1").weight, 2);
}

TEST(Objective, AnObjectWithAdversarialIsComposedByHand) {
  const auto by_hand = resolve(R"({"objective": {"adversarial": {"type": "hinge"}}})");
  EXPECT_EQ(by_hand.config.objective.preset, "");
  EXPECT_EQ(margin(by_hand.config.objective), 1);
  EXPECT_TRUE(by_hand.config.objective.terms.empty());
  EXPECT_EQ(by_hand.config.train.n_critic, 1);
  EXPECT_FALSE(by_hand.document["objective"].contains("preset"));

  const ObjectiveConfig none =
      objective(R"({"objective": {"adversarial": null, "terms": {"mmd": {}}}})");
  EXPECT_EQ(none.preset, "");
  EXPECT_EQ(none.adversarial.type, "");
  EXPECT_EQ(none.terms.size(), 1U);
}

TEST(Objective, NullRemovesPartsOfThePreset) {
  const ObjectiveConfig config = objective(
      R"({"objective": {"preset": "hinge_r1", "adversarial": null,
                        "terms": {"r1": null, "mmd": {}}}})");
  EXPECT_EQ(config.adversarial.type, "");
  EXPECT_EQ(config.terms.count("r1"), 0U);
  EXPECT_EQ(config.terms.count("mmd"), 1U);
  EXPECT_TRUE(objective(R"({"objective": {"preset": "hinge_r1", "terms": null}})").terms.empty());
  EXPECT_EQ(objective(R"({"objective": "plain"})", {"objective=null"}).preset, "hinge_r1");
}

TEST(Objective, ATermMayHaveAnyNameAndItsOwnType) {
  const ObjectiveConfig config =
      objective(R"({"objective": {"terms": {"early": {"type": "r1", "points": 9, "every": 4}}}})");
  EXPECT_EQ(config.terms.at("early").type, "r1");
  EXPECT_EQ(config.terms.at("early").every, 4);
  EXPECT_EQ(points(config, "early"), 9);
  EXPECT_EQ(config.terms.at("r1").type, "r1");
}

TEST(Objective, AnotherTypeStartsFromItsOwnDefaults) {
  // hinge_r1 sets a margin, which bce does not have.
  EXPECT_EQ(objective("{}", {"objective.adversarial.type=bce"}).adversarial.type, "bce");
  EXPECT_EQ(margin(objective("{}", {"objective.adversarial.type=hinge"})), 2);
  EXPECT_EQ(margin(objective(
                "{}", {"objective.adversarial.type=bce", "objective.adversarial.type=hinge"})),
            1);
  const ObjectiveConfig config = objective(R"({"objective": {"terms": {"r1": {"points": 5}}}})",
                                           {"objective.terms.r1.type=mmd"});
  EXPECT_EQ(config.terms.at("r1").type, "mmd");
  EXPECT_EQ(config.terms.at("r1").weight, 10);  // belongs to the term
}

TEST(Objective, ABaseMaySetAnOptionAndTheFileTheType) {
  const auto resolved =
      resolve(R"({"objective": {"preset": "plain", "adversarial": null}})",
              {"objective.adversarial.margin=3", "objective.adversarial.type=hinge"});
  EXPECT_EQ(margin(resolved.config.objective), 3);
}

TEST(ObjectiveProblems, UnknownPresetHasAHint) {
  EXPECT_EQ(only_problem(R"({"objective": "hinge_r2"})"),
            (Problem{"test: objective", "unknown preset \"hinge_r2\" (hinge_r1, plain)",
                     "did you mean hinge_r1?"}));
  EXPECT_EQ(only_problem("{}", {"objective=bce"}).hint,
            "for the loss alone, write {\"adversarial\": {\"type\": \"bce\"}}");
  EXPECT_EQ(only_problem("{}", {"objective=mmd"}).hint,
            "mmd is a term: write {\"terms\": {\"mmd\": {}}}, which adds it to the default preset");
  EXPECT_EQ(only_message("{}", {"objective.preset=5"}),
            "objective.preset: 5 is not the name of a preset (in objective.preset=5)");
  EXPECT_EQ(only_message(R"({"objective": 5})"),
            "test: objective: 5 is not the name of a preset or an object");
}

TEST(ObjectiveProblems, UnknownTypesListTheCatalog) {
  EXPECT_EQ(only_problem("{}", {"objective.adversarial.type=hing"}),
            (Problem{"objective.adversarial.type",
                     "unknown adversarial loss \"hing\" (hinge, bce, pairs, energies, vectors) (in "
                     "objective.adversarial.type=hing)",
                     "did you mean hinge?"}));
  EXPECT_EQ(only_problem(R"({"objective": {"terms": {"x": {"type": "mmmd"}}}})"),
            (Problem{"test: objective.terms.x.type",
                     "unknown term \"mmmd\" (r1, mmd, classes, smoothing, forced, rebuilt, paths, "
                     "codes, dropped, finds, own)",
                     "did you mean mmd?"}));
  EXPECT_EQ(only_problem("{}", {"objective.terms.hinge={}"}).hint,
            "hinge is an adversarial loss: it belongs into objective.adversarial");
  EXPECT_EQ(only_problem("{}", {"objective.adversarial.type=r1"}).hint,
            "r1 is a term: it belongs into objective.terms");
}

TEST(ObjectiveProblems, UnknownOptionsNameTheLossAndItsOptions) {
  EXPECT_EQ(only_problem("{}", {"objective.adversarial.margn=3"}),
            (Problem{"objective.adversarial.margn",
                     "unknown option of hinge (its options: margin, symmetric) (in "
                     "objective.adversarial.margn=3)",
                     "did you mean objective.adversarial.margin?"}));
  EXPECT_EQ(only_message(R"({"objective": {"adversarial": {"type": "bce", "margin": 1}}})"),
            "test: objective.adversarial.margin: unknown option of bce (it has none)");
  EXPECT_EQ(only_problem("{}", {"objective.terms.r1.weigt=3"}),
            (Problem{"objective.terms.r1.weigt",
                     "unknown option of r1 (its options: weight, every, start, stop, warmup, "
                     "points) (in objective.terms.r1.weigt=3)",
                     "did you mean objective.terms.r1.weight?"}));
  EXPECT_EQ(only_problem("{}", {"objective.g_wieght=3"}).hint, "did you mean objective.g_weight?");
}

TEST(ObjectiveProblems, ValuesAreChecked) {
  EXPECT_EQ(only_message("{}", {"objective.terms.r1.weight=-1"}),
            "objective.terms.r1.weight: -1 is out of range (at least 0) (in "
            "objective.terms.r1.weight=-1)");
  EXPECT_EQ(only_message("{}", {"objective.terms.r1.every=0"}),
            "objective.terms.r1.every: 0 is out of range (at least 1) (in "
            "objective.terms.r1.every=0)");
  EXPECT_EQ(only_message("{}", {"objective.terms.r1.points=0"}),
            "objective.terms.r1.points: 0 is out of range (at least 1) (in "
            "objective.terms.r1.points=0)");
  EXPECT_EQ(only_message("{}", {"objective.adversarial.margin=0"}),
            "objective.adversarial.margin: 0 is out of range (greater than 0) (in "
            "objective.adversarial.margin=0)");
  EXPECT_EQ(only_message("{}", {"objective.g_weight=true"}),
            "objective.g_weight: true is not a number (at least 0) (in objective.g_weight=true)");
}

TEST(ObjectiveProblems, ShapesAreChecked) {
  EXPECT_EQ(only_problem("{}", {"objective.adversarial=hinge"}).hint,
            "write {\"type\": \"hinge\"}");
  EXPECT_EQ(only_problem("{}", {"objective.adversarial=r1"}).hint,
            "r1 is a term: it belongs into objective.terms");
  EXPECT_EQ(only_message(R"({"objective": {"adversarial": {"margin": 1}}})"),
            "test: objective.adversarial.type: missing");
  EXPECT_EQ(only_problem("{}", {"objective.terms.r1=5"}).hint, "write {\"weight\": 5}");
  EXPECT_EQ(only_message("{}", {"objective.terms=5"}),
            "objective.terms: 5 is not an object (in objective.terms=5)");
  EXPECT_EQ(only_message(R"({"objective": {"terms": {"a.b": {"type": "r1"}}}})"),
            "test: objective.terms: \"a.b\" is not the name of a term");
}

TEST(ObjectiveProblems, RemovingATermThatIsNowhereIsATypingMistake) {
  EXPECT_EQ(only_problem("{}", {"objective.terms.r11=null"}),
            (Problem{"objective.terms.r11",
                     "there is no such term to remove (in objective.terms.r11=null)",
                     "did you mean objective.terms.r1?"}));
  EXPECT_TRUE(problems("{}", {"objective.terms.mmd=null"}).empty());
  EXPECT_TRUE(problems(R"({"objective": {"terms": {"mine": {"type": "r1"}}}})",
                       {"objective.terms.mine=null"})
                  .empty());
}

TEST(Preset, WithAMistakeOfItsOwnIsNamed) {
  Catalogs catalogs = testing::small_catalogs();
  catalogs.presets.push_back(
      {"odd", "", R"({"train": {"bach": 1}, "objective": {"adversarial": null,
                              "terms": {"mmd": {}}}})"});
  const auto all = testing::problems_of([&] {
    resolve_config({{"objective", "odd"}}, {}, catalogs, "test");
  });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().message(), "preset odd: train.bach: unknown key");
  catalogs.presets.push_back({"worse", "", R"({"objective": "plain"})"});
  EXPECT_EQ(testing::problems_of(
                [&] {
                  resolve_config({{"objective", "worse"}}, {}, catalogs, "test");
                },
                ErrorKind::bug)
                .size(),
            1U);
}

}  // namespace objective_config_test
}  // namespace rnngan
