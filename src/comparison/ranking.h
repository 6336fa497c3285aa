// Who is better, and how sure is that: pure functions of scores.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "evaluation/metric.h"

namespace rnngan {

/// In which order the values of a score stand.
struct ScoreScale {
  Direction direction = Direction::lower;
  double ideal = 0;  // of a level: the value that is best

  /// Lower is better: the value, its negative, or its distance from the ideal.
  double loss(double value) const;
};

ScoreScale scale_of(const MetricId& metric);

/// One number of a run with each seed; nothing where it is not known.
using SeedValues = std::vector<std::optional<double>>;

/// Mean and sample standard deviation (of n - 1) of the values that there are.
struct Summary {
  std::optional<double> mean, sd;
  size_t count = 0;
};
Summary summarise(std::span<const std::optional<double>> values);

/// Ranks from 1, the lowest loss first; equal ones share the mean of their places. Without a value:
/// the last place, the number of entries.
std::vector<double> average_ranks(std::span<const std::optional<double>> losses);

/// One score of all variants with all seeds.
struct ScoreTable {
  ScoreScale scale;
  std::vector<SeedValues> values;  // [variant][seed]
};

/// What became of a run, as far as ranking is concerned.
enum class Attempt { none, without_scores, scored };

/// The place of a variant. `mean_rank` is the mean over its seeds of the mean of its ranks over the
/// scores, `rank_sd` the sample standard deviation of the latter over its seeds.
struct Standing {
  size_t variant = 0;
  std::optional<int> rank;  // 1 is best; equal mean ranks share one; none without a scored run
  std::optional<double> mean_rank, rank_sd;
};

/// Ranks variants against each other within each seed, score by score; runs without scores have the
/// last place, runs that were not made take no part. A score that nobody has with a seed is left
/// out of it. `attempts` [variant][seed]. The answer is sorted, best first.
std::vector<Standing> standings(const std::vector<ScoreTable>& tables,
                                const std::vector<std::vector<Attempt>>& attempts);

enum class Verdict { a, b, tie };

/// a - b over the seeds with which both have a value; of losses where the scale is a level.
struct PairedDifference {
  double mean = 0;
  std::optional<double> sd;         // sample; of two seeds and more
  std::optional<double> low, high;  // 95 % interval of the mean, by Student's t
  size_t seeds = 0;
  bool descriptive = true;  // fewer than five seeds: an interval says little
  Verdict verdict = Verdict::tie;
};

/// A tie where the mean difference is no larger than `floor_spread`, the spread of what real
/// sequences score, or where five seeds and more leave 0 in the interval. Nothing without a seed
/// that both have.
std::optional<PairedDifference> paired_difference(std::span<const std::optional<double>> a,
                                                  std::span<const std::optional<double>> b,
                                                  const ScoreScale& scale, double floor_spread);

/// The 97.5 % quantile of Student's t with `degrees` >= 1 degrees of freedom, to four digits.
double student_quantile(size_t degrees);

}  // namespace rnngan
