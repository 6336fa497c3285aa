#include "comparison/leaderboard.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/text.h"

namespace rnngan {

namespace {

Attempt attempt_of(const RunResult& result) {
  if (result.status == RunStatus::missing) return Attempt::none;
  return result.status == RunStatus::ok ? Attempt::scored : Attempt::without_scores;
}

SeedScores with_summary(SeedValues values) {
  const Summary over_seeds = summarise(values);
  return {std::move(values), over_seeds};
}

class LeaderboardMaker {
 public:
  LeaderboardMaker(const Plan& plan, const RunGrid& runs) : plan_(plan), runs_(runs) {}

  Leaderboard make() {
    take_plan();
    board_.complete = missing() == 0;
    for (const MetricId& metric : plan_.metrics) {
      board_.floor[metric] = with_summary(bound_of(metric, &Score::floor));
      board_.ceiling[metric] = with_summary(bound_of(metric, &Score::ceiling));
    }
    board_.notes = notes();
    const auto sorted = ranked();
    for (const Standing& standing : sorted) {
      const Standing* const best = sorted.front().rank ? &sorted.front() : nullptr;
      const bool compared = best != nullptr && best->variant != standing.variant;
      board_.rows.push_back(row(standing, compared ? best : nullptr));
      if (compared) add_differences(best->variant, standing.variant);
    }
    return std::move(board_);
  }

 private:
  void take_plan() {
    board_.title = plan_.title;
    board_.base = plan_.base;
    board_.data = plan_.data;
    board_.command = plan_.command;
    board_.version = plan_.version;
    board_.train_sequences = plan_.train_sequences;
    board_.split = plan_.split;
    board_.test_sequences = plan_.test_sequences;
    board_.steps = plan_.steps;
    board_.seeds = plan_.seeds;
    board_.rank_by = plan_.rank_by;
    board_.metrics = plan_.metrics;
  }

  std::vector<Standing> ranked() const {
    std::vector<ScoreTable> tables;
    for (const MetricId& metric : plan_.rank_by) {
      ScoreTable table{scale_of(metric), {}};
      for (size_t v = 0; v < runs_.size(); ++v) table.values.push_back(ranked_values(v, metric));
      tables.push_back(std::move(table));
    }
    std::vector<std::vector<Attempt>> attempts;
    for (const auto& row : runs_) {
      attempts.emplace_back();
      for (const PlacedRun& run : row) attempts.back().push_back(attempt_of(run.result));
    }
    return standings(tables, attempts);
  }

  SeedValues values_of(size_t variant, const MetricId& metric) const {
    SeedValues values;
    for (const PlacedRun& run : runs_[variant]) {
      values.push_back(run.result.status == RunStatus::ok ? run.result.value(metric)
                                                          : std::nullopt);
    }
    return values;
  }

  /// No better than the floor: being closer to the held-out sequences than the training sequences
  /// are is chance, a drift or a copy, and no merit.
  SeedValues ranked_values(size_t variant, const MetricId& metric) const {
    const ScoreScale scale = scale_of(metric);
    const SeedValues& floors = board_.floor.at(metric).values;
    SeedValues values = values_of(variant, metric);
    for (size_t seed = 0; seed < values.size(); ++seed) {
      if (!values[seed] || !floors[seed]) continue;
      if (scale.loss(*values[seed]) < scale.loss(*floors[seed])) values[seed] = floors[seed];
    }
    return values;
  }

  /// Floors and ceilings depend on the seed and not on the variant: the first one that there is.
  SeedValues bound_of(const MetricId& metric, std::optional<double> Score::*bound) const {
    SeedValues bounds(plan_.seeds.size());
    for (const auto& row : runs_) {
      for (size_t seed = 0; seed < row.size(); ++seed) {
        const Score* score = row[seed].result.score(metric);
        if (!bounds[seed] && score != nullptr) bounds[seed] = score->*bound;
      }
    }
    return bounds;
  }

  std::optional<PairedDifference> difference(size_t a, size_t b, const MetricId& metric) const {
    const double floor_spread = board_.floor.at(metric).over_seeds.sd.value_or(0);
    return paired_difference(ranked_values(a, metric), ranked_values(b, metric), scale_of(metric),
                             floor_spread);
  }

  void add_differences(size_t best, size_t other) {
    for (const MetricId& metric : plan_.rank_by) {
      if (const auto found = difference(best, other, metric)) {
        board_.paired.push_back(
            {plan_.variants[best].name, plan_.variants[other].name, metric, *found});
      }
    }
  }

  /// `best`: the row to be told from; none for that row itself.
  LeaderboardRow row(const Standing& standing, const Standing* best) const {
    const Variant& variant = plan_.variants[standing.variant];
    LeaderboardRow row;
    row.variant = variant.name;
    row.objective = variant.objective;
    row.changes = variant.changes;
    row.rank = standing.rank;
    row.mean_rank = standing.mean_rank;
    row.rank_sd = standing.rank_sd;
    for (const MetricId& metric : plan_.metrics) {
      SeedScores& scores = row.scores[metric] = with_summary(values_of(standing.variant, metric));
      if (best == nullptr) continue;
      const auto found = difference(best->variant, standing.variant, metric);
      scores.tie = found && found->verdict == Verdict::tie;
    }
    row.runs = runs_[standing.variant];
    SeedValues seconds;
    for (const auto& [result, directory] : row.runs) {
      const bool timed = result.steps_per_second && *result.steps_per_second > 0;
      seconds.push_back(timed ? std::optional(1000 / *result.steps_per_second) : std::nullopt);
      row.discriminator_steps = std::max(row.discriminator_steps, result.discriminator_steps);
    }
    row.seconds_per_1000_steps = summarise(seconds).mean;
    row.steps = variant.steps();
    row.generator_parameters = variant.generator_parameters;
    row.discriminator_parameters = variant.discriminator_parameters;
    return row;
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
  std::string why_nobody_has(const MetricId& metric) const {
    std::string why;
    for (const auto& row : runs_) {
      for (const PlacedRun& run : row) {
        const Score* score = run.result.score(metric);
        if (score == nullptr) continue;
        if (score->result.value) return {};
        if (!score->result.reason.empty()) why = score->result.reason;
      }
    }
    return why;
  }

  bool noise_is_better(const MetricId& metric) const {
    const auto floor = board_.floor.at(metric).over_seeds.mean;
    const auto ceiling = board_.ceiling.at(metric).over_seeds.mean;
    const ScoreScale scale = scale_of(metric);
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

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
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
        join(names_of(plan_.rank_by))));
    notes.push_back(
        "≈: the difference to the best row lies within the spread of the floor over seeds, or its "
        "95 % interval (of five seeds and more) contains 0.");
    if (count(RunStatus::diverged) > 0) {
      notes.push_back(fmt::format("Diverged runs: {}.", count(RunStatus::diverged)));
    }
    if (count(RunStatus::failed) > 0) {
      notes.push_back(fmt::format("Failed runs: {}.", count(RunStatus::failed)));
    }
    for (const MetricId& metric : plan_.rank_by) {
      const std::string why = why_nobody_has(metric);
      if (!why.empty()) {
        notes.push_back(
            fmt::format("No run has {} ({}): it is left out.", metric.name(), in_words(why)));
      }
    }
    for (const MetricId& metric : plan_.rank_by) {
      if (!noise_is_better(metric)) continue;
      notes.push_back(
          fmt::format("{}: white noise scores better than the training sequences, which are not "
                      "like those held out: what it ranks is doubtful here.",
                      metric.name()));
    }
    notes.push_back(plan_.equal_steps
                        ? fmt::format("{} generator steps each; s/1000 steps was measured with "
                                      "all that ran at a time, which slow each other down.",
                                      grouped(plan_.steps))
                        : "Numbers of generator steps differ between variants.");
    notes.push_back(sizes_note());
    return notes;
  }

  const Plan& plan_;
  const RunGrid& runs_;
  Leaderboard board_;
};

}  // namespace

int64_t LeaderboardRow::finished() const {
  return std::ranges::count_if(
      runs, [](const PlacedRun& run) { return run.result.status == RunStatus::ok; });
}

const SeedScores& LeaderboardRow::score(const MetricId& metric) const {
  static const SeedScores none;
  const auto found = scores.find(metric);
  return found == scores.end() ? none : found->second;
}

Leaderboard make_leaderboard(const Plan& plan, const RunGrid& runs) {
  return LeaderboardMaker(plan, runs).make();
}

}  // namespace rnngan
