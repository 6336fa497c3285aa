// Where values come from: extends, files, --set.
#include "support.h"

namespace rnngan {
namespace layers_test {

using testing::ConfigFiles;
using testing::problems_of;
using testing::resolve;

TEST_F(ConfigFiles, DefaultsThenPresetThenBaseThenFileThenSet) {
  write("base.json", R"({"train": {"steps": 20, "batch": 20, "n_critic": 20}})");
  write("run.json", R"({"extends": "base.json", "train": {"batch": 30, "n_critic": 30}})");
  const TrainConfig train = load("run.json", {"train.n_critic=40"}).config.train;
  EXPECT_EQ(train.seed, 1);                  // default
  EXPECT_EQ(train.optim.generator.lr, 0.5);  // preset
  EXPECT_EQ(train.steps, 20);                // base
  EXPECT_EQ(train.batch, 30);                // file
  EXPECT_EQ(train.n_critic, 40);             // --set
  write("low.json", R"({"train": {"optim": {"generator": {"lr": 0.25}}}})");
  EXPECT_EQ(load("low.json").config.train.optim.generator.lr, 0.25);  // file over preset
  EXPECT_EQ(load("low.json").config.train.n_critic, 2);
}

TEST_F(ConfigFiles, BasesAreRelativeToTheFileThatNamesThemAndLaidInOrder) {
  write("sub/first.json", R"({"extends": "deep.json", "train": {"batch": 1, "steps": 1}})");
  write("sub/deep.json", R"({"train": {"batch": 9, "seed": 9}})");
  write("second.json", R"({"train": {"batch": 2}})");
  write("run.json", R"({"extends": ["sub/first.json", "second.json"]})");
  const auto resolved = load("run.json");
  EXPECT_EQ(resolved.config.train.batch, 2);
  EXPECT_EQ(resolved.config.train.steps, 1);
  EXPECT_EQ(resolved.config.train.seed, 9);
  EXPECT_FALSE(resolved.document.contains("extends"));
}

TEST_F(ConfigFiles, OneBaseOnTwoWaysIsNoCircle) {
  write("base.json", R"({"train": {"batch": 5}})");
  write("a.json", R"({"extends": "base.json"})");
  write("b.json", R"({"extends": "base.json"})");
  write("run.json", R"({"extends": ["a.json", "b.json"]})");
  EXPECT_EQ(load("run.json").config.train.batch, 5);
}

TEST_F(ConfigFiles, CirclesAreRefused) {
  write("a.json", R"({"extends": "sub/b.json"})");
  write("sub/b.json", R"({"extends": "../a.json"})");
  EXPECT_EQ(first_message("a.json"),
            path("sub/b.json") + ": extends: " + path("a.json") + " leads back to itself");
  write("self.json", R"({"extends": "./self.json"})");
  EXPECT_THAT(first_message("self.json"), ::testing::HasSubstr("leads back to itself"));
}

TEST_F(ConfigFiles, FilesThatCannotBeReadAreNamed) {
  EXPECT_EQ(first_message("none.json"), path("none.json") + ": no such file");
  EXPECT_EQ(first_message("sub"), path("sub") + ": is a directory");
  write("run.json", R"({"extends": "gone.json"})");
  EXPECT_EQ(first_message("run.json"),
            path("run.json") + ": extends: " + path("gone.json") + ": no such file");
  write("list.json", "[1]");
  EXPECT_EQ(first_message("list.json"), path("list.json") + ": [1] is not an object");
  write("number.json", R"({"extends": 5})");
  EXPECT_EQ(first_message("number.json"),
            path("number.json") + ": extends: 5 is not the name of a file or a list of such names");
  write("broken.json", "{\n\"train\": }");
  EXPECT_THAT(first_message("broken.json"),
              ::testing::StartsWith(path("broken.json") + ":2:10: syntax error"));
}

TEST_F(ConfigFiles, ProblemsNameTheFileThatCausedThem) {
  write("base.json", R"({"train": {"batch": 0}})");
  write("run.json", R"({"extends": "base.json", "train": {"steps": 0}})");
  const auto all = problems_of([&] { load("run.json", {"train.seed=-1"}); });
  std::vector<std::string> messages;
  for (const auto& problem : all) messages.push_back(problem.message());
  EXPECT_THAT(messages, ::testing::UnorderedElementsAre(
                            path("base.json") + ": train.batch: 0 is out of range (at least 1)",
                            path("run.json") + ": train.steps: 0 is out of range (at least 1)",
                            "train.seed: -1 is out of range (at least 0) (in train.seed=-1)"));
}

TEST_F(ConfigFiles, TheSchemaKeyIsForEditors) {
  write("run.json", R"({"$schema": "schema.json"})");
  EXPECT_FALSE(load("run.json").document.contains("$schema"));
}

TEST(Extends, IsForFilesOnly) {
  EXPECT_EQ(testing::only_message(R"({"extends": "a.json"})"),
            "test: extends: only a config file can extend another");
  EXPECT_EQ(testing::only_message("{}", {"extends=a.json"}),
            "extends: only a config file can extend another (in extends=a.json)");
}

TEST(Null, GivesAKeyBackToTheLayersBeneathTheFiles) {
  EXPECT_EQ(resolve(R"({"train": {"batch": 8}})", {"train.batch=null"}).config.train.batch, 64);
  const auto section = resolve(R"({"train": {"batch": 8, "steps": 9}})", {"train=null"});
  EXPECT_EQ(section.config.train.batch, 64);
  EXPECT_EQ(section.config.train.steps, 4000);
}

TEST(Set, ValuesAreJsonOrElseText) {
  const auto config =
      resolve("{}", {"data.path=my file.csv", "data.columns=[\"a\", \"b\"]",
                     "model.discriminator.differences=false", "train.optim.generator.lr=1e-2",
                     "data.id=\"7\"", "data.time=a=b", "train.ema={\"decay\": 0.5}", "data.label="})
          .config;
  EXPECT_EQ(config.data.path, "my file.csv");
  EXPECT_EQ(config.data.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(config.model.discriminator.differences);
  EXPECT_EQ(config.train.optim.generator.lr, 0.01);
  EXPECT_EQ(config.data.id, "7");
  EXPECT_EQ(config.data.time, "a=b");
  EXPECT_EQ(config.train.ema.decay, 0.5);
  EXPECT_EQ(config.data.label, "");
}

TEST(Set, LaterOnesWin) {
  EXPECT_EQ(resolve("{}", {"train.batch=8", "train.batch=9"}).config.train.batch, 9);
}

TEST(Set, AQuoteThatIsNotClosedIsNamed) {
  try {
    resolve("{}", {"data.column.\"a.b.kind=category"});
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.problems().front().message(),
                ::testing::HasSubstr("the quote before a is not closed"));
  }
  EXPECT_TRUE(
      resolve("{}", {"data.column.\"a.b\".kind=category"}).config.data.column.contains("a.b"));
}

TEST(Set, NeedsAPathAndAnEqualsSign) {
  const auto message = [](const std::string& set) {
    const auto all = problems_of([&] { resolve("{}", {set}); }, ErrorKind::usage);
    return all.empty() ? "" : all.front().message();
  };
  EXPECT_EQ(message("train.batch"), "set train.batch: has no '='");
  EXPECT_EQ(message("=3"), "set =3: has no path before the '='");
  EXPECT_EQ(message("train..batch=3"), "set train..batch=3: the path has an empty part");
  EXPECT_EQ(message(".train=3"), "set .train=3: the path has an empty part");
  EXPECT_EQ(message("data.path=\xff"), "set: the text is not UTF-8");
}

TEST(Set, DuplicateKeysInAValueAreRefused) {
  const auto all = problems_of([&] { resolve("{}", {R"(train={"batch": 1, "batch": 2})"}); });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all.front().message(), ::testing::HasSubstr("duplicate key \"batch\""));
}

TEST(Delimiter, ATabMayBeSpelled) {
  EXPECT_EQ(resolve("{}", {"data.delimiter=\\t"}).config.data.delimiter, "\t");
  EXPECT_EQ(resolve(R"({"data": {"delimiter": "\t"}})").config.data.delimiter, "\t");
}

}  // namespace layers_test
}  // namespace rnngan
