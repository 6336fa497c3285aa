#include "comparison/search.h"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace rnngan {
namespace search_test {

using nlohmann::json;
using ::testing::ElementsAre;

Search search_of(const std::string& tune, int64_t trials = 200) {
  json document = {{"base", {{"data", {{"path", "a.csv"}}}}}, {"trials", trials}};
  document["tune"] = json::parse(tune);
  return read_search(document, "dir/search.json");
}

std::vector<std::string> problems_of(const json& document) {
  std::vector<std::string> lines;
  try {
    read_search(document, "s.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    for (const Problem& problem : error.problems()) {
      lines.push_back(problem.place + ": " + problem.fact);
    }
  }
  return lines;
}

TEST(Search, TakesAFileApart) {
  const json config = json::parse(R"({"extends": "../b.json", "train": {"batch": 8},
      "tune": {"train.n_critic": [1, 2]}, "keep": 3, "seeds": [1, 2], "title": "t"})");
  const Search search = read_search(config, "/x/y/search.json");
  EXPECT_EQ(search.comparison, json::parse(R"({"base": "/x/b.json", "set": {"train": {"batch": 8}},
                                               "seeds": [1, 2], "title": "t"})"));
  EXPECT_EQ(search.keep, 3);
  EXPECT_EQ(search.trials, 16);
  const json inline_config = {{"data", {{"path", "a"}}}, {"tune", {{"train.n_critic", {1, 2}}}}};
  EXPECT_EQ(read_search(inline_config, "s.json").comparison,
            (json{{"base", {{"data", {{"path", "a"}}}}}}));
}

TEST(Search, TellsAllThatIsWrong) {
  EXPECT_THAT(problems_of(json::object()), ElementsAre("s.json: tune: is required"));
  const json document = json::parse(R"({"trials": 1, "keep": 2.5, "tune": {
      "a": {"log": [0, 1]}, "b": {"uniform": [2, 1]}, "c": {"integer": [1.5, 3]}, "d": 7,
      "e": {"normal": [0, 1]}, "f": [], "train.steps": [1, 2]}})");
  EXPECT_THAT(problems_of(document),
              ElementsAre("s.json: tune.a: {\"log\":[0,1]} is no range",
                          "s.json: tune.b: {\"uniform\":[2,1]} is no range",
                          "s.json: tune.c: {\"integer\":[1.5,3]} is no range",
                          "s.json: tune.d: 7 is neither a list nor a range",
                          "s.json: tune.e: {\"normal\":[0,1]} is neither a list nor a range",
                          "s.json: tune.f: [] is neither a list nor a range",
                          "s.json: tune.train.steps: cannot be searched over",
                          "s.json: trials: 1 is not a whole number from 2 to 100000",
                          "s.json: keep: 2.5 is not a whole number from 2 to 100000"));
}

TEST(Search, DrawsWithinTheRangesAndTheSameAgain) {
  const Search search = search_of(R"({"lr": {"log": [1e-4, 1e-2]}, "d": {"uniform": [2, 4]},
      "n": {"integer": [1, 3]}, "h": {"log_integer": [1, 64]}, "o": ["hinge", "bce"]})");
  const auto candidates = draw_candidates(search);
  ASSERT_EQ(candidates.size(), 200U);
  EXPECT_EQ(candidates[0].name, "base");
  EXPECT_TRUE(candidates[0].values.empty());
  EXPECT_EQ(candidates[7].name, "t07");
  std::map<std::string, std::set<json>> seen;
  int64_t low_rates = 0, narrow = 0;
  for (size_t i = 1; i < candidates.size(); ++i) {
    for (const auto& [key, value] : candidates[i].values) seen[key].insert(value);
    low_rates += candidates[i].values.at("lr") < 1e-3;
    narrow += candidates[i].values.at("h") < 8;
  }
  EXPECT_GE(seen["lr"].begin()->get<double>(), 1e-4);
  EXPECT_LE(seen["lr"].rbegin()->get<double>(), 1e-2);
  EXPECT_NEAR(static_cast<double>(low_rates), 100, 30);  // half of the decades
  EXPECT_NEAR(static_cast<double>(narrow), 100, 30);
  EXPECT_GE(seen["d"].begin()->get<double>(), 2);
  EXPECT_LE(seen["d"].rbegin()->get<double>(), 4);
  EXPECT_EQ(seen["n"], (std::set<json>{1, 2, 3}));
  EXPECT_EQ(seen["o"], (std::set<json>{"bce", "hinge"}));
  // More candidates, or another key, leave the others as they are.
  Search more = search;
  more.trials = 300;
  more.space.insert(more.space.begin(), {"new", Draw::uniform, 0, 1, {}});
  EXPECT_EQ(draw_candidates(more)[9].values.at("lr"), candidates[9].values.at("lr"));
  Search other = search;
  other.draw_seed = 2;
  EXPECT_NE(draw_candidates(other)[9].values.at("lr"), candidates[9].values.at("lr"));
}

TEST(Search, NoTwoCandidatesAreAlike) {
  EXPECT_EQ(draw_candidates(search_of(R"({"n": [1, 2, 3]})")).size(), 4U);
}

TEST(Search, ChangesAreAMergePatch) {
  Candidate candidate{"t01", {{"objective", "hinge"}, {"train.ema.decay", 0.9}}};
  EXPECT_EQ(changes_of(candidate),
            json::parse(R"({"objective": "hinge", "train": {"ema": {"decay": 0.9}}})"));
  candidate.values["objective.terms.r1.weight"] = 3;
  EXPECT_EQ(changes_of(candidate).at("objective"),
            json::parse(R"({"preset": "hinge", "terms": {"r1": {"weight": 3}}})"));
}

TEST(Search, RungsHalveCandidatesAndEndWithAllSteps) {
  const auto text = [](const std::vector<Rung>& rungs) {
    std::string all;
    for (const Rung& rung : rungs) {
      all += std::to_string(rung.candidates) + "x" + std::to_string(rung.steps) + " ";
    }
    return all;
  };
  EXPECT_EQ(text(rungs_of(16, 4, 4000)), "16x1000 4x4000 ");
  EXPECT_EQ(text(rungs_of(27, 3, 100)), "27x12 9x34 3x100 ");
  EXPECT_EQ(text(rungs_of(17, 4, 4000)), "17x250 5x1000 2x4000 ");
  EXPECT_EQ(text(rungs_of(3, 4, 10)), "3x10 ");
}

// By hand: groups {1,2} and {5,6}: between 16, within 1, chance 1 * 1 / 2.
TEST(Search, ImportanceIsEpsilonSquared) {
  const Search search =
      search_of(R"({"a": ["x", "y"], "b": ["u", "v"], "c": {"uniform": [0, 1]}})");
  std::vector<Candidate> candidates = {{"base", {}}};
  const double ranks[] = {1, 2, 5, 6};
  std::map<std::string, double> by_name = {{"base", 3}};
  for (int i = 0; i < 4; ++i) {
    const std::string name = "t" + std::to_string(i);
    candidates.push_back({name, {{"a", i < 2 ? "x" : "y"}, {"b", i % 2 ? "v" : "u"}, {"c", 0.5}}});
    by_name[name] = ranks[i];
  }
  const auto importance = importance_of(search, candidates, by_name);
  ASSERT_EQ(importance.size(), 3U);
  EXPECT_EQ(importance[0].key, "a");
  EXPECT_EQ(importance[0].best, "x");
  EXPECT_NEAR(importance[0].share, (16 - 0.5) / 17, 1e-12);
  EXPECT_EQ(importance[1].share, 0);
  EXPECT_EQ(importance[2].share, 0);
}

TEST(Search, FewNumbersAreHalved) {
  const Search search = search_of(R"({"c": {"uniform": [0, 1]}})");
  std::vector<Candidate> candidates;
  std::map<std::string, double> ranks;
  for (int i = 0; i < 4; ++i) {
    candidates.push_back({"t" + std::to_string(i), {{"c", i}}});
    ranks[candidates.back().name] = i < 2 ? 3 : 1;
  }
  const auto importance = importance_of(search, candidates, ranks);
  EXPECT_EQ(importance[0].best, "2 to 3");
  EXPECT_EQ(importance[0].share, 1);
}

TEST(Search, NumbersAreGroupedInQuarters) {
  const Search search = search_of(R"({"c": {"uniform": [0, 1]}})");
  std::vector<Candidate> candidates;
  std::map<std::string, double> ranks;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "t" + std::to_string(i);
    candidates.push_back({name, {{"c", i}}});
    ranks[name] = i < 2 ? 8 : i == 4 || i == 5 ? 1 : 4;
  }
  const auto importance = importance_of(search, candidates, ranks);
  EXPECT_EQ(importance[0].best, "4 to 5");
  EXPECT_EQ(importance[0].share, 1);
}

}  // namespace search_test
}  // namespace rnngan
