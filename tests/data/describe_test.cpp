#include "data/describe.h"

#include "data_test_util.h"

namespace rnngan {
namespace describe_test {

using testing::HasSubstr;
using testing_data::config_for;
using testing_data::write_text;

TEST(Describe, LineForWindows) {
  const std::string path = write_text("file.csv", "DAX,SMI\n1,2\n3,4\n5,6\n");
  EXPECT_EQ(summary_line(load_dataset(config_for(path, 2))),
            path + ": 3 rows x 2 columns (DAX SMI) -> 2 train, 2 validation, 2 test windows of 2");
}

TEST(Describe, LineForSequences) {
  const std::string path = write_text("file.csv", "id,v\nA,1\nA,2\nB,1\n");
  auto config = config_for(path);
  config.id = "id";
  EXPECT_EQ(summary_line(load_dataset(config)),
            path + ": 3 rows x 1 column (v) -> 2 train, 2 validation, 2 test sequences of 1 to 2");
}

TEST(Describe, Tables) {
  auto config = config_for(
      write_text("file.csv", "id,k,s,v,w,u\nA,x,1,1,7,0.5\nA,x,1,2,7,1.5\nB,y,2,3,7,4\n"));
  config.id = "id";
  config.label = std::string("k");
  config.statics = {"s"};
  const auto text = describe(load_dataset(config));
  EXPECT_THAT(text, HasSubstr("sequences  2\n"));
  EXPECT_THAT(text, HasSubstr("k: x 1, y 1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  v +2 +0.816497 +1 +3  whole numbers\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  w +7 +0 +7 +7  whole numbers, constant\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  u +2 .* 4\n"));
  EXPECT_THAT(text, testing::ContainsRegex("static, per sequence:\n  column .*\n  s +1.5 "));
}

}  // namespace describe_test
}  // namespace rnngan
