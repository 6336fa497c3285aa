#include "comparison/plan_scores.h"

#include <algorithm>
#include <optional>
#include <set>

#include "config/field.h"
#include "core/text.h"
#include "evaluation/scoring.h"

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
    if (metrics) scored_ = scores_of("metrics", *metrics);
    PlanScores scores;
    scores.rank_by = rank_by ? checked_rank_by(*rank_by) : default_rank_by();
    if (wrong_) return scores;
    Names all = metrics.value_or(Names{"fast"});
    std::ranges::transform(scores.rank_by, std::back_inserter(all), &MetricId::name);
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

  /// The scores that names stand for; none, with a problem, where one is unknown.
  std::vector<MetricId> scores_of(const char* key, const Names& names) {
    if (names.empty()) return {};
    try {
      return resolve_metrics(names);
    } catch (const Error& error) {
      const Problem& found = error.problems().front();
      problem(key, found.fact, found.hint);
      return {};
    }
  }

  bool is_scored(const MetricId& metric) const {
    return !scored_ || std::ranges::find(*scored_, metric) != scored_->end();
  }

  std::vector<MetricId> checked_rank_by(const Names& names) {
    if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
      problem("rank_by", "names a score twice");
    }
    std::vector<MetricId> rank_by;
    if (scores_of("rank_by", names).empty()) return rank_by;
    for (const std::string& name : names) {
      const auto metric = find_metric(name);
      if (!metric) {
        problem("rank_by", "\"" + name + "\" is a group", "name single scores");
      } else if (!is_scored(*metric)) {
        problem("rank_by", "\"" + name + "\" is not among metrics",
                "add it there, or leave it out");
      } else {
        rank_by.push_back(*metric);
      }
    }
    return rank_by;
  }

  std::vector<MetricId> default_rank_by() {
    std::vector<MetricId> rank_by;
    for (const std::string& name : kRankBy) {
      if (is_scored(find_metric(name).value())) rank_by.push_back(find_metric(name).value());
    }
    if (rank_by.empty() && !wrong_) {
      problem(
          "rank_by", "is not given, and none of its defaults is among metrics",
          "name the scores that decide, e.g. \"rank_by\": [\"" + scored_->front().name() + "\"]");
    }
    return rank_by;
  }

  const json& document_;
  PlanProblems& problems_;
  std::optional<std::vector<MetricId>> scored_;  // "metrics", where it is given
  bool wrong_ = false;
};

}  // namespace

PlanScores read_plan_scores(const json& document, PlanProblems& problems) {
  return ScoresReader(document, problems).read();
}

}  // namespace rnngan
