// Adversarial losses: pure functions of raw scores, both sides minimised. Elementwise; the engine
// reduces.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/model_shape.h"
#include "config/catalog.h"
#include "objective/step_context.h"
#include "tensor/network_request.h"

namespace rnngan {

/// Elementwise losses of one side; a part that the loss does not have is undefined. `real` belongs
/// to the real scores and `fake` to the fake ones; a loss of pairs puts everything into `real`.
struct SideLoss {
  at::Tensor real, fake;
};

/// What a loss may read.
struct AdversarialInput {
  Side side = Side::discriminator;
  /// Real and fake scores of equal shape, [B] or [B,T]; [B,n] for a loss of several outputs. In the
  /// generator's step r is undefined unless `real_in_g`.
  at::Tensor r, f;
  at::Tensor reconstruction = {};  // scores of reconstructions; for rows with `encoder`
  at::Tensor labels = {};          // [B] int64; for rows with `labels`
  at::Tensor distance = {};  // [B] mean absolute difference of a pair's critic inputs over valid
                             // steps and columns, detached; for rows with `pair_distance`
};

struct Adversarial {
  std::function<SideLoss(const AdversarialInput& input)> loss;
  /// The score of an undecided discriminator, for the accuracy that is logged; nullopt: the score
  /// has a free offset, and accuracy is the share of pairs with r > f.
  std::optional<double> undecided;
  /// The divergence that the theory reads off the discriminator's loss (penalties excluded) at its
  /// optimum, and its name.
  std::string divergence;
  std::function<double(double d_loss)> estimate;
  /// Energies are low for real sequences, scores high.
  bool high_is_real = true;
  /// How many numbers per sequence the discriminator gives (default: one), and the score that
  /// stands for them: outputs [B,n] -> [B].
  std::function<int64_t(const ModelShape&)> outputs = {};
  std::function<at::Tensor(const at::Tensor& outputs)> score = {};
};

/// One row of the catalog: the description and how to make it from its options (the struct its
/// description makes).
struct AdversarialRow {
  LossDescription description;
  std::function<Adversarial(const void* options)> make;
};

/// All adversarial losses, by family: those of every file of adversarial/.
const std::vector<AdversarialRow>& adversarial_catalog();

}  // namespace rnngan
