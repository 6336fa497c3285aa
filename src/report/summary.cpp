#include "report/summary.h"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "evaluation/dependence.h"
#include "evaluation/descriptive.h"

namespace rnngan {

using at::Tensor;

SequenceSet drawable(const SequenceSet& from, const ValidCells& cells, int64_t at_most) {
  return subsample(cells.usable(from), at_most, 1, "report");
}

int64_t shown_count(const SequenceSet& of) {
  constexpr int64_t kNumbers = 1'000'000;
  return std::clamp<int64_t>(kNumbers / std::max<int64_t>(1, of.steps() * of.features()), 40, 1000);
}

SequenceSet coarser(const SequenceSet& from, int64_t k) {
  if (k <= 1) return from;
  SequenceSet coarse = with_values(from, from.padded().slice(1, 0, from.steps(), k));
  coarse.lengths = at::floor_divide(from.lengths + k - 1, k);
  coarse.first_row = Tensor();
  return coarse;
}

namespace {

/// Valid entries of one feature, in order.
std::vector<double> all_cells(const SequenceSet& of, int64_t feature) {
  const Tensor cells = of.padded().select(2, feature).masked_select(of.mask()).contiguous();
  return {cells.data_ptr<double>(), cells.data_ptr<double>() + cells.numel()};
}

}  // namespace

std::vector<double> valid_values(const SequenceSet& of, int64_t feature) {
  std::vector<double> values = all_cells(of, feature);
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

double missing_share(const SequenceSet& of, int64_t feature) {
  const std::vector<double> cells = all_cells(of, feature);
  const auto missing = std::ranges::count_if(cells, [](double cell) { return std::isnan(cell); });
  return static_cast<double>(missing) / static_cast<double>(std::max<size_t>(1, cells.size()));
}

std::vector<double> class_shares(const SequenceSet& of, int64_t feature, size_t classes) {
  std::vector<double> class_counts(classes, 0);
  const std::vector<double> codes = valid_values(of, feature);
  for (const double code : codes) {
    class_counts.at(static_cast<size_t>(code)) += 1 / static_cast<double>(codes.size());
  }
  return class_counts;
}

std::vector<double> sequence_values(const SequenceSet& of, int64_t index, int64_t feature) {
  const Tensor row = of.padded().select(2, feature).select(0, index).contiguous();
  return {row.data_ptr<double>(), row.data_ptr<double>() + of.lengths[index].item<int64_t>()};
}

std::vector<int64_t> spread_indices(int64_t total, int64_t count) {
  std::vector<int64_t> indices;
  const int64_t taken = std::min(total, count);
  for (int64_t i = 0; i < taken; ++i) indices.push_back((2 * i + 1) * total / (2 * taken));
  return indices;
}

namespace {

bool whole_numbers(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value == std::floor(value); });
}

/// Freedman and Diaconis's number of bins, within what a small drawing can show.
int64_t bin_count(const std::vector<double>& real, double span) {
  const Extent middle = quantile_range(real, 0.25);
  const double width = 2 * middle.span() / std::cbrt(static_cast<double>(real.size()));
  return width > 0 ? std::clamp<int64_t>(std::llround(span / width), 12, 40) : 24;
}

}  // namespace

std::vector<double> histogram_edges(const std::vector<double>& real,
                                    const std::vector<double>& other) {
  Extent range;
  range.include(real);
  const Extent own = range.usable();
  const Extent near = quantile_range(other, 0.005);
  if (!near.empty) {
    range.include(std::clamp(near.low, own.low - own.span(), own.high + own.span()));
    range.include(std::clamp(near.high, own.low - own.span(), own.high + own.span()));
  }
  range = range.usable();
  std::vector<double> edges;
  constexpr double kMostWhole = 40;
  // Shares that happen to be 0 or 1 are no whole numbers.
  const auto [least, most] = std::ranges::minmax_element(real);
  const bool counts =
      whole_numbers(real) && !real.empty() && (*most - *least >= 2 || whole_numbers(other));
  if (counts && range.span() <= kMostWhole) {
    for (double edge = std::floor(range.low) - 0.5; edge < range.high + 1; edge += 1) {
      edges.push_back(edge);
    }
    return edges;
  }
  const int64_t count = bin_count(real, range.span());
  for (int64_t i = 0; i <= count; ++i) {
    edges.push_back(range.low + range.span() * static_cast<double>(i) / static_cast<double>(count));
  }
  return edges;
}

std::vector<double> shares(const std::vector<double>& values, const std::vector<double>& edges) {
  std::vector<double> counts(edges.size() - 1, 0);
  for (const double value : values) {
    if (!(value >= edges.front() && value <= edges.back())) continue;
    const auto above = std::ranges::upper_bound(edges, value) - edges.begin();
    counts[std::min(static_cast<size_t>(above) - 1, counts.size() - 1)] += 1;
  }
  for (double& count : counts) count /= static_cast<double>(std::max<size_t>(values.size(), 1));
  return counts;
}

SequenceSet number_columns(const SequenceSet& encoded, const SequenceSet& real) {
  if (encoded.encoded.empty()) return encoded;
  std::vector<int64_t> kept;
  SequenceSet numbers = encoded;
  numbers.columns.clear();
  numbers.encoded.clear();
  int64_t last = -1;
  for (int64_t k = 0; k < encoded.features(); ++k) {
    const int64_t source = encoded.encoded[static_cast<size_t>(k)].source;
    // The first column that was made of a number holds its values.
    if (source != last && !real.is_category(source)) {
      kept.push_back(k);
      numbers.columns.push_back(encoded.columns[static_cast<size_t>(k)]);
    }
    last = source;
  }
  numbers.rows = encoded.rows.index_select(1, torch::tensor(kept, at::kLong));
  return numbers;
}

ValueSummary summarize(std::vector<double> values) {
  ValueSummary summary;
  if (values.empty()) return summary;
  std::ranges::sort(values);
  summary.mean = mean_of_values(values);
  summary.sd = deviation_of_values(values);
  const double levels[5] = {0, 0.05, 0.5, 0.95, 1};
  for (size_t i = 0; i < 5; ++i) summary.quantiles[i] = quantile_of_sorted(values, levels[i]);
  return summary;
}

namespace {

constexpr int64_t kMostLags = 32;

/// The least and the largest over random halves of the real sequences.
void add_halves(const SequenceSet& real, int64_t last, Autocorrelations& into) {
  constexpr int64_t kLeast = 20;
  constexpr uint64_t kHalves = 20;
  if (real.count() < kLeast) return;
  Tensor low, high;
  for (uint64_t i = 0; i < kHalves; ++i) {
    const Tensor half =
        autocorrelations(subsample(real, real.count() / 2, i, "report halves"), 1, last);
    low = low.defined() ? at::minimum(low, half) : half;
    high = high.defined() ? at::maximum(high, half) : half;
  }
  into.low = rows_of(low);
  into.high = rows_of(high);
}

}  // namespace

Autocorrelations compare_autocorrelations(const SequenceSet& real, const SequenceSet& synthetic,
                                          int64_t least_steps) {
  Autocorrelations both;
  const int64_t steps = std::min(real.steps(), synthetic.steps());
  if (steps < least_steps || real.count() == 0 || synthetic.count() == 0) return both;
  const int64_t last = std::clamp<int64_t>(steps / 2, 1, kMostLags);
  for (int64_t lag = 1; lag <= last; ++lag) both.lags.push_back(static_cast<double>(lag));
  both.real = rows_of(autocorrelations(real, 1, last));
  both.synthetic = rows_of(autocorrelations(synthetic, 1, last));
  add_halves(real, last, both);
  return both;
}

std::vector<std::vector<double>> rows_of(const Tensor& matrix) {
  const Tensor dense = matrix.contiguous();
  std::vector<std::vector<double>> rows;
  for (int64_t r = 0; r < dense.size(0); ++r) {
    const double* const row = dense.data_ptr<double>() + r * dense.size(1);
    rows.emplace_back(row, row + dense.size(1));
  }
  return rows;
}

}  // namespace rnngan
