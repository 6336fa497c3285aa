// Distances to the nearest neighbour in the other set: fidelity and coverage.
#include <algorithm>

#include <torch/types.h>

#include "evaluation/metrics.h"
#include "evaluation/sequence_distances.h"

namespace rnngan {
namespace {

MetricResult nearest_distances(const MetricInput& input, DistanceKind kind) {
  if (std::min(input.real.count(), input.synthetic.count()) < 2) {
    return MetricResult::skipped("needs_n_ge_2");
  }
  const SequenceDistances distances(input, kind);
  const at::Tensor cross = distances.cross();
  const double fidelity = cross.amin(0).mean().item<double>();
  const double coverage = cross.amin(1).mean().item<double>();
  MetricResult result;
  result.value = std::max(fidelity, coverage);
  result.params = distances.params();
  result.detail = {{"fidelity", fidelity}, {"coverage_dist", coverage}};
  return result;
}

/// The greater of the two ratios to the floor.
void divide_by_floor(MetricResult& result, const MetricResult& floor) {
  double greatest = 0;
  for (const char* part : {"fidelity", "coverage_dist"}) {
    const double value = result.detail.at(part), least = floor.detail.at(part);
    if (least == 0 && value != 0) {
      result.value.reset();
      result.status = MetricStatus::skipped;
      result.reason = "floor_is_zero";
      return;
    }
    const double ratio = least == 0 ? 1.0 : value / least;
    greatest = std::max(greatest, ratio);
    result.detail[std::string("floor_") + part] = least;
    result.detail[part == std::string("fidelity") ? "fidelity_ratio" : "coverage_ratio"] = ratio;
  }
  result.value = greatest;
}

MetricRow nearest_row(const char* name, DistanceKind kind) {
  MetricRow row;
  row.name = name;
  row.question = "are samples near real sequences, and real sequences near samples?";
  row.formula =
      "max of mean_j min_i d(x_i,y_j) and mean_i min_j d(x_i,y_j), each over its value for "
      "training data";
  row.ideal = 1;
  row.has_d1 = true;
  row.max_count = most_sequences(kind);
  row.depends_on_size = true;
  row.beside = {"fidelity_ratio", "coverage_ratio"};
  row.compute = [kind](const MetricInput& input) { return nearest_distances(input, kind); };
  row.finish = divide_by_floor;
  return row;
}

}  // namespace

MetricRow ed_nn_row() {
  return nearest_row("ed_nn", DistanceKind::rms);
}

MetricRow dtw_nn_row() {
  return nearest_row("dtw_nn", DistanceKind::dtw);
}

}  // namespace rnngan
