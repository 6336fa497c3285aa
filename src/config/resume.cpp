// What a resumed run may change: the fields that say so. Everything else would make it another run.
#include <fmt/format.h>

#include "config/config.h"
#include "config/values.h"
#include "core/text.h"

namespace rnngan {

void require_resumable(const ResolvedConfig& now, const nlohmann::json& then,
                       const std::string& origin) {
  constexpr size_t kSaidOneByOne = 3;
  std::vector<Problem> problems;
  std::vector<std::string> others;
  for (const auto& key : differing_keys(then, now.document)) {
    const Field* field = find_field(run_fields(), key);
    if (key == "train.steps" && now.config.train.schedule.kind != ScheduleKind::constant) {
      problems.push_back(
          {origin + ": train.steps",
           "cannot change under a learning-rate schedule that ends with the run "
           "(train.schedule.kind)",
           "start a new run, or train with train.schedule.kind=constant from the start"});
    } else if (field == nullptr || !field->changes_on_resume) {
      if (problems.size() >= kSaidOneByOne) {
        others.push_back(key);
        continue;
      }
      problems.push_back({fmt::format("{}: {}", origin, key), "differs from the run's config",
                          "a resumed run keeps its config; start a new run for another one"});
    }
  }
  if (!others.empty()) {
    problems.push_back(
        {origin, fmt::format("{} more differ: {}", others.size(), join(others)), ""});
  }
  if (!problems.empty()) throw Error(ErrorKind::config, problems);
}

}  // namespace rnngan
