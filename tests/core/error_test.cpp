#include "core/error.h"

#include <gtest/gtest.h>

namespace rnngan {
namespace error_test {

TEST(Error, SaysThePlaceBeforeTheFact) {
  EXPECT_STREQ(Error(ErrorKind::data, "a.csv:3", "is empty").what(), "a.csv:3: is empty");
  EXPECT_STREQ(Error(ErrorKind::usage, "", "names nothing").what(), "names nothing");
}

TEST(Error, KeepsAllProblemsAndSaysTheFirst) {
  const std::vector<Problem> problems = {{"a", "is wrong", "correct it"}, {"b", "is odd", ""}};
  const Error error(ErrorKind::config, problems);
  EXPECT_EQ(error.problems(), problems);
  EXPECT_STREQ(error.what(), "a: is wrong");
}

}  // namespace error_test
}  // namespace rnngan
