// What a loss may ask of the step it is part of. Everything is lazy and computed once: every term
// shares one batch of fakes and one pass of the discriminator over each batch.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/activation.h"
#include "tensor/batch.h"

namespace rnngan {

enum class Side { discriminator, generator };
/// `reconstruction`: what the generator makes of the encoder's distribution for the real sequences.
enum class Which { real, fake, reconstruction };

/// What the discriminator says of a batch: see nn/discriminator.h.
struct Scores {
  at::Tensor score;         // [B], or [B,T] under the policy `step`
  at::Tensor features;      // [B,P]
  at::Tensor outputs = {};  // [B,n]: where the adversarial loss asks for several outputs, these,
                            // and score is what it makes of them
  std::map<std::string, at::Tensor> heads = {};  // what terms asked for, by name: [B,n]
};

struct NamedParameter {
  std::string name;  // "lstm.bias_ih_l0"
  at::Tensor value;
};

/// An explicit pass of the discriminator.
struct PassOptions {
  at::Tensor condition = {};  // [B,C] in place of the pair's own; undefined: the pair's own
  int64_t dropout_draw = 0;   // which draw of the dropout mask; 0 is that of scores()
};

/// The encoder's distribution of the global noise of each real sequence, a diagonal Gaussian, and a
/// draw.
struct Posterior {
  at::Tensor mean, log_variance, z;  // [B,Zg]; log_variance within [-8, 8]
};

/// Another sequence for each fake, from other noise.
struct OtherFake {
  at::Tensor x;         // [B,T,W]
  at::Tensor distance;  // [B]: root mean square difference of the noise
};

class StepContext {
 public:
  virtual ~StepContext() = default;

  virtual Side side() const = 0;
  /// How many steps this side has taken before this one: what a term's `every` counts.
  virtual int64_t step() const = 0;
  /// Passes of this side over the training data before this step, with fractions.
  virtual double epoch() const = 0;

  /// What the channels of a step are.
  virtual const Layout& layout() const = 0;
  /// Real and fake of one index share length and condition. Fakes carry no graph in the
  /// discriminator's step. The real batch is there in the generator's step only if a row declared
  /// `real_in_g`. The reconstruction, which needs `encoder`, carries the graphs of generator and
  /// encoder in the generator's step.
  virtual const SequenceBatch& batch(Which which) = 0;
  /// What the critic sees [B',T,E]; requires grad iff a row declared `input_grad` (or it
  /// carries the generator's graph). B' = B, less under model.discriminator.pac.
  virtual const at::Tensor& critic_input(Which which) = 0;
  /// Which steps of a critic input are real: the lengths of the pairs or packs.
  virtual const StepMask& critic_input_steps() = 0;
  /// One forward pass per batch, shared by all terms. Those of the reconstruction carry no graph of
  /// the encoder: it is not trained to deceive.
  virtual const Scores& scores(Which which) = 0;
  /// Gradient of the sum of the reduced scores with respect to critic_input(which): [B',T,E], zero
  /// on padding, with its graph. Needs `input_grad` and `double_backward`. One backward pass serves
  /// both batches.
  virtual const at::Tensor& input_gradient(Which which) = 0;

  /// The critic input of other sequences of the same lengths: x [B,T,W] -> [B',T,E], with its
  /// graph.
  virtual at::Tensor embed(const at::Tensor& x) = 0;
  /// An explicit extra pass at another critic input [B',T,E] (interpolates); length and condition
  /// are those of the pair.
  virtual Scores scores_at(const at::Tensor& input, const PassOptions& options) = 0;
  Scores scores_at(const at::Tensor& input) { return scores_at(input, {}); }
  /// One weight per critic input, uniform on [0,1): [B']; the same for every term.
  virtual const at::Tensor& interpolation_weights() = 0;
  /// Standard normal, of the shape of a critic input [B',T,E]. Drawn before the step, only if a row
  /// declared `perturbation`, and for the discriminator's steps only; the same for every term.
  virtual const at::Tensor& perturbation() = 0;
  /// Standard normal, one row per sequence, or of any shape in the whole batch, from a stream of
  /// this name for this side and step: the same name gives the same numbers.
  virtual at::Tensor normal(const std::string& name, at::IntArrayRef sizes) = 0;

  /// The information code of the fakes, which needs `code`: [B,K+m], a one-hot class, then uniform
  /// variables on [-1,1).
  virtual const at::Tensor& code() = 0;
  /// The global noise of the fakes, which needs `double_backward_g`: [B,Zg].
  virtual const at::Tensor& global_noise() = 0;
  /// Needs `encoder` and the real batch. With its graph in the generator's step.
  virtual const Posterior& posterior() = 0;
  /// What the generator makes of global noise [B,Zg] and step noise 0: [B,T,W]. No graph of the
  /// generator in the discriminator's step. Differentiable twice under `double_backward_g`.
  virtual at::Tensor generate(const at::Tensor& global_noise) = 0;
  /// Fakes of the same conditions from independent noise (radius 0) or from the noise of the fakes
  /// moved by `radius` times a standard normal one.
  virtual const OtherFake& other_fake(double radius) = 0;
  /// Teacher forcing, which needs `autoregressive_g` and the real batch: each step given the real
  /// ones before it, with independent step noise per draw: [B,T,W].
  virtual Activated forced(int64_t draw) = 0;
  /// A network that a row asked for, over x [B,T,W], features [B,P] or classes [B]: see
  /// NetworkRequest.
  virtual at::Tensor network(const std::string& name, const at::Tensor& x) = 0;

  /// The mean over a whole batch of one detached number per sequence or critic input [B]: a scalar
  /// without a graph.
  virtual at::Tensor batch_mean(const at::Tensor& values) { return values.detach().mean(); }
  /// The whole batch, for what is `batch_coupled`. Where several processes train together, this
  /// context is of the rows of one of them, of which alone a mean can be taken over parts.
  virtual StepContext& whole() { return *this; }

  /// Elementwise losses [B'] or, under the policy `step`, [B',T] -> one value per critic input
  /// [B'], mean over valid steps.
  virtual at::Tensor per_sequence(const at::Tensor& elementwise) = 0;

  /// The parameters that a side trains; for terms on weights.
  virtual std::vector<NamedParameter> parameters(Side side) = 0;
};

/// Gradient of sum(score) with respect to `input`, with its graph: [B,T,E].
at::Tensor gradient_of_sum(const at::Tensor& score, const at::Tensor& input);

}  // namespace rnngan
