// Losses of several numbers per sequence.
#pragma once

#include <string>
#include <vector>

#include "objective/golden_loss.h"

namespace rnngan {

/// r and f [B,n]; labels [B].
inline at::Tensor total(const Objective& objective, Side side, const at::Tensor& r,
                        const at::Tensor& f, const at::Tensor& labels = {}) {
  AdversarialInput input{.side = side, .r = r, .f = f};
  input.labels = labels;
  const SideLoss loss = objective.adversarial()->loss(input);
  return loss.real.defined() ? (loss.real + loss.fake).mean() : loss.fake.mean();
}

}  // namespace rnngan
