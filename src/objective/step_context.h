// What a loss may ask of the step it is part of. Everything is lazy and computed once: every term
// shares one batch of fakes and one pass of the discriminator over each batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "tensor/batch.h"

namespace rnngan {

enum class Side { discriminator, generator };
enum class Which { real, fake };

/// What the discriminator says of a batch: see nn/discriminator.h.
struct Scores {
  at::Tensor score;     // [B], or [B,T] under the policy `step`
  at::Tensor features;  // [B,P]
};

struct NamedParameter {
  std::string name;  // "lstm.bias_ih_l0"
  at::Tensor value;
};

class StepContext {
 public:
  virtual ~StepContext() = default;

  virtual Side side() const = 0;
  /// How many steps this side has taken before this one: what a term's `every` counts.
  virtual int64_t step() const = 0;

  /// Real and fake of one index share length and condition. Fakes carry no graph in the
  /// discriminator's step. The real batch is there in the generator's step only if a row declared
  /// `real_in_g`.
  virtual const SequenceBatch& batch(Which which) = 0;
  /// The discriminator's input point [B,T,E]; requires grad iff a row declared `input_grad` (or it
  /// carries the generator's graph).
  virtual const at::Tensor& point(Which which) = 0;
  /// One forward pass per batch, shared by all terms.
  virtual const Scores& scores(Which which) = 0;
  /// Gradient of the sum of the reduced scores with respect to point(which): [B,T,E], zero on
  /// padding, with its graph. Needs `input_grad` and `double_backward`. One backward pass serves
  /// both batches.
  virtual const at::Tensor& input_gradient(Which which) = 0;

  /// An explicit extra pass at another point [B,T,E] (interpolates); length and condition are those
  /// of the pair.
  virtual Scores scores_at(const at::Tensor& point) = 0;
  /// One weight per sequence, uniform on [0,1): [B]. Drawn before the step; the same for every
  /// term.
  virtual const at::Tensor& interpolation_weights() = 0;

  /// Standard normal, of the shape of a point [B,T,E]. Drawn before the step, only if a row
  /// declared `perturbation`, and for the discriminator's steps only; the same for every term.
  virtual const at::Tensor& perturbation() = 0;

  /// Elementwise losses [B] or, under the policy `step`, [B,T] -> one value per sequence [B], mean
  /// over valid steps.
  virtual at::Tensor per_sequence(const at::Tensor& elementwise) = 0;

  /// The parameters that a side trains; for terms on weights.
  virtual std::vector<NamedParameter> parameters(Side side) = 0;
};

/// Gradient of sum(score) with respect to `point`, with its graph: [B,T,E].
at::Tensor gradient_of_sum(const at::Tensor& score, const at::Tensor& point);

}  // namespace rnngan
