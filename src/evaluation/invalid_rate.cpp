// How many synthetic sequences are no data at all.
#include <torch/types.h>

#include "evaluation/metrics.h"
#include "evaluation/valid_cells.h"

namespace rnngan {
namespace {

using at::Tensor;

MetricResult invalid_rate(const MetricInput& input) {
  const SequenceSet& of = input.synthetic;
  if (of.count() == 0) return MetricResult::skipped("needs_n_ge_1");
  const ValidCells cells(input.fitted_on(), input.train);
  const Tensor not_finite = cells.not_finite(of), unknown = cells.unknown_class(of);
  MetricResult result;
  result.value = not_finite.logical_or(unknown).to(at::kDouble).mean().item<double>();
  result.detail["not_finite"] = not_finite.sum().item<int64_t>();
  if (unknown.any().item<bool>()) {
    result.detail["unknown_class"] = unknown.sum().item<int64_t>();
  }
  return result;
}

}  // namespace

MetricRow invalid_rate_row() {
  MetricRow row;
  row.name = "invalid_rate";
  row.question = "which share of sequences has NaN, infinity or an unknown class?";
  row.formula = "#{j: y_j is invalid} / M";
  row.max_count = kAllSequences;
  row.floor = FloorKind::none;
  row.reads_cells = true;
  row.takes_invalid = true;
  row.takes_constant = true;
  row.compute = invalid_rate;
  return row;
}

}  // namespace rnngan
