// The energy distance between two sets of sequences (Szekely and Rizzo 2013).
#include <algorithm>

#include <torch/types.h>

#include "evaluation/metrics.h"
#include "evaluation/sequence_distances.h"

namespace rnngan {
namespace {

/// Over pairs of different sequences; the distance of one to itself is 0.
double mean_of_pairs(const at::Tensor& distances) {
  const auto n = static_cast<double>(distances.size(0));
  return distances.sum().item<double>() / (n * (n - 1));
}

MetricResult energy(const MetricInput& input, DistanceKind kind) {
  if (std::min(input.real.count(), input.synthetic.count()) < 2) {
    return MetricResult::skipped("needs_n_ge_2");
  }
  const SequenceDistances distances(input, kind);
  const double cross = distances.cross().mean().item<double>();
  const double within_real = mean_of_pairs(distances.real());
  const double within_synthetic = mean_of_pairs(distances.synthetic());
  MetricResult result;
  result.value = 2 * cross - within_real - within_synthetic;
  result.params = distances.params();
  result.detail = {{"cross", cross}, {"real", within_real}, {"synthetic", within_synthetic}};
  return result;
}

MetricRow energy_row(const char* name, DistanceKind kind) {
  MetricRow row;
  row.name = name;
  row.question = kind == DistanceKind::rms ? "are the two sets one, by distances between sequences?"
                                           : "the same after warping of time?";
  row.formula = "2 mean_{ij} d(x_i,y_j) - mean_{i != j} d(x_i,x_j) - mean_{i != j} d(y_i,y_j)";
  row.paper = "Szekely and Rizzo 2013, J. Stat. Plan. Inference 143";
  row.has_d1 = true;
  row.max_count = most_sequences(kind);
  row.compute = [kind](const MetricInput& input) { return energy(input, kind); };
  return row;
}

}  // namespace

MetricRow ed_energy_row() {
  return energy_row("ed_energy", DistanceKind::rms);
}

MetricRow dtw_energy_row() {
  return energy_row("dtw_energy", DistanceKind::dtw);
}

}  // namespace rnngan
