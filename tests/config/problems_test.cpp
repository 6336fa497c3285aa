// Wrong keys and values: what is said about them.
#include <ctime>

#include <fmt/format.h>

#include "support.h"

namespace rnngan {
namespace problems_test {

using testing::only_message;
using testing::only_problem;
using testing::problems;
using testing::resolve;

TEST(UnknownKey, OfASetIsNamedAtItsFirstWrongPart) {
  const Problem problem = only_problem("{}", {"data.windw.length=48"});
  EXPECT_EQ(problem.message(), "data.windw: unknown key (in data.windw.length=48)");
  EXPECT_EQ(problem.hint, "did you mean data.window?");
  EXPECT_EQ(only_problem("{}", {"trein.batch=4"}),
            (Problem{"trein", "unknown key (in trein.batch=4)", "did you mean train?"}));
}

TEST(UnknownKey, OfAFileNamesItsPathAndTheNearestKey) {
  EXPECT_EQ(only_problem(R"({"train": {"checkpoint": {"evry": 5}}})"),
            (Problem{"test: train.checkpoint.evry", "unknown key",
                     "did you mean train.checkpoint.every?"}));
  EXPECT_EQ(only_problem(R"({"objectiv": "plain"})"),
            (Problem{"test: objectiv", "unknown key", "did you mean objective?"}));
}

/// Seconds of this process to refuse as many unknown keys, each on a line of its own or all on one.
double seconds_for(int keys, const char* separator) {
  std::string text = "{";
  for (int i = 0; i < keys; ++i) {
    text += fmt::format("{}\"unknown_key_{}\": {}", i == 0 ? "" : separator, i, i);
  }
  const std::clock_t begin = std::clock();
  EXPECT_EQ(problems(text + "}").size(), static_cast<size_t>(keys));
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(UnknownKey, OfManyTakesTimeInProportion) {
  for (const char* separator : {",\n", ","}) {
    const double few = seconds_for(5000, separator), many = seconds_for(40000, separator);
    EXPECT_LT(many, 20 * few) << few << " s, then " << many << " s";  // squared: 64 times
  }
}

TEST(UnknownKey, InTheWrongPlaceIsSentToTheRightOne) {
  EXPECT_EQ(only_problem(R"({"batch": 5})").hint, "did you mean train.batch?");
  EXPECT_EQ(only_problem("{}", {"train.lr=5"}).hint,
            "did you mean train.optim.generator.lr or train.optim.discriminator.lr?");
}

TEST(UnknownKey, FarFromEverythingListsWhatIsKnown) {
  EXPECT_EQ(only_problem(R"({"data": {"split": {"zzzzzzzz": 1}}})").hint,
            "known in data.split: policy, validation, test, block, seed");
  EXPECT_EQ(only_problem(R"({"zzzzzzzz": 1})").hint,
            "known here: data, model, objective, train, evaluate");
}

TEST(UnknownKey, WithDotsInAFileIsNotAPath) {
  EXPECT_EQ(only_problem(R"({"train.batch": 5})"),
            (Problem{"test: train.batch", "unknown key",
                     "dots are for KEY=VALUE; in a file, nest: \"train\": {\"batch\": ...}"}));
}

TEST(UnknownKey, IsSeenEvenWhereItIsRemoved) {
  EXPECT_EQ(only_message("{}", {"train.bach=null"}),
            "train.bach: unknown key (in train.bach=null)");
}

TEST(Columns, AreSaidByName) {
  const std::string set = R"(data.column."Adj.Close".kind=number)";
  const auto config = resolve("{}", {set, "data.column.rain.atoms=[0]"}).config;
  EXPECT_EQ(config.data.column.at("Adj.Close").kind, ColumnKind::number);
  EXPECT_EQ(config.data.column.at("rain").atoms, std::vector<double>{0});
  EXPECT_EQ(resolve("{}", {set, R"(data.column."Adj.Close"=null)"}).document["data"]["column"],
            nlohmann::json::object());
  const auto document = resolve("{}", {set}).document;
  EXPECT_EQ(document["data"]["column"], (nlohmann::json{{"Adj.Close", {{"kind", "number"}}}}));
  EXPECT_EQ(resolve(document.dump()).document, document);
}

TEST(Columns, WrongKeysAndValuesAreFound) {
  EXPECT_EQ(only_problem("{}", {"data.column.Adj.Close.kind=number"}),
            (Problem{"data.column.Adj.Close",
                     "unknown key (kind, transform, atoms, decimals, dead_band) (in "
                     "data.column.Adj.Close.kind=number)",
                     R"(quote a name with dots: data.column."Adj.Close")"}));
  EXPECT_EQ(
      only_problem(R"({"data": {"column": {"a.b": {"kindd": "number"}}}})"),
      (Problem{R"(test: data.column."a.b".kindd)",
               "unknown key (kind, transform, atoms, decimals, dead_band)", "did you mean kind?"}));
  EXPECT_EQ(only_message("{}", {"data.column.a.kind=derived"}),
            "data.column.a.kind: \"derived\" is not one of number, category (in "
            "data.column.a.kind=derived)");
  EXPECT_EQ(only_message("{}", {"data.column.a.decimals=10"}),
            "data.column.a.decimals: 10 is out of range (from 0 to 9) (in "
            "data.column.a.decimals=10)");
  EXPECT_EQ(only_problem(R"({"data": {"column": ["a"]}})"),
            (Problem{"test: data.column", "[\"a\"] is not an object",
                     R"(entries stand by name: {"NAME": {"kind": ...}})"}));
  EXPECT_EQ(only_message("{}", {"data.column.a=category"}),
            "data.column.a: \"category\" is not an object (in data.column.a=category)");
  EXPECT_EQ(only_problem("{}", {"data.column.a.kind=category", "data.column.a.atoms=[0]"}),
            (Problem{"data.column.a.atoms",
                     "is for numbers, but data.column says that the column is a category (in "
                     "data.column.a.atoms=[0])",
                     "leave out atoms or data.column.a.kind"}));
}

TEST(WrongValue, SaysTheValueAndWhatIsAllowed) {
  EXPECT_EQ(only_message(R"({"train": {"batch": 0}})"),
            "test: train.batch: 0 is out of range (at least 1)");
  EXPECT_EQ(only_message(R"({"train": {"batch": 1.9}})"),
            "test: train.batch: 1.9 is not a whole number (at least 1)");
  EXPECT_EQ(only_message(R"({"train": {"batch": "64"}})"),
            "test: train.batch: \"64\" is not a whole number (at least 1)");
  EXPECT_EQ(only_message("{}", {"train.batch=-1"}),
            "train.batch: -1 is out of range (at least 1) (in train.batch=-1)");
  EXPECT_EQ(only_message(R"({"train": {"ema": {"decay": true}}})"),
            "test: train.ema.decay: true is not a number (at least 0 and less than 1)");
  EXPECT_EQ(only_problem("{}", {"data.scaling=minmx"}),
            (Problem{"data.scaling",
                     "\"minmx\" is not one of auto, standard, asinh, log, minmax, quantile, none "
                     "(in data.scaling=minmx)",
                     "did you mean minmax?"}));
}

TEST(WrongValue, OfASectionListsItsKeys) {
  EXPECT_EQ(only_problem(R"({"data": {"window": 24}})"),
            (Problem{"test: data.window", "24 is not an object",
                     "keys of data.window: length, stride, short"}));
}

TEST(WrongValue, BelongsToTheLayerThatSetItLast) {
  EXPECT_THAT(only_message(R"({"train": {"batch": 4}})", {"train.batch=0", "train.seed=3"}),
              ::testing::EndsWith("(in train.batch=0)"));
}

TEST(WrongValue, AbsurdIntegersAreRefused) {
  EXPECT_EQ(only_message(R"({"data": {"window": {"stride": 9223372036854775807}}})"),
            "test: data.window.stride: 9223372036854775807 is out of range (at least 1, at most "
            "1000000000000)");
  EXPECT_EQ(only_message(R"({"model": {"generator": {"hidden": 65537}}})"),
            "test: model.generator.hidden: 65537 is out of range (from 1 to 65536)");
}

TEST(Problems, AreReportedAllAtOnce) {
  const auto all = problems(R"({
    "data": {"windw": {}, "scaling": "max", "split": {"test": 2}},
    "objective": {"preset": "hing", "terms": {"r11": {}}},
    "train": {"device": "gpu"}})",
                            {"train.batch=1.5"});
  std::vector<std::string> messages;
  for (const auto& problem : all) messages.push_back(problem.message());
  EXPECT_THAT(
      messages,
      ::testing::UnorderedElementsAre(
          "test: data.windw: unknown key",
          "test: data.scaling: \"max\" is not one of auto, standard, asinh, log, minmax, quantile, "
          "none",
          "test: data.split.test: 2 is out of range (at least 0 and less than 1)",
          "test: objective.preset: unknown preset \"hing\" (hinge_r1, plain)",
          "test: objective.terms.r11: unknown term \"r11\" (r1, mmd, classes, smoothing, forced, "
          "rebuilt, paths, codes, dropped, finds, own)",
          "test: train.device: \"gpu\" is not a device (auto, cpu, cuda, cuda:N)",
          "train.batch: 1.5 is not a whole number (at least 1) (in train.batch=1.5)"));
}

TEST(Document, MustBeAnObject) {
  EXPECT_EQ(only_message("5"), "test: 5 is not an object");
}

}  // namespace problems_test
}  // namespace rnngan
