#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "evaluation/scoring.h"

namespace rnngan {

std::vector<MetricId> resolve_metrics(const std::vector<std::string>& names) {
  const auto& groups = metric_groups();
  std::vector<std::string> known;
  for (const MetricGroup& group : groups) known.push_back(group.name);
  const std::vector<std::string>& all = groups.back().metrics;
  known.insert(known.end(), all.begin(), all.end());

  std::set<MetricId> wanted;  // in the order of the catalog
  for (const std::string& name : names.empty() ? std::vector<std::string>{"default"} : names) {
    const auto group = std::ranges::find(groups, name, &MetricGroup::name);
    if (group != groups.end()) {
      for (const std::string& member : group->metrics) wanted.insert(find_metric(member).value());
    } else if (const auto id = find_metric(name)) {
      wanted.insert(*id);
    } else {
      throw Error(ErrorKind::usage, "metrics", "\"" + name + "\" is neither a score nor a group",
                  did_you_mean(name, known));
    }
  }
  return {wanted.begin(), wanted.end()};
}

}  // namespace rnngan
