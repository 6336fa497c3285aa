// Do forecasters trained on synthetic sequences work on real ones?
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/types.h>

#include "evaluation/evaluator.h"
#include "evaluation/held_back.h"
#include "evaluation/metrics.h"
#include "tensor/random.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kForecastBatch = 128;
constexpr int64_t kForecastHidden = 32;
// What is forecast well improves for long, in small steps: ten times the usual rate comes as far in
// 400 iterations as that one in 2000.
constexpr Settling kForecastSettling = {.rate = 0.01, .patience = 2, .worth = 0.02};

// Mean over the places that count: weight [T,D or 1,B] is 1 there, else 0.
Tensor weighted_mean(const Tensor& values, const Tensor& weight) {
  const Tensor weights = weight.expand_as(values);
  return (values * weights).sum() / weights.sum().clamp_min(1);
}

// [T-1,1,B]: 1 where the step and the next are valid.
Tensor next_is_valid(const Tensor& lengths, int64_t steps) {
  return at::arange(1, steps, at::kLong).unsqueeze(1).lt(lengths).to(at::kFloat).unsqueeze(1);
}

// How much the change of each feature to the next step counts: 0 for constant features, less for
// each of several that were made of one column, and 0 where one of the two steps has no value.
class ChangeWeights {
 public:
  ChangeWeights(const SequenceSet& reference, const FeatureScaler& scaler)
      : weight_(torch::tensor(feature_weights(reference), at::kFloat).unsqueeze(1)) {
    for (const int64_t d : scaler.constant_features()) weight_[d] = 0;
    for (size_t d = 0; d < reference.encoded.size(); ++d) {
      const int64_t missing = reference.encoded[d].missing;
      if (missing < 0) continue;
      // Half way between 0 and 1.
      const double middle = ((0.5 - scaler.mean[missing]) / scaler.sd[missing]).item<double>();
      gates_.push_back({static_cast<int64_t>(d), missing, middle});
    }
  }

  // [T-1,D,B] of x [T,D,B], or what expands to it.
  Tensor operator()(const Tensor& x, const Tensor& lengths) const {
    const int64_t steps = x.size(0) - 1;
    Tensor weight = next_is_valid(lengths, x.size(0)) * weight_;
    for (const Gate& gate : gates_) {
      const Tensor absent = x.select(1, gate.missing).gt(gate.middle);
      weight.select(1, gate.feature)
          .masked_fill_(absent.narrow(0, 0, steps) | absent.narrow(0, 1, steps), 0);
    }
    return weight;
  }

 private:
  struct Gate {
    int64_t feature, missing;
    double middle;  // above it, `missing` says that there is no value
  };

  Tensor weight_;  // [D,1]
  std::vector<Gate> gates_;
};

// Mean over all places that count in `test`; `errors` of x [T,D,B] are [T-1,D,B].
template <class Errors>
double mean_error(const EvaluatorSet& test, const ChangeWeights& weights, const Errors& errors) {
  const Tensor sums = over_all(test, [&](const Tensor& indices) {
    const Tensor x = test.batch(indices);
    const Tensor each = errors(x);
    const Tensor weight = weights(x, test.lengths(indices)).expand_as(each);
    return at::stack({(each * weight).sum(at::kDouble), weight.sum(at::kDouble)}).unsqueeze(0);
  });
  const Tensor total = sums.sum(0);
  return (total[0] / total[1]).item<double>();
}

// Forecasts the change to the next step from all features of the past.
class NextStep {
 public:
  NextStep(const EvaluatorSet& train_set, const ChangeWeights& weights, uint64_t seed)
      : set_(train_set),
        weights_(weights),
        evaluator_(make_evaluator(train_set.channels(), seed)) {}

  // How many iterations it took; nothing where it was stopped.
  std::optional<int64_t> fit(int64_t most, uint64_t seed, const StopFlag* stop) {
    const RandomParts parts = random_parts(set_.count(), kLearnShare, seed, "tstr_next.look");
    BatchDraw draw(parts.first, kForecastBatch, stream_generator(seed, "tstr_next.batch", 0));
    const auto loss_of = [&](const Tensor& indices) {
      const Tensor x = set_.batch(indices);
      return weighted_mean(errors(x), weights_(x, set_.lengths(indices)));
    };
    const auto settled = train_until_settled(
        evaluator_, most, kForecastSettling, [&] { return loss_of(draw.next()); },
        [&] { return loss_of(parts.second); }, stop);
    if (!settled) return std::nullopt;
    evaluator_.set_parameters(settled->best);
    return settled->iterations;
  }

  // Mean absolute error over all that counts in `test`.
  double error(const EvaluatorSet& test) const {
    return mean_error(test, weights_, [&](const Tensor& x) { return errors(x); });
  }

 private:
  static Evaluator make_evaluator(int64_t features, uint64_t seed) {
    at::Generator weights = stream_generator(seed, "tstr_next.init", 0);
    Evaluator evaluator(features, kForecastHidden, features, Products::own, weights);
    evaluator.zero_head();
    return evaluator;
  }

  // |change - forecast of it| [T-1,D,B].
  Tensor errors(const Tensor& x) const {
    return (x.diff(1, 0) - evaluator_.at_steps(x.narrow(0, 0, x.size(0) - 1))).abs();
  }

  const EvaluatorSet& set_;
  const ChangeWeights& weights_;
  Evaluator evaluator_;
};

// What the same model scores when it is trained on real sequences: the training ones, or where
// there are none one half of the reference, tested on the other.
struct RealData {
  EvaluatorSet train, test;
};

RealData real_data(const MetricInput& input, const EvaluatorView& view) {
  const auto set = [&](const SequenceSet& of) { return EvaluatorSet(view, {&of}); };
  if (input.train != nullptr) {
    const SequenceSet train =
        subsample(*input.train, input.synthetic.count(), input.seed, "evaluate/train");
    return {set(train), set(input.real)};
  }
  const RandomParts parts = halves(input.real, input.seed, "tstr_next.halves");
  return {set(select(input.real, parts.first)), set(select(input.real, parts.second))};
}

void add_real_comparison(MetricResult& result, const std::vector<RepeatNumbers>& on_real,
                         double persistence) {
  const double trtr = summarise(on_real, 0).mean;
  if (!std::isfinite(trtr)) return;
  result.detail["trtr"] = trtr;
  if (trtr > 0) result.detail["ratio"] = *result.value / trtr;
  if (std::abs(persistence - trtr) > 1e-12) {
    result.detail["skill"] = (persistence - *result.value) / (persistence - trtr);
  }
}

std::optional<std::string> forecast_guard(const MetricInput& input) {
  if (input.real.count() < 2 || input.synthetic.count() < 2) return "needs_n_ge_2";
  if (const auto reason = evaluator_guard(input, 3)) return reason;
  const auto moves = [](const SequenceSet& of) { return of.lengths.ge(2).any().item<bool>(); };
  if (!moves(input.real) || !moves(input.synthetic)) return "needs_t_ge_3";
  return std::nullopt;
}

MetricResult compute_tstr_next(const MetricInput& input) {
  if (const auto reason = forecast_guard(input)) return MetricResult::skipped(*reason);
  const FeatureScaler scaler(input.fitted_on());
  const EvaluatorView view = [&](const SequenceSet& of) { return scaler.standardized(of); };
  const EvaluatorSet synthetic(view, {&input.synthetic}), real(view, {&input.real});
  const ChangeWeights weights(input.fitted_on(), scaler);

  std::optional<RealData> comparison;
  if (!input.value_only) comparison = real_data(input, view);
  const int64_t repeats = input.repeats > 0 ? input.repeats : 5;
  const int64_t iterations = input.iterations_or(2000);
  // Trainings on synthetic sequences, then those on real ones.
  auto numbers = over_repeats(comparison ? 2 * repeats : repeats, [&](int64_t i) -> RepeatNumbers {
    const bool on_real = i >= repeats;
    const uint64_t seed = input.seed + static_cast<uint64_t>(i % repeats);
    NextStep model(on_real ? comparison->train : synthetic, weights, seed);
    const auto taken = model.fit(iterations, seed, input.stop);
    if (!taken) return {};
    return {model.error(on_real ? comparison->test : real), static_cast<double>(*taken)};
  });
  const auto middle =
      numbers.begin() + (numbers.empty() ? 0 : static_cast<std::ptrdiff_t>(repeats));
  const std::vector<RepeatNumbers> on_real(middle, numbers.end());
  numbers.erase(middle, numbers.end());

  MetricResult result = evaluator_result(numbers, 0);
  result.params = {{"cell", "torch"},
                   {"hidden", kForecastHidden},
                   {"batch", kForecastBatch},
                   {"iterations", iterations},
                   {"learning_rate", kForecastSettling.rate}};
  if (!result.value) return result;
  const double persistence =
      mean_error(real, weights, [](const Tensor& x) { return x.diff(1, 0).abs(); });
  result.detail["persistence"] = persistence;
  result.detail["iterations_taken"] = summarise(numbers, 1).mean;
  if (comparison) {
    result.params["trtr"] = input.train != nullptr ? "training sequences" : "half of the reference";
    add_real_comparison(result, on_real, persistence);
  }
  const std::vector<int64_t> skipped = scaler.constant_features();
  if (!skipped.empty()) {
    result.status = MetricStatus::partial;
    result.reason = "constant_features";
    result.detail["skipped"] = skipped;
  }
  return result;
}

// One forecaster of the last feature from the others, as in the code of TimeGAN.
RepeatNumbers ps_repeat(const EvaluatorSet& synthetic, const EvaluatorSet& real, int64_t hidden,
                        int64_t iterations, uint64_t seed, const StopFlag* stop) {
  const int64_t inputs = real.channels() - 1;
  at::Generator weights = stream_generator(seed, "ps_timegan.init", 0);
  const Evaluator evaluator(inputs, hidden, 1, Products::library, weights);
  // |target - forecast| [T-1,1,B].
  const auto errors = [&](const Tensor& x) {
    const int64_t steps = x.size(0) - 1;
    const Tensor past = x.narrow(0, 0, steps).narrow(1, 0, inputs),
                 target = x.narrow(0, 1, steps).narrow(1, inputs, 1);
    return (evaluator.at_steps(past).sigmoid() - target).abs();
  };
  BatchDraw draw(at::arange(synthetic.count(), at::kLong), kForecastBatch,
                 stream_generator(seed, "ps_timegan.batch", 0));
  const auto loss = [&] {
    const Tensor indices = draw.next();
    const Tensor x = synthetic.batch(indices);
    return weighted_mean(errors(x), next_is_valid(synthetic.lengths(indices), x.size(0)));
  };
  if (!train(evaluator, iterations, loss, stop)) return {};
  // The mean over the steps of each sequence that has two, then over sequences.
  const Tensor sums = over_all(real, [&](const Tensor& indices) {
    const Tensor x = real.batch(indices);
    const Tensor weight = next_is_valid(real.lengths(indices), x.size(0));
    const Tensor steps = weight.sum(0).squeeze(0);  // [B]
    const Tensor each = (errors(x) * weight).sum(0).squeeze(0) / steps.clamp_min(1);
    return at::stack({each, steps.gt(0).to(at::kFloat)}, 1).to(at::kDouble);
  });
  const Tensor total = sums.sum(0);
  return {(total[0] / total[1]).item<double>()};
}

MetricResult compute_ps_timegan(const MetricInput& input) {
  if (input.real.features() < 2) return MetricResult::skipped("needs_d_ge_2");
  // Several features were made of the last column.
  if (!input.real.encoded.empty() && input.real.encoded.back().weight < 1) {
    return MetricResult::skipped("needs_a_complete_number_in_the_last_column");
  }
  if (const auto reason = forecast_guard(input)) return MetricResult::skipped(*reason);
  if (FeatureScaler(input.fitted_on()).constant.back())
    return MetricResult::skipped("constant_target");
  const RangeScaler scaler(input.fitted_on());
  const EvaluatorSet synthetic(scaler, {&input.synthetic}), real(scaler, {&input.real});
  const int64_t hidden = std::max<int64_t>(1, input.real.features() / 2);
  const int64_t iterations = input.iterations_or(5000);
  const auto repeats = over_repeats(input.repeats > 0 ? input.repeats : 10, [&](int64_t repeat) {
    return ps_repeat(synthetic, real, hidden, iterations,
                     input.seed + static_cast<uint64_t>(repeat), input.stop);
  });
  MetricResult result = evaluator_result(repeats, 0);
  result.params = {
      {"cell", "torch"}, {"hidden", hidden}, {"batch", kForecastBatch}, {"iterations", iterations}};
  return result;
}

}  // namespace

MetricRow tstr_next_row() {
  MetricRow row;
  row.name = "tstr_next";
  row.question = "does a forecaster trained on synthetic sequences work on real ones?";
  row.formula = "mean |z[t+1] - z[t] - f(z[1..t])| on real sequences, f trained on synthetic ones";
  row.paper = "after Esteban, Hyland and Raetsch 2017 (1706.02633)";
  row.trained = true;
  row.depends_on_size = true;
  row.max_count = kAllSequences;
  row.beside = {"ratio"};  // to the error of a forecaster trained on real sequences
  row.compute = compute_tstr_next;
  return row;
}

MetricRow ps_timegan_row() {
  MetricRow row;
  row.name = "ps_timegan";
  row.question = "the same for one feature from the others, as in the literature";
  row.formula =
      "mean |x_D[t+1] - f(x_1..D-1[1..t])| on real sequences, f trained on synthetic ones";
  row.paper = "Yoon, Jarrett and van der Schaar 2019 (TimeGAN)";
  row.trained = true;
  row.depends_on_size = true;
  row.max_count = kAllSequences;
  row.compute = compute_ps_timegan;
  return row;
}

}  // namespace rnngan
