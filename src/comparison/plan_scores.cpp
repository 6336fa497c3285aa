#include "comparison/plan_scores.h"

#include <algorithm>
#include <optional>
#include <set>

#include "config/field.h"
#include "core/text.h"
#include "evaluation/evaluate.h"

namespace rnngan {

using nlohmann::json;

namespace {

using Names = std::vector<std::string>;

// What agrees best with evaluators of their own: docs/measurements/selection.md.
const Names kRankBy = {"mmd2_d1", "acf_d1", "ed_nn", "ds"};

class ScoresReader {
 public:
  ScoresReader(const json& document, PlanProblems& problems)
      : document_(document), problems_(problems) {}

  PlanScores read() {
    const auto metrics = read_names("metrics");
    const auto rank_by = read_names("rank_by");
    if (metrics) scored_ = ids_of("metrics", *metrics);
    if (rank_by) check_rank_by(*rank_by);
    PlanScores scores;
    scores.rank_by = rank_by ? *rank_by : default_rank_by();
    if (wrong_) return scores;
    Names all = metrics.value_or(Names{"fast"});
    all.insert(all.end(), scores.rank_by.begin(), scores.rank_by.end());
    scores.metrics = resolve_metrics(all);
    return scores;
  }

 private:
  void problem(const char* key, const std::string& fact, const std::string& hint = {}) {
    problems_.add(key, fact, hint);
    wrong_ = true;
  }

  std::optional<Names> read_names(const char* key) {
    const auto found = document_.find(key);
    if (found == document_.end() || found->is_null()) return std::nullopt;
    Names names;
    for (const json& name : found->is_array() ? *found : json::array({*found})) {
      if (name.is_string()) {
        names.push_back(name.get<std::string>());
      } else {
        problem(key, short_text(name) + " is not the name of a score", "see the list of metrics");
      }
    }
    if (found->empty()) problem(key, "names no score", "leave it out for the default");
    return names;
  }

  /// The ids that names stand for; none, with a problem, where one is unknown.
  Names ids_of(const char* key, const Names& names) {
    try {
      return names.empty() ? names : resolve_metrics(names);
    } catch (const Error& error) {
      const Problem& found = error.problems().front();
      problem(key, found.fact, found.hint);
      return {};
    }
  }

  bool is_scored(const std::string& id) const {
    return !scored_ || std::find(scored_->begin(), scored_->end(), id) != scored_->end();
  }

  void check_rank_by(const Names& ids) {
    if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) {
      problem("rank_by", "names a score twice");
    }
    if (ids_of("rank_by", ids).empty()) return;
    const auto& groups = metric_groups();
    for (const std::string& id : ids) {
      if (std::any_of(groups.begin(), groups.end(), [&](const auto& g) { return g.name == id; })) {
        problem("rank_by", "\"" + id + "\" is a group", "name single scores");
      } else if (!is_scored(id)) {
        problem("rank_by", "\"" + id + "\" is not among metrics", "add it there, or leave it out");
      }
    }
  }

  Names default_rank_by() {
    Names ids;
    std::copy_if(kRankBy.begin(), kRankBy.end(), std::back_inserter(ids),
                 [&](const std::string& id) { return is_scored(id); });
    if (ids.empty() && !wrong_) {
      problem("rank_by", "is not given, and none of its defaults is among metrics",
              "name the scores that decide, e.g. \"rank_by\": [\"" + scored_->front() + "\"]");
    }
    return ids;
  }

  const json& document_;
  PlanProblems& problems_;
  std::optional<Names> scored_;  // ids of "metrics", where it is given
  bool wrong_ = false;
};

}  // namespace

PlanScores read_plan_scores(const json& document, PlanProblems& problems) {
  return ScoresReader(document, problems).read();
}

}  // namespace rnngan
