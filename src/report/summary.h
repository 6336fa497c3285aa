// What figures show of sets of sequences: values, differences, histograms, autocorrelations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/sequences.h"
#include "evaluation/valid_cells.h"
#include "report/scale.h"

namespace rnngan {

/// The usable sequences (ValidCells), at most `at_most` of them by a fixed permutation.
SequenceSet drawable(const SequenceSet& from, const ValidCells& cells, int64_t at_most);

/// How many sequences like these a page can be made of in seconds: 40 to 1000.
int64_t shown_count(const SequenceSet& of);

/// Every k-th step of each sequence, from its first one on.
SequenceSet coarser(const SequenceSet& from, int64_t k);

/// Valid entries of one feature that are not missing, in order.
std::vector<double> valid_values(const SequenceSet& of, int64_t feature);

/// Row `index` of one feature: as many values as the sequence has steps.
std::vector<double> sequence_values(const SequenceSet& of, int64_t index, int64_t feature);

/// `count` of 0 ... total - 1, evenly spread.
std::vector<int64_t> spread_indices(int64_t total, int64_t count);

/// Bins that hold all of `real` and what lies near it of `other`: not further out than real's own
/// range is wide. Whole numbers get a bin each.
std::vector<double> histogram_edges(const std::vector<double>& real,
                                    const std::vector<double>& other);
/// Share of all values in each bin; those beyond the edges are in none.
std::vector<double> shares(const std::vector<double>& values, const std::vector<double>& edges);

/// Mean, standard deviation and quantiles: the cells of a table.
struct ValueSummary {
  double mean = 0, sd = 0;
  double quantiles[5] = {0, 0, 0, 0, 0};  // 0, 5, 50, 95 and 100 %
};
ValueSummary summarize(std::vector<double> values);

/// The share of missing cells of one feature.
double missing_share(const SequenceSet& of, int64_t feature);
/// The share of each class of a column among its present cells.
std::vector<double> class_shares(const SequenceSet& of, int64_t feature, size_t classes);

/// Of an encoded set (score_encoding.h) the columns that are numbers of the real set as it is; the
/// set itself where nothing was encoded.
SequenceSet number_columns(const SequenceSet& encoded, const SequenceSet& real);

/// Autocorrelations of every feature at lags 1 ... K: [D][K]; `low` and `high` span those of random
/// halves of the real sequences and are empty where there are fewer than 20.
struct Autocorrelations {
  std::vector<double> lags;
  std::vector<std::vector<double>> real, synthetic, low, high;
};
/// Empty where sequences have fewer than 3 steps (2 where they are differences).
Autocorrelations compare_autocorrelations(const SequenceSet& real, const SequenceSet& synthetic,
                                          int64_t least_steps);

/// The rows of a matrix [R,C] (double) as vectors.
std::vector<std::vector<double>> rows_of(const at::Tensor& matrix);

}  // namespace rnngan
