#include "evaluation/sequences.h"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "core/error.h"
#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

bool Sequences::ragged() const {
  return count() > 0 && lengths.min().item<int64_t>() < steps();
}

Tensor Sequences::mask() const {
  return at::arange(steps(), at::kLong).unsqueeze(0) < lengths.unsqueeze(1);
}

Sequences select(const Sequences& from, const Tensor& indices) {
  return {from.x.index_select(0, indices), from.lengths.index_select(0, indices),
          from.labels.defined() ? from.labels.index_select(0, indices) : Tensor()};
}

Sequences subsample(const Sequences& from, int64_t count, uint64_t seed, const char* stream) {
  if (count >= from.count()) return from;
  at::Generator generator = stream_generator(seed, stream, 0);
  const Tensor order = at::randperm(from.count(), generator, at::kLong);
  return select(from, order.narrow(0, 0, count));
}

Sequences differences(const Sequences& of) {
  if (of.steps() < 2) {
    throw Error(ErrorKind::bug, "differences: sequences of " + std::to_string(of.steps()) +
                                    " step(s); at least 2 are needed");
  }
  const Sequences longer = of.ragged() ? select(of, (of.lengths >= 2).nonzero().squeeze(1)) : of;
  const int64_t steps = of.steps() - 1;
  return {longer.x.narrow(1, 1, steps) - longer.x.narrow(1, 0, steps), longer.lengths - 1,
          longer.labels};
}

namespace {

/// [V,D]: the valid steps of all sequences.
Tensor valid_steps(const Sequences& sequences) {
  const Tensor rows = sequences.x.reshape({-1, sequences.features()});
  if (!sequences.ragged()) return rows;
  return rows.index_select(0, sequences.mask().reshape({-1}).nonzero().squeeze(1));
}

}  // namespace

FeatureScaler::FeatureScaler(const Sequences& reference) {
  const Tensor steps = valid_steps(reference);
  mean = steps.mean(0);
  sd = (steps - mean).square().mean(0).sqrt();
  const Tensor flat = sd <= 1e-8 * mean.abs().clamp_min(1);
  sd = sd.masked_fill(flat, 1);
  for (int64_t d = 0; d < reference.features(); ++d) constant.push_back(flat[d].item<bool>());
}

Tensor FeatureScaler::operator()(const Sequences& sequences) const {
  const Tensor z = (sequences.x - mean) / sd;
  if (!sequences.ragged()) return z;
  return z.masked_fill(sequences.mask().logical_not().unsqueeze(2), 0);
}

bool FeatureScaler::all_constant() const {
  return std::find(constant.begin(), constant.end(), false) == constant.end();
}

std::vector<Tensor> flatten(const FeatureScaler& scaler,
                            const std::vector<const Sequences*>& sets) {
  int64_t steps = 0;
  bool ragged = false;
  for (const Sequences* set : sets) {
    ragged = ragged || set->ragged() || (steps != 0 && set->steps() != steps);
    steps = std::max(steps, set->steps());
  }
  std::vector<Tensor> rows;
  for (const Sequences* set : sets) {
    Tensor z = at::constant_pad_nd(scaler(*set), {0, 0, 0, steps - set->steps()});
    if (ragged) {
      const Tensor step = at::arange(1, steps + 1, at::kLong);
      const Tensor valid = step.unsqueeze(0) <= set->lengths.unsqueeze(1);
      const Tensor position = (step.to(at::kDouble) / steps) * valid;
      z = at::cat({z, position.unsqueeze(2)}, 2);
    }
    rows.push_back(z.reshape({set->count(), steps * z.size(2)}).contiguous());
  }
  return rows;
}

FlatPair flatten(const FeatureScaler& scaler, const Sequences& real, const Sequences& synthetic) {
  const std::vector<Tensor> rows = flatten(scaler, {&real, &synthetic});
  return {rows[0], rows[1]};
}

// The second mode of cdist takes differences of the rows themselves, a few at a time, on all
// threads.
Tensor rms_distances(const Tensor& a, const Tensor& b) {
  constexpr int64_t kDirect = 2;
  if (a.size(0) == 0 || b.size(0) == 0) return at::zeros({a.size(0), b.size(0)}, at::kDouble);
  return at::cdist(a, b, 2.0, kDirect).div_(std::sqrt(static_cast<double>(a.size(1))));
}

}  // namespace rnngan
