// How many synthetic sequences are no data at all.
#include <limits>

#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

/// [N]: some valid step of the sequence is flagged, of flags [N,T,D].
Tensor flagged_sequences(const Sequences& of, const Tensor& flags) {
  return flags.logical_and(of.mask().unsqueeze(2)).flatten(1).any(1);
}

MetricResult invalid_rate(const MetricInput& input) {
  const Sequences& of = input.synthetic;
  if (of.count() == 0) return MetricResult::skipped("needs_n_ge_1");
  const Tensor broken = flagged_sequences(of, at::isfinite(of.x).logical_not());
  Tensor outside = at::zeros_like(broken);
  if (input.limits != nullptr) {
    outside =
        flagged_sequences(of, (of.x < input.limits->lower).logical_or(of.x > input.limits->upper));
  }
  MetricResult result;
  result.value = broken.logical_or(outside).to(at::kDouble).mean().item<double>();
  result.detail = {{"not_finite", broken.sum().item<int64_t>()},
                   {"out_of_limits", outside.sum().item<int64_t>()}};
  return result;
}

}  // namespace

MetricRow invalid_rate_row() {
  MetricRow row;
  row.name = "invalid_rate";
  row.question = "which share of sequences has NaN, infinity or values out of their limits?";
  row.formula = "#{j: y_j is invalid} / M";
  row.max_count = std::numeric_limits<int64_t>::max();
  row.floor = FloorKind::none;
  row.takes_invalid = true;
  row.takes_constant = true;
  row.compute = invalid_rate;
  return row;
}

}  // namespace rnngan
