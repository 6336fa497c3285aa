#include "comparison/leaderboard.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "comparison/ranking.h"
#include "core/text.h"

namespace rnngan {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

using Values = std::vector<std::optional<double>>;

ordered_json number_or_null(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json array_of(const Values& values) {
  ordered_json array = ordered_json::array();
  for (const auto& value : values) array.push_back(number_or_null(value));
  return array;
}

ordered_json summary_json(const Values& values) {
  const Summary summary = summarise(values);
  return {{"mean", number_or_null(summary.mean)},
          {"sd", number_or_null(summary.sd)},
          {"values", array_of(values)}};
}

Attempt attempt_of(const RunResult& result) {
  if (result.status == RunStatus::missing) return Attempt::none;
  return result.status == RunStatus::ok ? Attempt::scored : Attempt::without_scores;
}

class LeaderboardMaker {
 public:
  LeaderboardMaker(const Plan& plan, const RunGrid& runs) : plan_(plan), runs_(runs) {
    for (const std::string& metric : plan_.metrics) {
      floors_[metric] = bound_of(metric, "floor");
      ceilings_[metric] = bound_of(metric, "ceiling");
    }
    std::vector<ScoreTable> tables;
    for (const std::string& metric : plan_.rank_by) {
      ScoreTable table{scale_of(metric), {}};
      for (size_t v = 0; v < runs_.size(); ++v) table.values.push_back(ranked_values(v, metric));
      tables.push_back(std::move(table));
    }
    std::vector<std::vector<Attempt>> attempts;
    for (const auto& row : runs_) {
      attempts.emplace_back();
      for (const PlacedRun& run : row) attempts.back().push_back(attempt_of(run.result));
    }
    standings_ = standings(tables, attempts);
  }

  ordered_json make() const {
    ordered_json board = {
        {"title", plan_.title},
        {"base", plan_.base},
        {"data", plan_.data},
        {"sequences", {{"train", plan_.train_sequences}, {"test", plan_.test_sequences}}},
        {"steps", plan_.steps},
        {"command", plan_.command},
        {"version", plan_.version},
        {"seeds", plan_.seeds},
        {"rank_by", plan_.rank_by},
        {"metrics", plan_.metrics},
        {"directions", ordered_json::object()},
        {"complete", missing() == 0},
        {"notes", notes()},
        {"floor", bounds(floors_)},
        {"ceiling", bounds(ceilings_)},
        {"rows", ordered_json::array()},
        {"paired", paired()}};
    for (const std::string& metric : plan_.metrics) {
      board["directions"][metric] = to_string(scale_of(metric).direction);
    }
    for (const Standing& standing : standings_) board["rows"].push_back(row(standing));
    return board;
  }

 private:
  Values values_of(size_t variant, const std::string& metric) const {
    Values values;
    for (const PlacedRun& run : runs_[variant]) {
      values.push_back(run.result.status == RunStatus::ok ? run.result.number(metric, "value")
                                                          : std::nullopt);
    }
    return values;
  }

  /// No better than the floor: being closer to the held-out sequences than the training sequences
  /// are is chance, a drift or a copy, and no merit.
  Values ranked_values(size_t variant, const std::string& metric) const {
    const Scale scale = scale_of(metric);
    const Values& floors = floors_.at(metric);
    Values values = values_of(variant, metric);
    for (size_t seed = 0; seed < values.size(); ++seed) {
      if (!values[seed] || !floors[seed]) continue;
      if (scale.loss(*values[seed]) < scale.loss(*floors[seed])) values[seed] = floors[seed];
    }
    return values;
  }

  /// Floors and ceilings depend on the seed and not on the variant: the first one that there is.
  Values bound_of(const std::string& metric, const char* key) const {
    Values bounds(plan_.seeds.size());
    for (const auto& row : runs_) {
      for (size_t seed = 0; seed < row.size(); ++seed) {
        if (!bounds[seed]) bounds[seed] = row[seed].result.number(metric, key);
      }
    }
    return bounds;
  }

  ordered_json bounds(const std::map<std::string, Values>& all) const {
    ordered_json object = ordered_json::object();
    for (const std::string& metric : plan_.metrics) {
      object[metric] = summary_json(all.at(metric));
    }
    return object;
  }

  double floor_spread(const std::string& metric) const {
    return summarise(floors_.at(metric)).sd.value_or(0);
  }

  const Standing* best() const {
    return !standings_.empty() && standings_.front().rank ? &standings_.front() : nullptr;
  }

  std::optional<PairedDifference> against_best(size_t variant, const std::string& metric) const {
    if (best() == nullptr || best()->variant == variant) return std::nullopt;
    return paired_difference(ranked_values(best()->variant, metric), ranked_values(variant, metric),
                             scale_of(metric), floor_spread(metric));
  }

  ordered_json row(const Standing& standing) const {
    const Variant& variant = plan_.variants[standing.variant];
    const auto& runs = runs_[standing.variant];
    ordered_json row = {{"variant", variant.name},
                        {"objective", variant.objective},
                        {"changes", variant.changes},
                        {"rank", standing.rank ? ordered_json(*standing.rank) : nullptr},
                        {"mean_rank", number_or_null(standing.mean_rank)},
                        {"rank_sd", number_or_null(standing.rank_sd)},
                        {"scores", ordered_json::object()}};
    for (const std::string& metric : plan_.metrics) {
      ordered_json scores = summary_json(values_of(standing.variant, metric));
      const auto difference = against_best(standing.variant, metric);
      scores["tie"] = difference && difference->verdict == Verdict::tie;
      row["scores"][metric] = std::move(scores);
    }
    Values seconds;
    int64_t finished = 0, discriminator_steps = 0;
    ordered_json statuses = ordered_json::array(), reasons = statuses, directories = statuses;
    for (const auto& [result, directory] : runs) {
      const bool timed = result.steps_per_second && *result.steps_per_second > 0;
      seconds.push_back(timed ? std::optional<double>(1000 / *result.steps_per_second)
                              : std::nullopt);
      finished += result.status == RunStatus::ok ? 1 : 0;
      discriminator_steps = std::max(discriminator_steps, result.discriminator_steps);
      statuses.push_back(to_string(result.status));
      reasons.push_back(result.reason.empty() ? ordered_json(nullptr)
                                              : ordered_json(result.reason));
      directories.push_back(directory);
    }
    row["seconds_per_1000_steps"] = number_or_null(summarise(seconds).mean);
    row["steps"] = variant.steps();
    row["discriminator_steps"] = discriminator_steps;
    row["generator_parameters"] = variant.generator_parameters;
    row["discriminator_parameters"] = variant.discriminator_parameters;
    row["finished"] = finished;
    row["seeds"] = runs.size();
    row["statuses"] = std::move(statuses);
    row["reasons"] = std::move(reasons);
    row["runs"] = std::move(directories);
    return row;
  }

  ordered_json paired() const {
    ordered_json all = ordered_json::array();
    for (const Standing& standing : standings_) {
      for (const std::string& metric : plan_.rank_by) {
        const auto difference = against_best(standing.variant, metric);
        if (!difference) continue;
        const Verdict verdict = difference->verdict;
        all.push_back({{"a", plan_.variants[best()->variant].name},
                       {"b", plan_.variants[standing.variant].name},
                       {"metric", metric},
                       {"mean", difference->mean},
                       {"sd", number_or_null(difference->sd)},
                       {"low", number_or_null(difference->low)},
                       {"high", number_or_null(difference->high)},
                       {"seeds", difference->seeds},
                       {"descriptive", difference->descriptive},
                       {"verdict", verdict == Verdict::tie ? "tie"
                                   : verdict == Verdict::a ? "a"
                                                           : "b"}});
      }
    }
    return all;
  }

  int64_t count(RunStatus status) const {
    int64_t count = 0;
    for (const auto& row : runs_) {
      count += std::count_if(row.begin(), row.end(),
                             [&](const PlacedRun& run) { return run.result.status == status; });
    }
    return count;
  }
  int64_t missing() const { return count(RunStatus::missing); }

  /// The reason why no scored run has that score; empty where one has it, or none is scored.
  std::string why_nobody_has(const std::string& metric) const {
    std::string why;
    for (const auto& row : runs_) {
      for (const PlacedRun& run : row) {
        if (run.result.number(metric, "value")) return {};
        const json* record = run.result.record(metric);
        if (record != nullptr && record->at("reason").is_string()) why = record->at("reason");
      }
    }
    return why;
  }

  bool noise_is_better(const std::string& metric) const {
    const auto floor = summarise(floors_.at(metric)).mean;
    const auto ceiling = summarise(ceilings_.at(metric)).mean;
    const Scale scale = scale_of(metric);
    return floor && ceiling && scale.loss(*ceiling) < scale.loss(*floor);
  }

  std::string sizes_note() const {
    std::set<int64_t> generators, discriminators;
    for (const Variant& variant : plan_.variants) {
      generators.insert(variant.generator_parameters);
      discriminators.insert(variant.discriminator_parameters);
    }
    const auto range = [](const std::set<int64_t>& sizes) {
      return sizes.size() == 1 ? grouped(*sizes.begin())
                               : grouped(*sizes.begin()) + " to " + grouped(*sizes.rbegin());
    };
    const bool differ = generators.size() > 1 || discriminators.size() > 1;
    return fmt::format("{}arameters: generator {}, discriminator {}.",
                       differ ? "Network sizes differ between variants; p" : "P", range(generators),
                       range(discriminators));
  }

  ordered_json notes() const {
    ordered_json notes = ordered_json::array();
    if (missing() > 0) {
      notes.push_back(fmt::format("Not complete: {} of {} runs are missing.", missing(),
                                  plan_.variants.size() * plan_.seeds.size()));
    }
    if (plan_.seeds.size() < 5) {
      notes.push_back(
          fmt::format("{} {}: descriptive. Differences need five seeds and more to be tested.",
                      plan_.seeds.size(), plan_.seeds.size() == 1 ? "seed" : "seeds"));
    }
    notes.push_back(fmt::format(
        "Ranked by the mean over {} within each seed, then over seeds, where a value better than "
        "the floor counts as the floor; training losses have no part in it. A run that diverged or "
        "failed has the last rank.",
        join(plan_.rank_by)));
    notes.push_back(
        "≈: the difference to the best row lies within the spread of the floor over seeds, or its "
        "95 % interval (of five seeds and more) contains 0.");
    if (count(RunStatus::diverged) > 0) {
      notes.push_back(fmt::format("Diverged runs: {}.", count(RunStatus::diverged)));
    }
    if (count(RunStatus::failed) > 0) {
      notes.push_back(fmt::format("Failed runs: {}.", count(RunStatus::failed)));
    }
    for (const std::string& metric : plan_.rank_by) {
      const std::string why = why_nobody_has(metric);
      if (!why.empty()) {
        notes.push_back(fmt::format("No run has {} ({}): it is left out.", metric, why));
      }
    }
    for (const std::string& metric : plan_.rank_by) {
      if (!noise_is_better(metric)) continue;
      notes.push_back(
          fmt::format("{}: white noise scores better than the training sequences, which are not "
                      "like those held out: what it ranks is doubtful here.",
                      metric));
    }
    notes.push_back(plan_.equal_steps
                        ? fmt::format("{} generator steps each; s/1000 steps was measured with "
                                      "other runs beside it, which slow each other down.",
                                      grouped(plan_.steps))
                        : "Numbers of generator steps differ between variants.");
    notes.push_back(sizes_note());
    return notes;
  }

  const Plan& plan_;
  const RunGrid& runs_;
  std::vector<Standing> standings_;
  std::map<std::string, Values> floors_, ceilings_;
};

}  // namespace

ordered_json make_leaderboard(const Plan& plan, const RunGrid& runs) {
  return LeaderboardMaker(plan, runs).make();
}

}  // namespace rnngan
