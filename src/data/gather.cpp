#include <algorithm>

#include <torch/types.h>

#include "core/error.h"
#include "data/dataset.h"

namespace rnngan {

namespace {

/// [N,steps,Ct]: what networks see of times and covariates.
at::Tensor known_steps(const SequenceSet& set, int64_t steps, const Schema& schema) {
  const auto shown = [&](const at::Tensor& of) {
    return of.defined() ? of.narrow(1, 0, steps) : of;
  };
  const at::Tensor times = set.times.defined() ? set.padded_times() : at::Tensor();
  return encode_covariates(shown(times), shown(set.padded_covariates()), schema);
}

}  // namespace

void keep_known(SequenceSet& set, const Schema& schema) {
  set.known = encode_covariates(set.times, set.covariates, schema);
}

SequenceBatch gather(const SequenceSet& set, const Schema& schema, const at::Device& device,
                     BatchParts parts) {
  if (set.count() == 0) throw Error(ErrorKind::bug, "gather", "no sequences");
  const int64_t steps = set.lengths.max().item<int64_t>();
  const bool ragged = set.lengths.min().item<int64_t>() < steps;
  SequenceBatch out;
  out.steps = ragged ? make_step_mask(set.lengths, steps, device)
                     : full_step_mask(set.count(), steps, device);
  if (schema.covariate_width() > 0) {
    const at::Tensor known =
        set.known.defined() ? set.padded_known(steps) : known_steps(set, steps, schema);
    out.steps.covariates = zero_padding(known.to(device), out.steps);
  }
  if (parts == BatchParts::all) {
    out.x = zero_padding(encode(set.padded(steps), schema).to(device), out.steps);
  }
  if (schema.condition_width() == 0) return out;
  out.condition = encode_condition(set.labels, set.attributes, schema).to(device);
  if (set.labels.defined()) out.labels = set.labels.to(device);
  return out;
}

SequenceBatch gather(const SequenceSet& set, const std::vector<int64_t>& indices,
                     const Schema& schema, const at::Device& device, BatchParts parts) {
  return gather(select(set, torch::tensor(indices, torch::kLong)), schema, device, parts);
}

}  // namespace rnngan
