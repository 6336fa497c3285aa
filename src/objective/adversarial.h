// Adversarial losses: pure functions of raw scores, both sides minimised. Elementwise; the engine
// reduces.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/catalog.h"
#include "objective/step_context.h"

namespace rnngan {

/// Elementwise losses of one side; a part that the loss does not have is undefined. `real` belongs
/// to the real scores and `fake` to the fake ones; a loss of pairs puts everything into `real`.
struct SideLoss {
  at::Tensor real, fake;
};

/// r and f: real and fake scores of equal shape, [B] or [B,T]. In the generator's step r is
/// undefined unless `real_in_g`.
struct Adversarial {
  std::function<SideLoss(Side side, const at::Tensor& r, const at::Tensor& f)> loss;
  /// The score of an undecided discriminator, for the accuracy that is logged; nullopt: the score
  /// has a free offset, and accuracy is the share of pairs with r > f.
  std::optional<double> undecided;
  /// The divergence that the theory reads off the discriminator's loss (penalties excluded) at its
  /// optimum, and its name.
  std::string divergence;
  std::function<double(double d_loss)> estimate;
};

/// One row of the catalog: the description and how to make it from its options (the struct its
/// description makes).
struct AdversarialRow {
  LossDescription description;
  std::function<Adversarial(const void* options)> make;
};

/// All adversarial losses: one function and one row each (adversarial.cpp).
const std::vector<AdversarialRow>& adversarial_catalog();

}  // namespace rnngan
