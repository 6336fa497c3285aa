// How many synthetic sequences are no data at all.
#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

MetricResult invalid_rate(const MetricInput& input) {
  const SequenceSet& of = input.synthetic;
  if (of.count() == 0) return MetricResult::skipped("needs_n_ge_1");
  const Tensor broken = at::isfinite(of.padded()).logical_not().logical_and(of.mask().unsqueeze(2));
  const Tensor invalid = broken.flatten(1).any(1);
  MetricResult result;
  result.value = invalid.to(at::kDouble).mean().item<double>();
  result.detail["not_finite"] = invalid.sum().item<int64_t>();
  return result;
}

}  // namespace

MetricRow invalid_rate_row() {
  MetricRow row;
  row.name = "invalid_rate";
  row.question = "which share of sequences has NaN or infinity?";
  row.formula = "#{j: y_j is invalid} / M";
  row.max_count = kAllSequences;
  row.floor = FloorKind::none;
  row.takes_invalid = true;
  row.takes_constant = true;
  row.compute = invalid_rate;
  return row;
}

}  // namespace rnngan
