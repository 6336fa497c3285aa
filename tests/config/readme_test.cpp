#include <gtest/gtest.h>

#include "config/config.h"
#include "core/file.h"

namespace rnngan {
namespace readme_test {

TEST(Readme, ListsTheKeysAsTheProgramDoes) {
  const std::string readme = read_file(RNNGAN_SOURCE_DIR "/README.md", ErrorKind::data);
  const std::string keys = config_reference_markdown();
  const auto first = keys.find_first_not_of('\n');
  const auto last = keys.find_last_not_of('\n');
  EXPECT_NE(readme.find(keys.substr(first, last - first + 1)), std::string::npos)
      << "paste the output of `rnngan config keys --markdown` into README.md";
}

}  // namespace readme_test
}  // namespace rnngan
