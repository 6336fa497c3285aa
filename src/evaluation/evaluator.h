// What scores by trained evaluators share: a small recurrent network, batches, training, and
// repeats.
//
// Evaluators compute in float32 on the CPU. All random numbers are named streams of a repeat's
// seed; LibTorch's default generator is never touched.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include "core/stop.h"
#include "evaluation/gru_layer.h"
#include "evaluation/metric.h"
#include "evaluation/sequences.h"

namespace rnngan {

/// What an evaluator sees of a set: [N,T,C], zero on padding.
using EvaluatorView = std::function<at::Tensor(const SequenceSet&)>;

/// Sequences as an evaluator reads them. A view sees some thousand of them at a time: all it makes
/// on its way, in doubles, is many times as large as the numbers that are kept.
class EvaluatorSet {
 public:
  /// All sets in one, in that order; those with fewer steps are padded.
  EvaluatorSet(const EvaluatorView& view, const std::vector<const SequenceSet*>& sets);

  int64_t count() const { return rows_.size(0); }
  int64_t steps() const { return steps_; }
  int64_t channels() const { return rows_.size(1) / steps_; }
  /// x [T,C,B] of the sequences at indices [B].
  at::Tensor batch(const at::Tensor& indices) const;
  at::Tensor lengths(const at::Tensor& indices) const;

 private:
  at::Tensor rows_;     // [N,T*C] float32
  at::Tensor lengths_;  // [N]
  int64_t steps_ = 0;
};

/// Each step's values in standard deviations of a reference, then each step's difference from the
/// step before in those of the reference's differences (0 at the first), cut at 10.
class WithDifferences {
 public:
  explicit WithDifferences(const SequenceSet& reference);
  /// [N,T,2D], zero on padding.
  at::Tensor operator()(const SequenceSet& sequences) const;

 private:
  FeatureScaler levels_, changes_;
};

/// Scales each feature of a reference to [0,1] by its smallest and largest valid entry, the range
/// being enlarged by 1e-7: the scale of TimeGAN.
class RangeScaler {
 public:
  explicit RangeScaler(const SequenceSet& reference);
  /// [N,T,D], zero on padding.
  at::Tensor operator()(const SequenceSet& sequences) const;

 private:
  at::Tensor low_, range_;
};

/// A GRU layer and a linear one, for one thread at a time. Initial weights are those of
/// torch::nn::GRU and Linear: uniform within 1/sqrt(hidden).
class Evaluator {
 public:
  Evaluator(int64_t channels, int64_t hidden, int64_t outputs, Products products,
            at::Generator& generator);

  /// [B,outputs] from the state at the last valid step. x [T,C,B], lengths [B].
  at::Tensor at_end(const at::Tensor& x, const at::Tensor& lengths) const;
  /// [T,outputs,B] from the state of every step.
  at::Tensor at_steps(const at::Tensor& x) const;
  void zero_head();
  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  std::vector<at::Tensor> copy_of_parameters() const;
  /// As copy_of_parameters() gave them; none: they stay.
  void set_parameters(const std::vector<at::Tensor>& values) const;

 private:
  GruWeights gru_;
  std::unique_ptr<GruBuffers> buffers_;
  at::Tensor weight_, bias_;  // [outputs,H], [outputs]
  std::vector<at::Tensor> parameters_;
};

/// Draws batches without replacement within a batch, each anew.
class BatchDraw {
 public:
  /// From these indices [n], at most n at a time.
  BatchDraw(const at::Tensor& indices, int64_t batch, at::Generator generator);
  /// [min(batch,n)], valid until the next call.
  at::Tensor next();

 private:
  at::Tensor order_;
  int64_t batch_;
  at::Generator generator_;
};

/// Adam (1e-3; 0.9, 0.999; 1e-8) on `loss`, which draws its own batch. False where `stop` ended it.
bool train(const Evaluator& evaluator, int64_t iterations, const std::function<at::Tensor()>& loss,
           const StopFlag* stop);

/// When a training that goes on while it still helps is over: when the loss on what is not trained
/// on has not improved at so many looks, or is next to nothing. An evaluator may see nothing for
/// long before it sees all, so patience is great; but one that is clearly worse than it was knows
/// by heart what it is trained on, and such a look counts four times.
struct Settling {
  double rate = 1e-3;    // of Adam
  int64_t patience = 8;  // looks without an improvement
  double worth = 0.01;   // what is one: this share of the loss before training; ten times: clearly
};

struct Settled {
  int64_t iterations = 0;
  std::vector<at::Tensor> best;  // parameters at the lowest look; none where no look was finite
};

/// As train(), of at most so many iterations. Every 50 and after the last, `look` tells the loss on
/// sequences that are not trained on, which ends the training once it has settled. The evaluator is
/// left as it is then. Nothing where `stop` ended it.
std::optional<Settled> train_until_settled(const Evaluator& evaluator, int64_t most,
                                           const Settling& settling,
                                           const std::function<at::Tensor()>& loss,
                                           const std::function<at::Tensor()>& look,
                                           const StopFlag* stop);

/// `answer` of chunks of all sequences of `set`, joined along dimension 0, without gradients.
at::Tensor over_all(const EvaluatorSet& set,
                    const std::function<at::Tensor(const at::Tensor& indices)>& answer);

/// A random part of [0,count) of floor(share * count) indices, and the rest.
struct RandomParts {
  at::Tensor first, second;
};
RandomParts random_parts(int64_t count, double share, uint64_t seed, const char* stream);

/// What evaluators of our own train on of the sequences that they learn from; they look at the
/// others.
inline constexpr double kLearnShare = 0.9;

/// The numbers of one repeat; empty where it was stopped.
using RepeatNumbers = std::vector<double>;

/// Calls `one(repeat)` for 0..count-1, several at a time (each on one thread); the answers in
/// order. Empty where any was stopped, and none is begun after it; throws what `one` throws.
std::vector<RepeatNumbers> over_repeats(int64_t count,
                                        const std::function<RepeatNumbers(int64_t)>& one);

/// The k-th number of each repeat, their mean and their population standard deviation.
struct RepeatSummary {
  std::vector<double> values;
  double mean = 0, sd = 0;
};
RepeatSummary summarise(const std::vector<RepeatNumbers>& repeats, size_t k);

/// A result with value, sd and "values" of the k-th numbers; skipped where repeats are empty
/// ("stopped") or not finite ("evaluator_diverged").
MetricResult evaluator_result(const std::vector<RepeatNumbers>& repeats, size_t k);

/// Why these cannot be evaluated at all: "degenerate_reference", "needs_t_ge_N"; empty when they
/// can.
std::optional<std::string> evaluator_guard(const MetricInput& input, int64_t steps);

}  // namespace rnngan
