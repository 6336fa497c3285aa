// Can a small recurrent network tell real from synthetic sequences?
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "evaluation/auc.h"
#include "evaluation/evaluator.h"
#include "evaluation/held_back.h"
#include "evaluation/metrics.h"
#include "tensor/random.h"

namespace rnngan {
namespace {

using at::Tensor;

struct DiscriminativeOptions {
  int64_t hidden, iterations, repeats;
  std::string name;  // of the streams
};

// Accuracies on the parts that were held back, and the area under the curve.
enum DiscriminativeNumber : size_t {
  kScore,
  kSigned,
  kAuc,
  kAccuracyReal,
  kAccuracySynthetic,
  kDealing,
  kTaken,
  kAucAtEnd,
  kNumbers
};

constexpr double kTrainShare = 0.8;
constexpr int64_t kBatch = 128;
constexpr int64_t kFewest = 50;

struct DiscriminativeData {
  const SequenceSet &real, &synthetic;
  EvaluatorSet set;  // real ones first
};

// What separates the answers: 0, or where whole stretches are held back, which an evaluator leans
// to call synthetic as it saw no real ones near them, the middle between the medians.
double threshold(const Tensor& on_real, const Tensor& on_synthetic, Dealing dealing) {
  if (dealing != Dealing::apart) return 0;
  return (on_real.median().item<double>() + on_synthetic.median().item<double>()) / 2;
}

// The score is |accuracy - 1/2| of all held-back sequences together for the protocol of TimeGAN,
// what the mean of the two classes' accuracies is above 1/2 for ours.
double discriminative_score(double real_hits, double synthetic_hits, bool pooled,
                            const DiscriminativeData& data) {
  if (!pooled) return std::max(0.0, (real_hits + synthetic_hits) / 2 - 0.5);
  const auto real = static_cast<double>(data.real.count()),
             synthetic = static_cast<double>(data.synthetic.count());
  return std::abs(0.5 - (real_hits * real + synthetic_hits * synthetic) / (real + synthetic));
}

// An area under the curve below one half by more than chance: held-back synthetic sequences have
// twins among the real ones that the evaluator was trained on. Chance is that of Mann and Whitney's
// statistic of as many sequences as are held back, which few of them bring below 0.45 easily.
double copy_threshold(const DiscriminativeData& data) {
  const double real = (1 - kTrainShare) * static_cast<double>(data.real.count()),
               synthetic = (1 - kTrainShare) * static_cast<double>(data.synthetic.count());
  const double deviation = std::sqrt((real + synthetic + 1) / (12 * real * synthetic));
  return std::min(0.45, 0.5 - 2 * deviation);
}

// Indices into both sets together: what is trained on, what is looked at to see when that is over
// (in the protocol of TimeGAN nothing), and what is held back to the end.
struct Dealt {
  Tensor trained, looked, held;
};

struct DealtBoth {
  Dealt real, synthetic;
  Dealing dealing;
};

DealtBoth deal_both(const DiscriminativeData& data, const std::string& name, bool pooled,
                    uint64_t seed) {
  // The protocol of TimeGAN deals overlapping windows at random.
  const HeldBack held =
      hold_back(data.real, data.synthetic, kTrainShare, seed, name + ".split", !pooled);
  DealtBoth dealt{{held.real.first, Tensor(), held.real.second},
                  {held.synthetic.first, Tensor(), held.synthetic.second},
                  held.dealing};
  if (!pooled) {
    const HeldBack looks =
        hold_back(select(data.real, held.real.first), select(data.synthetic, held.synthetic.first),
                  kLearnShare, seed, name + ".look");
    const auto part = [](Dealt& of, const RandomParts& parts) {
      of.looked = of.trained.index_select(0, parts.second);
      of.trained = of.trained.index_select(0, parts.first);
    };
    part(dealt.real, looks.real);
    part(dealt.synthetic, looks.synthetic);
  }
  for (Tensor* indices :
       {&dealt.synthetic.trained, &dealt.synthetic.looked, &dealt.synthetic.held}) {
    if (indices->defined()) *indices = *indices + data.real.count();
  }
  return dealt;
}

RepeatNumbers numbers_of(const Tensor& on_real, const Tensor& on_synthetic, bool pooled,
                         const DiscriminativeData& data, Dealing dealing) {
  const double middle = threshold(on_real, on_synthetic, dealing);
  const double hits_real = on_real.gt(middle).to(at::kDouble).mean().item<double>(),
               hits_synthetic = on_synthetic.le(middle).to(at::kDouble).mean().item<double>();
  const double auc = area_under_roc(on_real, on_synthetic);
  return {discriminative_score(hits_real, hits_synthetic, pooled, data),
          (hits_real + hits_synthetic) / 2 - 0.5,
          auc,
          hits_real,
          hits_synthetic,
          static_cast<double>(dealing),
          0,
          auc};
}

RepeatNumbers discriminative_repeat(const DiscriminativeData& data,
                                    const DiscriminativeOptions& options, bool pooled,
                                    uint64_t seed, const StopFlag* stop) {
  const auto stream = [&](const char* what) { return options.name + "." + what; };
  const auto [real, synthetic, dealing] = deal_both(data, options.name, pooled, seed);
  at::Generator weights = stream_generator(seed, stream("init"), 0);
  const Evaluator evaluator(data.set.channels(), options.hidden, 1,
                            pooled ? Products::library : Products::own, weights);
  const auto logits = [&](const Tensor& indices) {
    return evaluator.at_end(data.set.batch(indices), data.set.lengths(indices)).squeeze(1);
  };
  const auto loss_of = [&](const Tensor& of_real, const Tensor& of_synthetic) {
    const Tensor answers = logits(at::cat({of_real, of_synthetic}));
    const int64_t count = of_real.size(0);
    return at::softplus(-answers.narrow(0, 0, count)).mean() +
           at::softplus(answers.narrow(0, count, of_synthetic.size(0))).mean();
  };
  BatchDraw draw_real(real.trained, kBatch, stream_generator(seed, stream("batch.real"), 0));
  BatchDraw draw_synthetic(synthetic.trained, kBatch,
                           stream_generator(seed, stream("batch.synthetic"), 0));
  const auto loss = [&] {
    const Tensor of_real = draw_real.next();
    return loss_of(of_real, draw_synthetic.next());
  };
  const auto verdict = [&, held_real = real.held, held_synthetic = synthetic.held,
                        dealt = dealing]() -> RepeatNumbers {
    const Tensor answers = over_all(data.set, logits);
    // An evaluator whose numbers ran away has no verdict.
    if (!answers.isfinite().all().item<bool>()) return RepeatNumbers(kNumbers, std::nan(""));
    return numbers_of(answers.index_select(0, held_real), answers.index_select(0, held_synthetic),
                      pooled, data, dealt);
  };
  if (pooled) {
    return train(evaluator, options.iterations, loss, stop) ? verdict() : RepeatNumbers{};
  }
  const auto look = [&, looked_real = real.looked, looked_synthetic = synthetic.looked] {
    return loss_of(looked_real, looked_synthetic);
  };
  const auto settled =
      train_until_settled(evaluator, options.iterations, Settling{}, loss, look, stop);
  if (!settled) return {};
  const double auc_at_end = verdict()[kAuc];
  evaluator.set_parameters(settled->best);
  RepeatNumbers numbers = verdict();
  numbers[kTaken] = static_cast<double>(settled->iterations);
  // If what the evaluator was trained on has taught it by heart, it shows most after the last
  // iteration.
  numbers[kAucAtEnd] = auc_at_end;
  return numbers;
}

bool any_dealt(const std::vector<RepeatNumbers>& repeats, Dealing dealing) {
  return std::ranges::any_of(repeats, [&](const RepeatNumbers& numbers) {
    return numbers[kDealing] == static_cast<double>(dealing);
  });
}

MetricResult discriminative(const MetricInput& input, const DiscriminativeData& data,
                            DiscriminativeOptions options, bool pooled) {
  if (input.repeats > 0) options.repeats = input.repeats;
  options.iterations = input.iterations_or(options.iterations);
  const auto repeats = over_repeats(options.repeats, [&](int64_t repeat) {
    return discriminative_repeat(data, options, pooled, input.seed + static_cast<uint64_t>(repeat),
                                 input.stop);
  });
  MetricResult result = evaluator_result(repeats, kScore);
  result.params = {{"cell", "torch"},
                   {"hidden", options.hidden},
                   {"batch", kBatch},
                   {"iterations", options.iterations},
                   {"split", kTrainShare}};
  if (!result.value) return result;
  const bool apart = any_dealt(repeats, Dealing::apart);
  // Of repeats that were not dealt alike the least careful one tells.
  const Dealing dealing = any_dealt(repeats, Dealing::random_overlapping)
                              ? Dealing::random_overlapping
                              : (apart ? Dealing::apart : Dealing::random);
  result.params["held_back"] = to_string(dealing);
  const double auc = summarise(repeats, kAuc).mean;
  result.detail["signed"] = summarise(repeats, kSigned).mean;
  result.detail["auc"] = auc;
  if (!pooled) {
    result.detail["auc_at_end"] = summarise(repeats, kAucAtEnd).mean;
    result.detail["iterations_taken"] = summarise(repeats, kTaken).mean;
  }
  result.detail["accuracy_real"] = summarise(repeats, kAccuracyReal).mean;
  result.detail["accuracy_synthetic"] = summarise(repeats, kAccuracySynthetic).mean;
  // Stretches are held back a few at a time: no statistic of so few tells a copy.
  if (!apart) {
    result.copy_suspected = summarise(repeats, kAucAtEnd).mean < copy_threshold(data);
  }
  return result;
}

std::optional<std::string> discriminative_guard(const MetricInput& input) {
  if (std::min(input.real.count(), input.synthetic.count()) < kFewest) return "needs_n_ge_50";
  return evaluator_guard(input, 2);
}

MetricResult compute_ds(const MetricInput& input) {
  if (const auto reason = discriminative_guard(input)) return MetricResult::skipped(*reason);
  const EvaluatorSet both(WithDifferences(input.fitted_on()), {&input.real, &input.synthetic});
  return discriminative(input, {input.real, input.synthetic, both},
                        {.hidden = 32, .iterations = 1000, .repeats = 5, .name = "ds"}, false);
}

MetricResult compute_ds_timegan(const MetricInput& input) {
  if (const auto reason = discriminative_guard(input)) return MetricResult::skipped(*reason);
  const EvaluatorSet both(RangeScaler(input.fitted_on()), {&input.real, &input.synthetic});
  const int64_t hidden = std::max<int64_t>(1, input.real.features() / 2);
  return discriminative(input, {input.real, input.synthetic, both},
                        {.hidden = hidden, .iterations = 2000, .repeats = 10, .name = "ds_timegan"},
                        true);
}

}  // namespace

MetricRow ds_row() {
  MetricRow row;
  row.name = "ds";
  row.question = "can a small recurrent network tell real from synthetic?";
  row.formula =
      "max(0, (accuracy on real + accuracy on synthetic) / 2 - 0.5) on held-back 20 % (of one "
      "series: apart from all trained on)";
  row.paper = "after Yoon, Jarrett and van der Schaar 2019 (TimeGAN)";
  row.trained = true;
  row.depends_on_size = true;
  row.max_count = kAllSequences;
  row.compute = compute_ds;
  return row;
}

MetricRow ds_timegan_row() {
  MetricRow row;
  row.name = "ds_timegan";
  row.question = "the same, as in the literature";
  row.formula = "|0.5 - accuracy| on held-back 20 % of both";
  row.paper = "Yoon, Jarrett and van der Schaar 2019 (TimeGAN)";
  row.trained = true;
  row.depends_on_size = true;
  row.max_count = kAllSequences;
  row.compute = compute_ds_timegan;
  return row;
}

}  // namespace rnngan
