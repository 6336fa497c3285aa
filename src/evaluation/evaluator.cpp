#include "evaluation/evaluator.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include <ATen/TensorIterator.h>
#include <torch/types.h>

#include "evaluation/evaluator_kernels.h"
#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

EvaluatorSet::EvaluatorSet(const EvaluatorView& view, const std::vector<const SequenceSet*>& sets) {
  constexpr int64_t kAtOnce = 2048;
  int64_t count = 0, place = 0;
  std::vector<Tensor> lengths;
  for (const SequenceSet* set : sets) {
    count += set->count();
    steps_ = std::max(steps_, set->steps());
    lengths.push_back(set->lengths);
  }
  lengths_ = at::cat(lengths);
  for (const SequenceSet* set : sets) {
    for (int64_t first = 0; first < set->count(); first += kAtOnce) {
      const int64_t last = std::min(first + kAtOnce, set->count());
      const Tensor x = view(select(*set, at::arange(first, last, at::kLong)));
      if (!rows_.defined()) rows_ = at::zeros({count, steps_ * x.size(2)}, at::kFloat);
      const int64_t width = x.size(1) * x.size(2);
      rows_.narrow(0, place, last - first).narrow(1, 0, width).copy_(x.reshape({-1, width}));
      place += last - first;
    }
  }
}

Tensor EvaluatorSet::batch(const Tensor& indices) const {
  const Tensor places = indices.contiguous();
  const int64_t count = places.size(0), columns = rows_.size(1);
  TORCH_CHECK_INDEX(count == 0 || (places.min().item<int64_t>() >= 0 &&
                                   places.max().item<int64_t>() < rows_.size(0)),
                    "EvaluatorSet: no such sequence");
  Tensor x = at::empty({steps_, channels(), count}, at::kFloat);
  evaluator_kernels().gather_columns(x.data_ptr<float>(), rows_.data_ptr<float>(),
                                     places.data_ptr<int64_t>(), count, columns);
  return x;
}

Tensor EvaluatorSet::lengths(const Tensor& indices) const {
  return lengths_.index_select(0, indices);
}

WithDifferences::WithDifferences(const SequenceSet& reference)
    : levels_(reference), changes_(differences(reference)) {}

Tensor WithDifferences::operator()(const SequenceSet& sequences) const {
  const int64_t count = sequences.count(), steps = sequences.steps();
  Tensor change = changes(sequences).sub(changes_.mean).div(changes_.sd);
  if (changes_.weight.defined()) change = change * changes_.weight.sqrt();
  const Tensor valid = sequences.mask().narrow(1, 1, steps - 1).unsqueeze(2);
  const Tensor moves = at::where(valid, change, at::zeros({}, change.options()));
  const Tensor first = at::zeros({count, 1, sequences.features()}, change.options());
  return at::cat({levels_(sequences), at::cat({first, moves}, 1)}, 2).clamp(-10, 10);
}

RangeScaler::RangeScaler(const SequenceSet& reference) {
  const Tensor entries = reference.padded().index({reference.mask()});  // [valid,D]
  low_ = entries.amin(0);
  range_ = entries.amax(0) - low_ + 1e-7;
}

Tensor RangeScaler::operator()(const SequenceSet& sequences) const {
  const Tensor scaled = (sequences.padded() - low_) / range_;
  return at::where(sequences.mask().unsqueeze(2), scaled, at::zeros({}, scaled.options()));
}

Evaluator::Evaluator(int64_t channels, int64_t hidden, int64_t outputs, Products products,
                     at::Generator& generator)
    : buffers_(std::make_unique<GruBuffers>(products)) {
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  const auto draw = [&](at::IntArrayRef sizes) {
    return torch::empty(sizes, at::kFloat)
        .uniform_(-bound, bound, generator)
        .set_requires_grad(true);
  };
  gru_.input = draw({3 * hidden, channels});
  gru_.state = draw({3 * hidden, hidden});
  gru_.input_bias = draw({3 * hidden});
  gru_.state_bias = draw({3 * hidden});
  weight_ = draw({outputs, hidden});
  bias_ = draw({outputs});
  parameters_ = {gru_.input, gru_.state, gru_.input_bias, gru_.state_bias, weight_, bias_};
}

Tensor Evaluator::at_end(const Tensor& x, const Tensor& lengths) const {
  const Tensor state = gru_last_states(x, lengths, gru_, *buffers_);
  return at::addmm(bias_, state.t(), weight_.t());
}

Tensor Evaluator::at_steps(const Tensor& x) const {
  const Tensor states = gru_states(x, gru_, *buffers_);
  return at::baddbmm(bias_.view({1, -1, 1}), weight_.unsqueeze(0).expand({x.size(0), -1, -1}),
                     states);
}

void Evaluator::zero_head() {
  const torch::NoGradGuard off;
  for (const Tensor& tensor : {weight_, bias_}) tensor.zero_();
}

std::vector<Tensor> Evaluator::copy_of_parameters() const {
  std::vector<Tensor> copies;
  for (const Tensor& parameter : parameters_) copies.push_back(parameter.detach().clone());
  return copies;
}

void Evaluator::set_parameters(const std::vector<Tensor>& values) const {
  const torch::NoGradGuard off;
  for (size_t k = 0; k < values.size(); ++k) parameters_[k].copy_(values[k]);
}

BatchDraw::BatchDraw(const Tensor& indices, int64_t batch, at::Generator generator)
    : order_(indices.clone()),
      batch_(std::min(batch, indices.size(0))),
      generator_(std::move(generator)) {}

Tensor BatchDraw::next() {
  // The first steps of a Fisher-Yates shuffle: any order to begin with will do.
  const Tensor draws = at::rand({batch_}, generator_, at::kDouble);
  const double* draw = draws.data_ptr<double>();
  int64_t* order = order_.data_ptr<int64_t>();
  const int64_t count = order_.size(0);
  for (int64_t i = 0; i < batch_; ++i) {
    const auto step = static_cast<int64_t>(draw[i] * static_cast<double>(count - i));
    std::swap(order[i], order[std::min(i + step, count - 1)]);
  }
  return order_.narrow(0, 0, batch_);
}

namespace {

// Adam (Kingma and Ba 2015) for a few small tensors, whose numbers cost less than calls would.
class SmallAdam {
 public:
  SmallAdam(std::vector<Tensor> parameters, double rate)
      : parameters_(std::move(parameters)), rate_(static_cast<float>(rate)) {
    for (const Tensor& parameter : parameters_) {
      means_.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
      squares_.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
    }
  }

  void step() {
    ++steps_;
    const double correction = 1 - std::pow(kBeta1, steps_);
    const auto rate = static_cast<float>(rate_ / correction);
    const auto scale = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, steps_)));
    for (size_t k = 0; k < parameters_.size(); ++k) {
      Tensor& gradient = parameters_[k].mutable_grad();
      if (!gradient.defined()) continue;
      const Tensor dense = gradient.contiguous();
      const float* g = dense.data_ptr<float>();
      float *value = parameters_[k].data_ptr<float>(), *mean = means_[k].data_ptr<float>(),
            *square = squares_[k].data_ptr<float>();
      for (int64_t i = 0; i < dense.numel(); ++i) {
        mean[i] += (1 - kBeta1) * (g[i] - mean[i]);
        square[i] += (1 - kBeta2) * (g[i] * g[i] - square[i]);
        value[i] -= rate * mean[i] / (std::sqrt(square[i]) * scale + kEpsilon);
      }
      gradient.reset();
    }
  }

 private:
  static constexpr float kBeta1 = 0.9F, kBeta2 = 0.999F, kEpsilon = 1e-8F;

  std::vector<Tensor> parameters_, means_, squares_;
  float rate_;
  int64_t steps_ = 0;
};

}  // namespace

bool train(const Evaluator& evaluator, int64_t iterations, const std::function<Tensor()>& loss,
           const StopFlag* stop) {
  SmallAdam adam(evaluator.parameters(), 1e-3F);
  for (int64_t i = 0; i < iterations; ++i) {
    if (stop != nullptr && stop->requested()) return false;
    loss().backward();
    adam.step();
  }
  return true;
}

std::optional<Settled> train_until_settled(const Evaluator& evaluator, int64_t most,
                                           const Settling& settling,
                                           const std::function<Tensor()>& loss,
                                           const std::function<Tensor()>& look,
                                           const StopFlag* stop) {
  constexpr int64_t interval = 50;
  const auto looked = [&] {
    const torch::NoGradGuard off;
    return look().item<double>();
  };
  SmallAdam adam(evaluator.parameters(), settling.rate);
  const double worth = settling.worth * looked();
  double lowest = std::numeric_limits<double>::infinity(), mark = lowest;
  Settled settled;
  for (int64_t idle = 0; settled.iterations < most && idle < settling.patience;) {
    if (stop != nullptr && stop->requested()) return std::nullopt;
    loss().backward();
    adam.step();
    ++settled.iterations;
    if (settled.iterations % interval != 0 && settled.iterations < most) continue;
    const double now = looked();
    if (now < lowest) {
      lowest = now;
      settled.best = evaluator.copy_of_parameters();
    }
    if (now < worth) break;  // all is learnt
    idle += now > lowest + 10 * worth ? 4 : 1;
    if (now < mark - worth) mark = now, idle = 0;
  }
  return settled;
}

Tensor over_all(const EvaluatorSet& set,
                const std::function<Tensor(const Tensor& indices)>& answer) {
  const torch::NoGradGuard off;
  std::vector<Tensor> answers;
  for (const Tensor& indices : at::arange(set.count(), at::kLong).split(512)) {
    answers.push_back(answer(indices));
  }
  return at::cat(answers);
}

RandomParts random_parts(int64_t count, double share, uint64_t seed, const char* stream) {
  const Tensor order =
      at::randperm(count, stream_generator(seed, stream, 0), at::TensorOptions(at::kLong));
  const auto first = static_cast<int64_t>(share * static_cast<double>(count));
  return {order.narrow(0, 0, first), order.narrow(0, first, count - first)};
}

std::vector<RepeatNumbers> over_repeats(int64_t count,
                                        const std::function<RepeatNumbers(int64_t)>& one) {
  std::vector<RepeatNumbers> answers(static_cast<size_t>(count));
  std::atomic<bool> stopped = false;
  // Networks are too small to be worth several threads each, so repeats run side by side. This loop
  // is LibTorch's own, on its threads and as many as it may use, and operations within it keep to
  // theirs (at::parallel_for only does so in code compiled with the OpenMP of LibTorch). At least
  // two entries, so that a single repeat computes the same digits as one of many.
  Tensor indices = at::arange(std::max<int64_t>(count, 2), at::kLong);
  at::TensorIterator loop = at::TensorIterator::nullary_op(indices);
  loop.for_each(
      [&](char** data, const int64_t* strides, int64_t columns, int64_t rows) {
        const torch::AutoGradMode enable(true);
        for (int64_t k = 0; k < columns * rows; ++k) {
          const int64_t at = (k % columns) * strides[0] + (k / columns) * strides[1];
          const int64_t i = *reinterpret_cast<const int64_t*>(data[0] + at);
          if (i >= count || stopped) continue;
          auto& answer = answers[static_cast<size_t>(i)];
          answer = one(i);
          if (answer.empty()) stopped = true;
        }
      },
      /*grain_size=*/1);
  if (stopped) answers.clear();
  return answers;
}

RepeatSummary summarise(const std::vector<RepeatNumbers>& repeats, size_t k) {
  RepeatSummary summary;
  for (const RepeatNumbers& numbers : repeats) summary.values.push_back(numbers[k]);
  const auto count = static_cast<double>(repeats.size());
  for (const double value : summary.values) summary.mean += value / count;
  for (const double value : summary.values) {
    summary.sd += (value - summary.mean) * (value - summary.mean) / count;
  }
  summary.sd = std::sqrt(summary.sd);
  return summary;
}

MetricResult evaluator_result(const std::vector<RepeatNumbers>& repeats, size_t k) {
  if (repeats.empty()) return MetricResult::skipped("stopped");
  for (const RepeatNumbers& numbers : repeats) {
    for (const double number : numbers) {
      if (!std::isfinite(number)) return MetricResult::skipped("evaluator_diverged");
    }
  }
  const RepeatSummary summary = summarise(repeats, k);
  MetricResult result;
  result.value = summary.mean;
  result.sd = summary.sd;
  result.repeats = static_cast<int64_t>(repeats.size());
  result.detail["values"] = summary.values;
  return result;
}

std::optional<std::string> evaluator_guard(const MetricInput& input, int64_t steps) {
  if (std::min(input.real.steps(), input.synthetic.steps()) < steps) {
    return "needs_t_ge_" + std::to_string(steps);
  }
  if (FeatureScaler(input.fitted_on()).all_constant()) return "degenerate_reference";
  return std::nullopt;
}

}  // namespace rnngan
