// Something wrong with a merged config, not yet traced to the file or --set it came from.
#pragma once

#include <string>
#include <vector>

namespace rnngan {

struct Finding {
  std::string path;  // "train.batch"
  std::string fact;
  std::string hint;
  std::vector<std::string> parties;  // other paths that have a part in it
};

}  // namespace rnngan
