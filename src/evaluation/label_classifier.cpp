// Are labelled synthetic sequences useful, and recognisable?
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "evaluation/auc.h"
#include "evaluation/descriptive.h"
#include "evaluation/evaluator.h"
#include "evaluation/held_back.h"
#include "evaluation/metrics.h"
#include "tensor/random.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kClassifierBatch = 128, kClassifierHidden = 32;

// What a classifier scores on a set; recalls of the classes follow.
enum ClassifierNumber : size_t {
  kMacroF1,
  kClassAccuracy,
  kAuroc,
  kAuprc,
  kClassTaken,
  kFirstRecall
};

struct LabelledSet {
  EvaluatorSet x;
  Tensor classes;  // [N] 0..C-1
};

// Labels may be any numbers; classes are their ranks among those that occur.
std::vector<int64_t> labels_of(const MetricInput& input) {
  std::map<int64_t, bool> seen;
  for (const SequenceSet* set : {&input.real, &input.synthetic}) {
    const Tensor labels = set->labels.to(at::kLong).contiguous();
    for (int64_t i = 0; i < labels.size(0); ++i) seen[labels.data_ptr<int64_t>()[i]] = true;
  }
  std::vector<int64_t> labels;
  for (const auto& [label, unused] : seen) labels.push_back(label);
  return labels;
}

bool each_class_twice(const SequenceSet& set, const std::vector<int64_t>& labels) {
  return std::all_of(labels.begin(), labels.end(), [&](int64_t label) {
    return set.labels.eq(label).sum().item<int64_t>() >= 2;
  });
}

LabelledSet labelled_set(const SequenceSet& reference, const SequenceSet& of,
                         const std::vector<int64_t>& labels) {
  const Tensor sorted = at::tensor(labels, at::kLong);
  return {{WithDifferences(reference), {&of}},
          at::searchsorted(sorted, of.labels.to(at::kLong).contiguous())};
}

// Mean precision over the ranks of the positive, from the highest score down; ties are taken
// together.
double average_precision(const Tensor& scores, const Tensor& positive) {
  const auto [sorted, order] = scores.to(at::kDouble).sort(0, /*descending=*/true);
  const Tensor hits = positive.to(at::kDouble).index_select(0, order).contiguous();
  const double* score = sorted.data_ptr<double>();
  const double* hit = hits.data_ptr<double>();
  const int64_t count = sorted.size(0);
  double found = 0, sum = 0;
  for (int64_t i = 0; i < count;) {
    const double before = found;
    int64_t end = i;
    while (end < count && score[end] == score[i]) found += hit[end++];
    sum += (found - before) * found / static_cast<double>(end);
    i = end;
  }
  return found > 0 ? sum / found : 0;
}

// logits [N,C] against classes [N].
RepeatNumbers classifier_numbers(const Tensor& logits, const Tensor& classes) {
  const Tensor chosen = logits.argmax(1), odds = logits.log_softmax(1);
  std::vector<double> f1, auroc, auprc, recall;
  for (int64_t c = 0; c < logits.size(1); ++c) {
    const Tensor is = classes.eq(c), said = chosen.eq(c);
    const double both = (is & said).sum().item<double>(), of = is.sum().item<double>(),
                 named = said.sum().item<double>();
    f1.push_back(2 * both / (of + named));
    recall.push_back(both / of);
    const Tensor score = odds.select(1, c);
    auroc.push_back(area_under_roc(score.index({is}), score.index({is.logical_not()})));
    auprc.push_back(average_precision(score, is));
  }
  RepeatNumbers numbers = {mean_of_values(f1),
                           chosen.eq(classes).to(at::kDouble).mean().item<double>(),
                           mean_of_values(auroc), mean_of_values(auprc), 0};
  numbers.insert(numbers.end(), recall.begin(), recall.end());
  return numbers;
}

RepeatNumbers classifier_repeat(const LabelledSet& learnt, const LabelledSet& tested,
                                int64_t classes, int64_t iterations, const std::string& name,
                                uint64_t seed, const StopFlag* stop) {
  at::Generator weights = stream_generator(seed, name + ".init", 0);
  const Evaluator evaluator(learnt.x.channels(), kClassifierHidden, classes, Products::own,
                            weights);
  const RandomParts parts =
      random_parts(learnt.x.count(), kLearnShare, seed, (name + ".look").c_str());
  BatchDraw draw(parts.first, kClassifierBatch, stream_generator(seed, name + ".batch", 0));
  const auto logits = [&](const EvaluatorSet& set, const Tensor& indices) {
    return evaluator.at_end(set.batch(indices), set.lengths(indices));
  };
  const auto loss_of = [&](const Tensor& indices) {
    return at::cross_entropy_loss(logits(learnt.x, indices),
                                  learnt.classes.index_select(0, indices));
  };
  const auto settled = train_until_settled(
      evaluator, iterations, Settling{}, [&] { return loss_of(draw.next()); },
      [&] { return loss_of(parts.second); }, stop);
  if (!settled) return {};
  evaluator.set_parameters(settled->best);
  const Tensor answers =
      over_all(tested.x, [&](const Tensor& indices) { return logits(tested.x, indices); });
  if (!answers.isfinite().all().item<bool>()) {
    return RepeatNumbers(kFirstRecall + static_cast<size_t>(classes), std::nan(""));
  }
  RepeatNumbers numbers = classifier_numbers(answers, tested.classes);
  numbers[kClassTaken] = static_cast<double>(settled->iterations);
  return numbers;
}

// Trained and tested on real sequences: the training ones and the reference, or where there are no
// training ones the halves of the reference. Nothing where a class would be missing.
std::optional<std::pair<SequenceSet, SequenceSet>> real_pair(const MetricInput& input,
                                                             const std::vector<int64_t>& labels) {
  std::pair<SequenceSet, SequenceSet> pair;
  if (input.train != nullptr && input.train->labels.defined()) {
    pair = {subsample(*input.train, input.synthetic.count(), input.seed, "evaluate/train"),
            input.real};
  } else {
    const RandomParts parts = halves(input.real, input.seed, "classifier.halves");
    pair = {select(input.real, parts.first), select(input.real, parts.second)};
  }
  const auto known = [&](const SequenceSet& set) {
    return each_class_twice(set, labels) &&
           at::isin(set.labels, at::tensor(labels, at::kLong)).all().item<bool>();
  };
  if (!known(pair.first) || !known(pair.second)) return std::nullopt;
  return pair;
}

std::optional<std::string> classifier_guard(const MetricInput& input) {
  if (!input.real.labels.defined() || !input.synthetic.labels.defined()) return "needs_labels";
  if (const auto reason = evaluator_guard(input, 2)) return reason;
  const std::vector<int64_t> labels = labels_of(input);
  if (labels.size() < 2) return "needs_two_classes";
  if (!each_class_twice(input.real, labels) || !each_class_twice(input.synthetic, labels)) {
    return "needs_two_of_each_class";
  }
  return std::nullopt;
}

void add_details(MetricResult& result, const std::vector<RepeatNumbers>& numbers,
                 const std::vector<RepeatNumbers>& on_real, const std::vector<int64_t>& labels,
                 const Tensor& tested) {
  result.detail["iterations_taken"] = summarise(numbers, kClassTaken).mean;
  result.detail["accuracy"] = summarise(numbers, kClassAccuracy).mean;
  result.detail["auroc"] = summarise(numbers, kAuroc).mean;
  result.detail["auprc"] = summarise(numbers, kAuprc).mean;
  nlohmann::json recalls = nlohmann::json::object();
  for (size_t c = 0; c < labels.size(); ++c) {
    recalls[std::to_string(labels[c])] = summarise(numbers, kFirstRecall + c).mean;
  }
  result.detail["recall"] = recalls;
  // Macro-F1 of always naming the most frequent class.
  const double share = tested.bincount().max().item<double>() / static_cast<double>(tested.size(0));
  result.detail["majority"] = 2 * share / (1 + share) / static_cast<double>(labels.size());
  if (on_real.empty()) return;
  const double trtr = summarise(on_real, kMacroF1).mean;
  if (!std::isfinite(trtr)) return;
  result.detail["trtr"] = trtr;
  result.detail["gap"] = trtr - *result.value;
  if (trtr > 0) result.detail["share_of_real"] = *result.value / trtr;
}

MetricResult compute_classifier(const MetricInput& input, bool on_synthetic) {
  if (const auto reason = classifier_guard(input)) return MetricResult::skipped(*reason);
  const std::vector<int64_t> labels = labels_of(input);
  const std::string name = on_synthetic ? "tstr_clf" : "trts_clf";
  const auto set = [&](const SequenceSet& of) {
    return labelled_set(input.fitted_on(), of, labels);
  };
  const LabelledSet learnt = set(on_synthetic ? input.synthetic : input.real),
                    tested = set(on_synthetic ? input.real : input.synthetic);
  std::optional<LabelledSet> real_learnt, real_tested;
  if (!input.value_only) {
    if (const auto pair = real_pair(input, labels)) {
      real_learnt = set(pair->first);
      real_tested = set(pair->second);
    }
  }
  const int64_t repeats = input.repeats > 0 ? input.repeats : 5;
  const int64_t iterations = input.iterations_or(2000);
  auto numbers = over_repeats(real_learnt ? 2 * repeats : repeats, [&](int64_t i) {
    const bool on_real = i >= repeats;
    return classifier_repeat(on_real ? *real_learnt : learnt, on_real ? *real_tested : tested,
                             static_cast<int64_t>(labels.size()), iterations, name,
                             input.seed + static_cast<uint64_t>(i % repeats), input.stop);
  });
  const auto middle =
      numbers.begin() + (numbers.empty() ? 0 : static_cast<std::ptrdiff_t>(repeats));
  const std::vector<RepeatNumbers> on_real(middle, numbers.end());
  numbers.erase(middle, numbers.end());
  MetricResult result = evaluator_result(numbers, kMacroF1);
  result.params = {{"cell", "torch"},
                   {"hidden", kClassifierHidden},
                   {"batch", kClassifierBatch},
                   {"iterations", iterations}};
  if (result.value) add_details(result, numbers, on_real, labels, tested.classes);
  return result;
}

MetricRow classifier_row() {
  MetricRow row;
  row.paper = "Esteban, Hyland and Raetsch 2017 (1706.02633)";
  row.direction = Direction::higher;
  row.ideal = 1;
  row.trained = true;
  row.needs_labels = true;
  row.depends_on_size = true;
  row.max_count = kAllSequences;
  row.beside = {"share_of_real"};  // of what a classifier trained on real sequences gets
  return row;
}

}  // namespace

MetricRow tstr_clf_row() {
  MetricRow row = classifier_row();
  row.name = "tstr_clf";
  row.question = "does a classifier trained on synthetic sequences work on real ones?";
  row.formula = "macro-F1 on real sequences of a classifier trained on synthetic ones";
  row.compute = [](const MetricInput& input) { return compute_classifier(input, true); };
  return row;
}

MetricRow trts_clf_row() {
  MetricRow row = classifier_row();
  row.name = "trts_clf";
  row.question = "does a classifier trained on real sequences recognise synthetic ones?";
  row.formula = "macro-F1 on synthetic sequences of a classifier trained on real ones";
  row.compute = [](const MetricInput& input) { return compute_classifier(input, false); };
  return row;
}

}  // namespace rnngan
