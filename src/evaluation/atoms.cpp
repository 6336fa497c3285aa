#include "evaluation/atoms.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <torch/types.h>

#include "evaluation/feature_table.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

constexpr double kFrequent = 0.01;
constexpr double kStandsOut = 5;
constexpr size_t kNeighboursPerSide = 2;
// Of more cells a part tells which values may be frequent.
constexpr size_t kSampleOfCells = 20000;

/// Each value of sorted ones, and how often it is there.
std::vector<FrequentValue> counted(const std::vector<double>& sorted) {
  std::vector<FrequentValue> counts;
  for (const double value : sorted) {
    if (counts.empty() || counts.back().value != value) counts.push_back({value, 0});
    counts.back().share += 1;
  }
  return counts;
}

/// About as many of the values as said, spread over all of them.
std::vector<double> part_of(const std::vector<double>& values, size_t count) {
  const size_t every = values.size() / count;
  if (every <= 1) return values;
  std::vector<double> part;
  for (size_t k = 0; (k + 1) * every <= values.size(); ++k) {
    // Not the same step of every sequence.
    part.push_back(values[k * every + k * 7919 % every]);
  }
  return part;
}

/// The exact shares of values that may be frequent, rising.
std::vector<FrequentValue> shares_of(const std::vector<double>& values,
                                     std::vector<FrequentValue> candidates) {
  for (FrequentValue& one : candidates) one.share = 0;
  for (const double value : values) {
    const auto found = std::ranges::lower_bound(candidates, value, {}, &FrequentValue::value);
    if (found != candidates.end() && found->value == value) found->share += 1;
  }
  for (FrequentValue& one : candidates) one.share /= static_cast<double>(values.size());
  return candidates;
}

MetricResult atom_gap(const MetricInput& input) {
  const SequenceSet& reference = input.fitted_on();
  const SequencePool real({&input.real}), synthetic({&input.synthetic});
  MetricResult result;
  double sum = 0, used = 0, worst = -1;
  for (int64_t d = 0; d < reference.features(); ++d) {
    const std::vector<FrequentValue> atoms = frequent_values(reference, d);
    const std::vector<double> of_real = real.values(d), of_synthetic = synthetic.values(d);
    if (atoms.empty() || of_real.empty()) continue;
    const auto x = shares_of(of_real, atoms);
    const auto y = of_synthetic.empty() ? std::vector<FrequentValue>(atoms.size())
                                        : shares_of(of_synthetic, atoms);
    double gaps = 0;
    for (size_t k = 0; k < atoms.size(); ++k) {
      const double gap = std::abs(x[k].share - y[k].share);
      gaps += gap;
      if (gap <= worst) continue;
      worst = gap;
      result.detail["worst"] = {{"column", reference.column_name(d)},
                                {"value", atoms[k].value},
                                {"real", x[k].share},
                                {"synthetic", y[k].share}};
    }
    const double mean = gaps / static_cast<double>(atoms.size());
    result.detail["per_column"][reference.column_name(d)] = mean;
    sum += mean;
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_atoms");
  result.value = sum / used;
  result.detail["largest"] = worst;
  return result;
}

std::string needs_atoms(const SequenceSet& real) {
  for (int64_t d = 0; d < real.features(); ++d) {
    if (!frequent_values(real, d).empty()) return "";
  }
  return "needs_atoms";
}

}  // namespace

std::vector<FrequentValue> frequent_values(const SequenceSet& of, int64_t column) {
  if (of.is_category(column)) return {};
  const at::Tensor cells = of.padded().select(2, column).masked_select(of.mask()).contiguous();
  std::vector<double> values(cells.data_ptr<double>(), cells.data_ptr<double>() + cells.numel());
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::vector<double> part = part_of(values, kSampleOfCells);
  std::ranges::sort(part);
  std::vector<FrequentValue> candidates = counted(part);
  const bool all = part.size() == values.size();
  const double least = (all ? kFrequent : kFrequent / 2) * static_cast<double>(part.size());
  std::erase_if(candidates, [&](const FrequentValue& one) { return one.share < least; });
  candidates = shares_of(values, std::move(candidates));
  // Of few cells any value would be frequent.
  std::erase_if(candidates, [&](const FrequentValue& one) {
    return one.share < kFrequent || one.share * static_cast<double>(values.size()) < 5;
  });
  return candidates;
}

std::vector<FrequentValue> atoms_of(const SequenceSet& of, int64_t column) {
  std::vector<FrequentValue> atoms = frequent_values(of, column);
  if (atoms.empty()) return atoms;
  std::vector<double> values = SequencePool({&of}).values(column);
  std::ranges::sort(values);
  const std::vector<FrequentValue> all = counted(values);
  std::erase_if(atoms, [&](const FrequentValue& atom) {
    const auto place = static_cast<size_t>(
        std::ranges::lower_bound(all, atom.value, {}, &FrequentValue::value) - all.begin());
    std::vector<double> near;
    for (size_t k = place - std::min(place, kNeighboursPerSide);
         k < std::min(all.size(), place + kNeighboursPerSide + 1); ++k) {
      if (k != place) near.push_back(all[k].share);
    }
    std::ranges::sort(near);  // another atom may be among them
    return !near.empty() && all[place].share < kStandsOut * near[(near.size() - 1) / 2];
  });
  return atoms;
}

MetricRow atoms_row() {
  MetricRow row;
  row.name = "atoms";
  row.question = "do values that come back often, as zeros, come back as often?";
  row.formula =
      "mean over columns and their values v with share_x(v) >= 1 % of |share_x(v) - share_y(v)|";
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.takes_constant = true;
  row.beside = {"largest"};  // difference
  row.needs_of_data = "values that come back often";
  row.unmet = needs_atoms;
  row.compute = atom_gap;
  return row;
}

}  // namespace rnngan
