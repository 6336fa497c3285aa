// Comparison files: what they mean and every way in which they are refused.
#include "comparison/plan_file.h"

#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comparison/support.h"
#include "config/config.h"
#include "core/error.h"
#include "objective/objective.h"

namespace rnngan::comparison_testing {
namespace plan_file_test {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string ramps() {
  std::string text = "sequence_id,step,x,y\n";
  for (int s = 0; s < 12; ++s) {
    for (int t = 0; t < 6; ++t) text += fmt::format("{},{},{},{}\n", s, t, s + t, s * t);
  }
  return text;
}

class PlanFile : public ::testing::Test {
 protected:
  void SetUp() override {
    write_text(folder() / "ramps.csv", ramps());
    fs::create_directory(folder() / "sub");
    write_text(folder() / "base.json", base().dump());
  }

  const fs::path& folder() const { return folder_.path(); }
  json base() const {
    return {{"data", {{"path", (folder() / "ramps.csv").string()}}},
            {"model",
             {{"generator", {{"hidden", 4}, {"noise_step", 2}, {"noise_global", 2}}},
              {"discriminator", {{"hidden", 4}, {"head", 4}}}}},
            {"train", {{"steps", 30}, {"batch", 4}}}};
  }
  /// {"base": the file, "variants": ["bce"]} with `changes` merged over it.
  static json comparison(const json& changes) {
    json document = {{"base", "../base.json"}, {"variants", json::array({"bce"})}};
    document.merge_patch(changes);
    return document;
  }

  Plan read(const json& document, PlanRequest request = {}) const {
    request.file = folder() / "sub" / "c.json";
    write_text(request.file, document.dump());
    return read_plan(request, catalogs());
  }
  Plan read_changed(const json& changes) const { return read(comparison(changes)); }

  /// All messages, without the file's name in front.
  std::vector<std::string> refusal(const json& document) const {
    try {
      read(document);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::config) << error.what();
      const std::string file = (folder() / "sub" / "c.json").string() + ": ";
      std::vector<std::string> messages;
      for (const Problem& problem : error.problems()) {
        const bool ours = problem.message().starts_with(file);
        messages.push_back(problem.message().substr(ours ? file.size() : 0) + " | " + problem.hint);
      }
      return messages;
    }
    return {};
  }
  std::vector<std::string> refusal_of(const json& changes) const {
    return refusal(comparison(changes));
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(PlanFile, CountsParametersOfNetworksThatFollowTheData) {
  std::string text = "a,b,c,d,e,f,g,h\n";
  for (int row = 0; row < 300; ++row) {
    for (int f = 1; f <= 8; ++f)
      text += fmt::format("{:.3f}{}", std::sin(row * 0.1 * f), f < 8 ? "," : "\n");
  }
  write_text(folder() / "eight.csv", text);
  const auto parameters = [&](const json& hidden) {
    const json changes = {{"data", {{"path", (folder() / "eight.csv").string()}}},
                          {"model", {{"generator", {{"hidden", hidden}}}}}};
    json wide = base();
    wide.merge_patch(changes);
    return read_changed({{"base", wide}}).variants.front().generator_parameters;
  };
  EXPECT_EQ(parameters("auto"), parameters(64));
}

TEST_F(PlanFile, HasDefaults) {
  const Plan plan = read_changed(json::object());
  EXPECT_EQ(plan.title, "c");
  EXPECT_EQ(plan.base, (folder() / "base.json").string());
  EXPECT_EQ(plan.steps, 30);
  EXPECT_THAT(plan.seeds, ElementsAre(1));
  EXPECT_THAT(names_of(plan.rank_by), ElementsAre("mmd2_d1", "acf_d1", "ed_nn", "ds"));
  EXPECT_THAT(plan.metrics, SizeIs(10));  // the nine of fast and ds
  EXPECT_GT(plan.test_sequences, 0);
  EXPECT_EQ(plan.data_hash.size(), 64U);
  ASSERT_THAT(plan.variants, SizeIs(1));
  EXPECT_EQ(plan.variants[0].name, "bce");
  EXPECT_EQ(plan.variants[0].objective, "bce");
  EXPECT_GT(plan.variants[0].generator_parameters, 0);
  EXPECT_EQ(plan.variants[0].steps(), 30);
}

TEST_F(PlanFile, LaysVariantsOverSetOverBase) {
  const Plan plan = read(
      comparison({{"set", {{"train", {{"steps", 7}, {"batch", 5}}}}},
                  {"variants",
                   {{"a", "wgan_gp"}, {"b", {{"train", {{"batch", 6}}}}}, {"c", json::object()}}}}),
      {.file = {}, .sets = {"train.n_critic=2"}, .seeds = {4, 9}});
  ASSERT_THAT(plan.variants, SizeIs(3));
  EXPECT_THAT(plan.seeds, ElementsAre(4, 9));
  EXPECT_EQ(plan.steps, 7);
  const auto train = [&](size_t variant) { return plan.variants[variant].config.at("train"); };
  EXPECT_EQ(plan.variants[0].changes, json({{"objective", "wgan_gp"}}));
  EXPECT_EQ(plan.variants[0].config.at("objective").at("adversarial").at("type"), "wgan");
  EXPECT_EQ(train(0).at("steps"), 7);
  EXPECT_EQ(train(1).at("batch"), 6);
  EXPECT_EQ(train(2).at("batch"), 5);
  EXPECT_EQ(train(2).at("n_critic"), 2);
}

TEST_F(PlanFile, TakesABaseThatIsWrittenIntoIt) {
  const Plan plan = read_changed({{"base", base()}, {"seeds", 3}, {"title", "ramps"}});
  EXPECT_EQ(plan.base, (folder() / "sub" / "c.json").string());
  EXPECT_THAT(plan.seeds, ElementsAre(1, 2, 3));
  EXPECT_EQ(plan.title, "ramps");
}

TEST_F(PlanFile, ScoresWhatItIsAskedFor) {
  const Plan plan =
      read_changed({{"metrics", {"mmd2_d1", "prdc"}}, {"repeats", 2}, {"samples", 9}});
  EXPECT_THAT(names_of(plan.metrics), ElementsAre("mmd2_d1", "prdc"));
  EXPECT_THAT(names_of(plan.rank_by), ElementsAre("mmd2_d1"));  // what there is of the default
  EXPECT_EQ(plan.repeats, 2);
  EXPECT_EQ(plan.samples, 9);
}

TEST_F(PlanFile, RefusesSeedsThatNoRunCouldHave) {
  EXPECT_THAT(refusal({{"seeds", 1'000'000'000'000}}),
              Contains(HasSubstr("seeds: 1000000000000 is neither a list of whole numbers")));
  EXPECT_THAT(refusal({{"seeds", {1, 9'223'372'036'854'775'808U}}}),
              Contains(HasSubstr("seeds: 9223372036854775808 is above 1000000000000")));
  EXPECT_THAT(refusal({{"repeats", 1'000'000'000'001}}),
              Contains(HasSubstr("repeats: 1000000000001 is not a whole number")));
}

TEST_F(PlanFile, RefusesEverythingAtOnce) {
  const auto problems =
      refusal({{"bse", 1}, {"seeds", {1, 1}}, {"repeats", -1}, {"title", 3}, {"equal_steps", 0}});
  EXPECT_THAT(problems, Contains("bse: unknown key | did you mean base?"));
  EXPECT_THAT(problems, Contains(HasSubstr("seeds: names a seed twice")));
  EXPECT_THAT(problems, Contains(HasSubstr("repeats: -1 is not a whole number")));
  EXPECT_THAT(problems, Contains(HasSubstr("title: 3 is not a text")));
  EXPECT_THAT(problems, Contains(HasSubstr("equal_steps: 0 is not true or false")));
  EXPECT_THAT(problems, Contains(HasSubstr("base: is required")));
  EXPECT_THAT(problems, Contains(HasSubstr("variants: is required")));
}

TEST_F(PlanFile, RefusesABaseThatIsNoConfig) {
  EXPECT_THAT(refusal_of({{"base", "none.json"}}),
              ElementsAre(HasSubstr("base: " + (folder() / "sub" / "none.json").string())));
  EXPECT_THAT(refusal_of({{"base", 3}}), ElementsAre(HasSubstr("neither a file nor an object")));
  EXPECT_THAT(refusal_of({{"set", {{"train", {{"stps", 3}}}}}}),
              ElementsAre("set: train.stps: unknown key | did you mean train.steps?"));
  EXPECT_THAT(refusal_of({{"set", 3}}), ElementsAre(HasSubstr("set: 3 is not an object")));
}

TEST_F(PlanFile, RefusesVariantsThatCannotBeTrained) {
  const auto problems = refusal_of({{"variants",
                                     {{"a", "wgan_pg"},
                                      {"b/c", "bce"},
                                      {"d", 3},
                                      {"e", {{"train", {{"batch", 0}}}}},
                                      {"f", "cgan"}}}});
  EXPECT_THAT(problems, Contains(HasSubstr("variants.a: objective: unknown preset \"wgan_pg\"")));
  EXPECT_THAT(problems, Contains(HasSubstr("did you mean wgan_gp?")));
  EXPECT_THAT(problems, Contains(HasSubstr("variants.b/c: is not the name of a variant")));
  EXPECT_THAT(problems, Contains(HasSubstr("variants.d: 3 is neither a preset nor an object")));
  EXPECT_THAT(problems, Contains(HasSubstr("variants.e: train.batch: ")));
  EXPECT_THAT(problems, Contains(HasSubstr("data.label")));
  EXPECT_THAT(problems, SizeIs(5));
  EXPECT_THAT(refusal_of({{"variants", {"bce", "bce", 1}}}),
              ElementsAre(HasSubstr("names \"bce\" twice"), HasSubstr("1 is not the name")));
}

TEST_F(PlanFile, RefusesVariantsThatCannotBeCompared) {
  const auto problems =
      refusal_of({{"variants",
                   {{"a", {{"data", {{"split", {{"seed", 2}}}, {"scaling", "minmax"}}}}},
                    {"b", {{"train", {{"steps", 60}}}}},
                    {"c", {{"train", {{"seed", 60}}}}}}}});
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("variants.a: data.split.seed differs from the base"),
                          HasSubstr("variants.b: train.steps is 60 here and 30 in the base"),
                          HasSubstr("variants.c: train.seed comes from the comparison")));
  const Plan plan = read_changed(
      {{"equal_steps", false},
       {"variants",
        {{"a", {{"data", {{"scaling", "minmax"}}}}}, {"b", {{"train", {{"steps", 60}}}}}}}});
  EXPECT_EQ(plan.variants[1].steps(), 60);
}

TEST_F(PlanFile, MayBeScoredAgainstTheValidationSplit) {
  const Plan test = read_changed({{"split", "test"}}), other = read_changed(json::object());
  const Plan validation = read_changed({{"split", "validation"}});
  EXPECT_THAT(plan_differences(test, other), testing::IsEmpty());
  EXPECT_THAT(plan_differences(test, validation), Contains("split"));
  const Dataset data = load_dataset(
      resolve_config(validation.variants[0].config, {}, catalogs(), "test").config.data);
  EXPECT_EQ(&scored_split(validation, data), &data.validation);
  EXPECT_EQ(&scored_split(test, data), &data.test);
  EXPECT_EQ(validation.test_sequences, data.validation.count());
  json older = json(to_json(test));  // of a version that knew one split only
  older.erase("split");
  EXPECT_EQ(plan_from_json(older, "older").split, "test");
  EXPECT_THAT(refusal_of({{"split", "train"}}),
              ElementsAre(HasSubstr("split: \"train\" is neither test nor validation")));
}

TEST_F(PlanFile, RefusesScoresThatThereAreNot) {
  EXPECT_THAT(refusal_of({{"metrics", {"mmd3"}}}), ElementsAre(HasSubstr("\"mmd3\" is neither")));
  EXPECT_THAT(refusal_of({{"rank_by", {"fast"}}}), ElementsAre(HasSubstr("\"fast\" is a group")));
  EXPECT_THAT(refusal_of({{"rank_by", {"ds"}}, {"metrics", {"fast"}}}),
              ElementsAre(HasSubstr("rank_by: \"ds\" is not among metrics")));
  EXPECT_THAT(refusal_of({{"rank_by", {"ds", "ds"}}}), ElementsAre(HasSubstr("a score twice")));
  EXPECT_THAT(refusal_of({{"metrics", {"acf"}}}),
              ElementsAre(HasSubstr("none of its defaults is among metrics")));
  EXPECT_THAT(refusal_of({{"metrics", json::array()}}), Contains(HasSubstr("names no score")));
}

TEST_F(PlanFile, PassesOnWhatIsWrongWithTheData) {
  json broken = base();
  broken["data"]["path"] = "none.csv";
  try {
    read_changed({{"base", broken}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
  }
}

/// Every comparison that the project ships; its data need not be there.
TEST(ShippedComparisons, AreWithoutProblems) {
  const fs::path here = fs::current_path();
  fs::current_path(RNNGAN_SOURCE_DIR);
  for (const auto& entry : fs::directory_iterator("configs/compare")) {
    SCOPED_TRACE(entry.path().string());
    try {
      const Plan plan = read_plan({entry.path(), {}, {}}, catalogs());
      EXPECT_GE(plan.variants.size(), 1U);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data) << error.what();
      EXPECT_THAT(error.what(), HasSubstr("no such file"));
    }
  }
  fs::current_path(here);
}

}  // namespace plan_file_test
}  // namespace rnngan::comparison_testing
