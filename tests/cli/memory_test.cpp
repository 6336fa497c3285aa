// What cannot fit into memory is refused before anything is written.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace memory_test {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST_F(Program, RefusesAModelThatDoesNotFit) {
  expect_refusals({{{"train", "-c", "tiny.json", "--out", "run", "--set",
                     "model.generator.hidden=65536", "--set", "model.generator.layers=64"},
                    3,
                    MatchesRegex("model.generator.hidden: 65536 needs about [0-9.]+ TB, .* are "
                                 "free"),
                    MatchesRegex("[0-9]+ would fit")}});
}

TEST_F(Program, RefusesDataThatDoNotFit) {
  std::string rows = "x,y\n";
  for (int row = 0; row < 10'000; ++row) rows += "1.5,2.5\n";
  write("huge.csv", rows);
  fs::resize_file(path("huge.csv"), uintmax_t{1} << 43);  // a hole
  expect_refusals({{{"train", "-c", "tiny.json", "--out", "run", "--set", "data.path=huge.csv"},
                    4,
                    MatchesRegex("huge.csv: reading it needs about [0-9.]+ TB, .* are free"),
                    HasSubstr("use at most one row in ")}});
}

}  // namespace memory_test
}  // namespace rnngan::cli_testing
