#include "evaluation/c2st.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <torch/types.h>

#include "evaluation/auc.h"
#include "evaluation/boosted_trees.h"
#include "evaluation/evaluator.h"
#include "evaluation/giveaway.h"
#include "evaluation/metrics.h"
#include "evaluation/sequence_features.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kFewestForTest = 50;  // sequences of each side
constexpr int64_t kFewStretches = 40;   // that share no rows; fewer cannot tell
constexpr int64_t kFastCount = 500;

// Folds are trained on much the same sequences, so that their areas go up and down together. For a
// linear rule in many dimensions, whose sum over folds counts each pair of folds twice, the
// variance of the mean is exactly twice what independent folds would have; trees stay below that.
constexpr double kFoldDependence = 2;

struct Effort {
  int64_t folds, trees;
  double rate;
  bool tells_why;  // ranks features, too
};

Tensor rows_at(const Tensor& of, const Tensor& indices) {
  return of.index_select(0, indices);
}

std::vector<double> values_of(const Tensor& values) {
  const Tensor doubles = values.to(at::kDouble).contiguous();
  return {doubles.data_ptr<double>(), doubles.data_ptr<double>() + doubles.numel()};
}

AucEstimate test_fold(const Tensor& real, const Tensor& synthetic, const Fold& fold,
                      const ClassifierTestOptions& options, uint64_t seed) {
  const Tensor learnt =
      at::cat({rows_at(real, fold.real.first), rows_at(synthetic, fold.synthetic.first)});
  const Tensor is_real = at::zeros({learnt.size(0)}, at::kFloat);
  is_real.narrow(0, 0, fold.real.first.size(0)).fill_(1);
  const BoostedTrees trees(learnt, is_real,
                           {.trees = options.trees, .rate = options.rate, .seed = seed});
  return auc_estimate(values_of(trees.log_odds(rows_at(real, fold.real.second))),
                      values_of(trees.log_odds(rows_at(synthetic, fold.synthetic.second))));
}

std::vector<int64_t> all_features(const FeatureTable& table) {
  std::vector<int64_t> all(table.features.size());
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

void add_test(const ClassifierTest& test, MetricResult& result) {
  const double half = 1.96 * test.standard_error;
  result.detail["standard_error"] = test.standard_error;
  result.detail["low"] = std::max(0.0, test.auc - half);
  result.detail["high"] = std::min(1.0, test.auc + half);
  const double z = test.standard_error > 0 ? (test.auc - 0.5) / test.standard_error
                                           : (test.auc > 0.5 ? 1e3 : -1e3);
  result.detail["p_value"] = 1 - normal_distribution(z);
}

/// What few independent sequences, or windows that share rows, do to the answer.
void add_caution(const MetricInput& input, const CrossValidation& dealt, MetricResult& result) {
  const int64_t independent = independent_sequences(input.real);
  result.params["held_back"] = to_string(dealt.dealing);
  result.detail["independent_sequences"] = independent;
  // Of windows that share rows neither the interval nor the p-value holds its level.
  result.descriptive = dealt.dealing != Dealing::random;
  if (dealt.dealing == Dealing::random) {
    // By more than chance brings about in any of many sets.
    result.copy_suspected = *result.value + 3 * result.detail["standard_error"].get<double>() < 0.5;
    result.telling = !*result.copy_suspected;
    if (!result.telling) {
      result.status = MetricStatus::partial;
      result.reason = "copies_of_real_sequences_suspected";
    }
  } else if (independent < kFewStretches || dealt.dealing == Dealing::random_overlapping) {
    result.status = MetricStatus::partial;
    result.reason = "few_independent_sequences";
    result.telling = false;
    for (const char* key : {"standard_error", "low", "high", "p_value"}) result.detail.erase(key);
  }
}

MetricResult compute_c2st(const MetricInput& input, const Effort& effort) {
  if (std::min(input.real.count(), input.synthetic.count()) < kFewestForTest) {
    return MetricResult::skipped("needs_n_ge_50");
  }
  const FeatureTable table = sequence_features(input.fitted_on(), input.real, input.synthetic);
  if (table.features.empty()) return MetricResult::skipped("degenerate_reference");
  const CrossValidation dealt =
      cross_validation(input.real, input.synthetic, effort.folds, input.seed, "c2st");
  const ClassifierTestOptions options{effort.trees, effort.rate, input.seed};
  const auto test = two_sample_test(table, all_features(table), dealt, options, input.stop);
  if (!test) return MetricResult::skipped("stopped");
  MetricResult result;
  result.value = test->auc;
  result.params = {{"classifier", "gradient-boosted trees"},
                   {"trees", effort.trees},
                   {"folds", effort.folds},
                   {"features", table.features.size()}};
  add_test(*test, result);
  const bool differ = result.detail["low"].get<double>() > 0.5;
  add_caution(input, dealt, result);
  if (effort.tells_why && !input.value_only && !differ) {
    result.giveaways.emplace();
  } else if (effort.tells_why && !input.value_only) {
    const auto left = [&](const std::vector<int64_t>& used) -> std::optional<double> {
      const auto without = two_sample_test(table, used, dealt, options, input.stop);
      return without ? std::optional(without->auc) : std::nullopt;
    };
    const EffectiveCounts counts{static_cast<double>(independent_sequences(input.real)),
                                 static_cast<double>(independent_sequences(input.synthetic))};
    result.giveaways = giveaways(table, counts, left);
  }
  return result;
}

MetricRow test_row(const char* name, const Effort& effort) {
  MetricRow row;
  row.name = name;
  row.formula =
      "area under the curve, on held-back sequences, of boosted trees on levels, exact values, "
      "steps, runs and rules between columns";
  row.paper =
      "after Lopez-Paz and Oquab 2017 (1610.06545); trees: Chen and Guestrin 2016 "
      "(1603.02754); interval: DeLong et al. 1988";
  row.ideal = 0.5;
  row.reads_cells = true;
  row.trained = true;
  row.depends_on_size = true;
  row.compute = [effort](const MetricInput& input) { return compute_c2st(input, effort); };
  return row;
}

}  // namespace

std::optional<ClassifierTest> two_sample_test(const FeatureTable& table,
                                              const std::vector<int64_t>& used,
                                              const CrossValidation& dealt,
                                              const ClassifierTestOptions& options,
                                              const StopFlag* stop) {
  const Tensor columns = torch::tensor(used, at::kLong);
  const auto chosen = [&](const Tensor& of) { return of.index_select(1, columns).to(at::kFloat); };
  const Tensor real = chosen(table.real), synthetic = chosen(table.synthetic);
  const auto count = static_cast<int64_t>(dealt.folds.size());
  const auto numbers = over_repeats(count, [&](int64_t k) -> RepeatNumbers {
    if (stop != nullptr && stop->requested()) return {};
    const AucEstimate one = test_fold(real, synthetic, dealt.folds[static_cast<size_t>(k)], options,
                                      options.seed + static_cast<uint64_t>(k));
    return {one.value, one.variance};
  });
  if (numbers.empty()) return std::nullopt;
  const auto folds = static_cast<double>(count);
  return ClassifierTest{summarise(numbers, 0).mean,
                        std::sqrt(kFoldDependence * summarise(numbers, 1).mean / folds)};
}

MetricRow c2st_row() {
  MetricRow row = test_row("c2st", {.folds = 5, .trees = 100, .rate = 0.1, .tells_why = true});
  row.question = "can sequences be told apart by what a person would note of them?";
  return row;
}

MetricRow c2st_fast_row() {
  MetricRow row = test_row("c2st_fast", {.folds = 3, .trees = 30, .rate = 0.3, .tells_why = false});
  row.question =
      "as c2st, by fewer trees, of 500 sequences at most, and without saying what gives them away";
  row.max_count = kFastCount;
  return row;
}

}  // namespace rnngan
