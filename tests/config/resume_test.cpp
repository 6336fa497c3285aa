// What a resumed run may change is said by each field.
#include "config/support.h"

namespace rnngan {
namespace resume_test {

using testing::problems_of;
using testing::resolve;

const std::string kConstant = R"({"train": {"schedule": {"kind": "constant"}}})";

std::vector<Problem> refused(const std::string& text, const std::vector<std::string>& sets) {
  const ResolvedConfig then = resolve(text);
  return problems_of([&] { require_resumable(resolve(text, sets), then.document, "run"); });
}

TEST(Resume, ChangesWhatItsFieldsAllow) {
  EXPECT_TRUE(refused(kConstant, {"train.steps=9999", "train.log.every=7", "train.device=cpu",
                                  "data.path=elsewhere.csv", "evaluate.metrics=[]"})
                  .empty());
}

TEST(Resume, NamesEachKeyThatMayNotChange) {
  const auto problems =
      refused(kConstant, {"train.batch=8", "train.seed=2", "objective.terms.r1.weight=1"});
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[1], (Problem{"run: train.batch", "differs from the run's config",
                                  "a resumed run keeps its config; start a new run for another "
                                  "one"}));
}

TEST(Resume, NamesManyKeysInOneLine) {
  const auto problems =
      refused(kConstant, {"train.batch=8", "train.seed=2", "train.optim.generator.lr=0.1",
                          "train.instance_noise.sd=0.5", "data.window.length=9"});
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_THAT(problems[3].message(), ::testing::StartsWith("run: 2 more differ: "));
}

TEST(Resume, StepsAreFixedUnderAScheduleThatEndsWithTheRun) {
  ASSERT_EQ(refused("{}", {"train.steps=9999"}).size(), 1U);
  EXPECT_THAT(refused("{}", {"train.steps=9999"})[0].message(),
              ::testing::StartsWith("run: train.steps: cannot change under"));
}

}  // namespace resume_test
}  // namespace rnngan
