#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "evaluation/evaluate.h"

namespace rnngan {

std::vector<std::string> resolve_metrics(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const MetricGroup& group : metric_groups()) known.push_back(group.name);
  const std::vector<std::string>& ids = metric_groups().back().metrics;
  known.insert(known.end(), ids.begin(), ids.end());

  std::set<std::string> wanted;
  for (const std::string& name : names.empty() ? std::vector<std::string>{"default"} : names) {
    const auto& groups = metric_groups();
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const MetricGroup& g) { return g.name == name; });
    if (group != groups.end()) {
      wanted.insert(group->metrics.begin(), group->metrics.end());
    } else if (std::find(ids.begin(), ids.end(), name) != ids.end()) {
      wanted.insert(name);
    } else {
      throw Error(ErrorKind::usage, "metrics", "\"" + name + "\" is neither a score nor a group",
                  did_you_mean(name, known));
    }
  }
  std::vector<std::string> resolved;
  for (const std::string& id : ids) {
    if (wanted.count(id) != 0) resolved.push_back(id);
  }
  return resolved;
}

}  // namespace rnngan
