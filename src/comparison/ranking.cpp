#include "comparison/ranking.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace rnngan {

namespace {

constexpr size_t kFewestSeeds = 5;  // for an interval to be more than a description

Summary summarise_values(const std::vector<double>& values) {
  std::vector<std::optional<double>> all(values.begin(), values.end());
  return summarise(all);
}

/// Losses of all variants with one seed; those whose run was not made are not among them.
struct SeedColumn {
  std::vector<size_t> variants;
  std::vector<std::optional<double>> losses;
};

SeedColumn column_of(const ScoreTable& table, const std::vector<std::vector<Attempt>>& attempts,
                     size_t seed) {
  SeedColumn column;
  for (size_t v = 0; v < attempts.size(); ++v) {
    if (attempts[v][seed] == Attempt::none) continue;
    std::optional<double> loss;
    const auto& value = table.values[v][seed];
    if (attempts[v][seed] == Attempt::scored && value) loss = table.scale.loss(*value);
    column.variants.push_back(v);
    column.losses.push_back(loss);
  }
  return column;
}

bool nobody_has_it(const SeedColumn& column) {
  return std::none_of(column.losses.begin(), column.losses.end(),
                      [](const auto& loss) { return loss.has_value(); });
}

/// The mean ranks of variants within one seed; nothing for those without a run.
std::vector<std::optional<double>> ranks_within(const std::vector<ScoreTable>& tables,
                                                const std::vector<std::vector<Attempt>>& attempts,
                                                size_t seed) {
  std::vector<std::vector<double>> ranks(attempts.size());
  for (const ScoreTable& table : tables) {
    const SeedColumn column = column_of(table, attempts, seed);
    if (nobody_has_it(column)) continue;
    const auto places = average_ranks(column.losses);
    for (size_t i = 0; i < places.size(); ++i) ranks[column.variants[i]].push_back(places[i]);
  }
  std::vector<std::optional<double>> means(attempts.size());
  for (size_t v = 0; v < ranks.size(); ++v) means[v] = summarise_values(ranks[v]).mean;
  return means;
}

void number_places(std::vector<Standing>& sorted) {
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (!sorted[i].rank) break;
    const bool equal = i > 0 && *sorted[i].mean_rank - *sorted[i - 1].mean_rank < 1e-9;
    sorted[i].rank = equal ? *sorted[i - 1].rank : static_cast<int>(i) + 1;
  }
}

}  // namespace

double ScoreScale::loss(double value) const {
  if (direction == Direction::lower) return value;
  return direction == Direction::higher ? -value : std::abs(value - ideal);
}

ScoreScale scale_of(const MetricId& metric) {
  return {metric.row->direction, metric.row->ideal};
}

Summary summarise(std::span<const std::optional<double>> values) {
  Summary summary;
  double sum = 0;
  for (const auto& value : values) {
    if (!value) continue;
    sum += *value;
    ++summary.count;
  }
  if (summary.count == 0) return summary;
  summary.mean = sum / static_cast<double>(summary.count);
  if (summary.count == 1) return summary;
  double squares = 0;
  for (const auto& value : values) {
    if (value) squares += (*value - *summary.mean) * (*value - *summary.mean);
  }
  summary.sd = std::sqrt(squares / static_cast<double>(summary.count - 1));
  return summary;
}

std::vector<double> average_ranks(std::span<const std::optional<double>> losses) {
  std::vector<double> ranks(losses.size(), static_cast<double>(losses.size()));
  std::vector<size_t> order;
  for (size_t i = 0; i < losses.size(); ++i) {
    if (losses[i]) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return *losses[a] < *losses[b]; });
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && *losses[order[end]] == *losses[order[begin]]) ++end;
    const double mean_place = static_cast<double>(begin + 1 + end) / 2;  // places begin + 1 .. end
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = mean_place;
    begin = end;
  }
  return ranks;
}

std::vector<Standing> standings(const std::vector<ScoreTable>& tables,
                                const std::vector<std::vector<Attempt>>& attempts) {
  const size_t seeds = attempts.empty() ? 0 : attempts.front().size();
  std::vector<std::vector<std::optional<double>>> ranks(attempts.size());  // [variant][seed]
  for (size_t seed = 0; seed < seeds; ++seed) {
    const auto within = ranks_within(tables, attempts, seed);
    for (size_t v = 0; v < within.size(); ++v) ranks[v].push_back(within[v]);
  }
  std::vector<Standing> sorted;
  for (size_t v = 0; v < attempts.size(); ++v) {
    const Summary over_seeds = summarise(ranks[v]);
    const bool scored = std::count(attempts[v].begin(), attempts[v].end(), Attempt::scored) > 0;
    Standing standing{v, {}, over_seeds.mean, over_seeds.sd};
    if (scored && standing.mean_rank) standing.rank = 0;
    sorted.push_back(standing);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Standing& a, const Standing& b) {
    if (a.rank.has_value() != b.rank.has_value()) return a.rank.has_value();
    return a.rank && *a.mean_rank < *b.mean_rank;
  });
  number_places(sorted);
  return sorted;
}

std::optional<PairedDifference> paired_difference(std::span<const std::optional<double>> a,
                                                  std::span<const std::optional<double>> b,
                                                  const ScoreScale& scale, double floor_spread) {
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!a[i] || !b[i]) continue;
    differences.push_back(scale.direction == Direction::level
                              ? scale.loss(*a[i]) - scale.loss(*b[i])
                              : *a[i] - *b[i]);
  }
  if (differences.empty()) return std::nullopt;
  const Summary summary = summarise_values(differences);
  PairedDifference paired;
  paired.mean = *summary.mean;
  paired.sd = summary.sd;
  paired.seeds = summary.count;
  paired.descriptive = summary.count < kFewestSeeds;
  if (summary.sd) {
    const double half = student_quantile(summary.count - 1) * *summary.sd /
                        std::sqrt(static_cast<double>(summary.count));
    paired.low = paired.mean - half;
    paired.high = paired.mean + half;
  }
  const bool undecided = !paired.descriptive && *paired.low <= 0 && *paired.high >= 0;
  if (undecided || std::abs(paired.mean) <= floor_spread) return paired;
  const bool a_is_better = scale.direction == Direction::higher ? paired.mean > 0 : paired.mean < 0;
  paired.verdict = a_is_better ? Verdict::a : Verdict::b;
  return paired;
}

double student_quantile(size_t degrees) {
  static constexpr std::array<double, 30> kTable = {
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
      2.2010,  2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
      2.0796,  2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
  if (degrees <= kTable.size()) return kTable[std::max<size_t>(degrees, 1) - 1];
  // The first terms of the expansion in 1 / degrees (Abramowitz and Stegun, 26.7.5).
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(degrees);
  return z + (z * z * z + z) / (4 * n) +
         (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * n * n);
}

}  // namespace rnngan
