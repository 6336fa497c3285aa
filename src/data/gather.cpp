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

namespace {

/// `lengths`: those of the whole batch, of which the set may be a part.
SequenceBatch gather_part(const SequenceSet& set, const at::Tensor& lengths, const Schema& schema,
                          const at::Device& device, BatchParts parts) {
  const int64_t steps = lengths.max().item<int64_t>();
  SequenceBatch out;
  if (lengths.min().item<int64_t>() < steps) {
    out.steps = make_step_mask(set.lengths, steps, device);
    out.steps.ragged = true;
  } else {
    out.steps = full_step_mask(set.count(), steps, device);
  }
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

}  // namespace

SequenceBatch gather(const SequenceSet& set, const Schema& schema, const at::Device& device,
                     BatchParts parts) {
  if (set.count() == 0) throw Error(ErrorKind::bug, "gather", "no sequences");
  return gather_part(set, set.lengths, schema, device, parts);
}

SequenceBatch gather(const SequenceSet& set, const std::vector<int64_t>& indices,
                     const Schema& schema, const at::Device& device, BatchParts parts,
                     const Communicator& ranks) {
  if (indices.empty()) throw Error(ErrorKind::bug, "gather", "no sequences");
  const at::Tensor all = torch::tensor(indices, torch::kLong);
  return gather_part(select(set, ranks.own(all)), set.lengths.index_select(0, all), schema, device,
                     parts);
}

}  // namespace rnngan
